"""β beyond what can be computed with is one of its two limits, wherever it comes in."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from ebmviz.core.beta import LEAST, MOST, tempered
from ebmviz.core.errors import UserError
from ebmviz.engine.landscape.softmin import posterior_of, soft_minimum, softmin
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in

TINY, HUGE = (5e-324, 3e-45, 1e-39, 9e-31), (2e30, 1e39, 3e77, 1e308)
ENERGIES = torch.tensor([[0.5, 2.0, 7.25], [3.0, 0.125, 1.0]])
LOG_P = torch.tensor([0.5, 0.25, 0.25]).log()


def test_what_can_be_computed_with_stays_itself() -> None:
    for beta in (0.0, LEAST, 1e-12, 1.0, 3.7e8, MOST, math.inf):
        assert tempered(beta) == beta


@pytest.mark.parametrize("log_p", [None, LOG_P], ids=["even", "weights"])
@pytest.mark.parametrize(("betas", "limit"), [(TINY, 0.0), (HUGE, math.inf)], ids=["hot", "cold"])
def test_the_sums_are_those_of_the_limit(
    betas: tuple[float, ...], limit: float, log_p: torch.Tensor | None
) -> None:
    p = torch.full((3,), 1 / 3) if log_p is None else log_p.exp()
    wanted = ENERGIES @ p if limit == 0 else ENERGIES.amin(1)
    free: tuple[Callable[..., torch.Tensor], ...] = (
        lambda *a: softmin(*a)[0],
        soft_minimum,
    )
    for beta in betas:
        for each in free:
            assert torch.allclose(each(ENERGIES, beta, log_p), wanted, rtol=1e-6)
        shares = posterior_of(ENERGIES, beta, log_p)
        assert torch.equal(shares, posterior_of(ENERGIES, limit, log_p))


@pytest.mark.parametrize("name", ["ellipse", "vae", "horn", "multiclass", "mixture"])
@pytest.mark.parametrize(("beta", "limit"), [(1e-43, 0.0), (4e38, math.inf)])
def test_a_scene_at_it_is_the_scene_at_the_limit(name: str, beta: float, limit: float) -> None:
    needs = ("map", "section", "lens")
    changes = {"view.beta": beta, "view.resolution": 16}
    scene = built_in(name, changes)
    assert scene.view.beta == limit
    found = Engine(scene).snapshot(needs).arrays
    known = Engine(built_in(name, {**changes, "view.beta": limit})).snapshot(needs).arrays
    assert found.keys() == known.keys()
    assert found
    for key, array in found.items():
        assert np.array_equal(array, known[key], equal_nan=True)


@pytest.mark.parametrize("beta", [1e6, 1e9, 1e20])
def test_the_gap_of_a_vae_is_a_number_or_absent(beta: float) -> None:
    engine = Engine(built_in("vae", {"view.beta": beta}))
    metrics = engine.snapshot(("codes", "posterior")).metrics
    assert all(math.isfinite(v) for k, v in metrics.items() if "gap" in k)
    gap = engine.snapshot(("codes",)).arrays["code_gap"]
    assert ("code_gap_mean" in metrics) == bool(np.isfinite(gap).any())


@pytest.mark.parametrize(
    ("name", "hot"),
    [
        ("ellipse", True),
        ("mixture", True),
        ("kmeans", True),
        ("binary", True),
        ("regression", True),
        ("multiclass", False),  # −ln P/β has no limit at 0, and is not offered there
        ("lagrangian", True),
    ],
)
def test_training_at_the_ends_of_beta_is_that_of_the_limits(name: str, hot: bool) -> None:
    def trained(beta: float) -> dict[str, np.ndarray]:
        engine = Engine(built_in(name, {"objective.beta": beta}))
        engine.train(4)
        assert engine.state.step == 4
        assert all(math.isfinite(v) for v in engine.report().values())
        return {k: w.numpy() for k, w in engine.state.weights.items()}

    ends = [(1e39, math.inf), (3e31, math.inf), *([(1e-38, 0.0), (2e-33, 0.0)] if hot else [])]
    for beta, limit in ends:
        found, wanted = trained(beta), trained(limit)
        assert all(np.array_equal(found[k], w) and np.isfinite(w).all() for k, w in wanted.items())
    if not hot:
        with pytest.raises(UserError, match=r"objective\.beta: .* below"):
            trained(1e-38)
