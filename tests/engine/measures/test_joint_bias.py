"""The bias of the gradient of a joint model, of −ln p(x): against the quadrature of the oracle."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ebmviz.engine.measures import gradient_bias as bias
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.gradient_bias import draw
from ebmviz.figures.slots import choices
from tests.scenes import built_in


def engine(**given: object) -> Engine:
    return Engine(built_in("jem", given, energy__hidden=8, view__resolution=24, data__count=120))


def nll(of: Engine, weights: dict[str, Tensor]) -> float:
    """−⟨ln p(x)⟩ over the box of the loss, by a finer grid than the measure's, in float64."""
    own, data = of.task.objective, of.task.data.double()

    def energy(x: Tensor) -> Tensor:
        every = of.task.energy.table(
            weights, torch.cat([x, x[:, :1] * 0], 1), torch.arange(5.0)[:, None].double(), 1.0
        )
        return -torch.logsumexp(-every, 1)

    return float(
        energy(data[:, :2]).mean() + torch.logsumexp(-energy(own.space.grid(150).double()), 0)
    )


def test_the_exact_gradient_is_the_slope_of_the_likelihood_of_x() -> None:
    of = engine()
    of.train(20)
    weights = {k: w.double() for k, w in of.weights.items()}
    found, length = bias.exact(of.task, weights, of.task.data.double())
    assert length > 0
    generator = torch.Generator().manual_seed(0)
    for _ in range(3):
        way = {k: torch.randn(w.shape, generator=generator).double() for k, w in weights.items()}
        ends = [
            nll(of, {k: w + step * way[k] for k, w in weights.items()}) for step in (1e-5, -1e-5)
        ]
        wanted = (ends[0] - ends[1]) / 2e-5
        slope = float(found @ torch.cat([way[k].flatten() for k in weights]))
        assert slope == pytest.approx(wanted, rel=2e-3, abs=1e-4 * length)


@pytest.mark.slow
def test_long_chains_lose_the_bias_of_short_ones() -> None:
    of = engine()
    of.train(30)
    found = {}
    for steps in (1, 150):
        # From a fresh buffer, all over the box.
        task = engine(objective__steps=steps, objective__step=0.1).task
        found[steps] = bias.bias(task, of.weights, 0, task.objective.fresh())
    assert found[1]["bias_error"] > 2 * found[150]["bias_error"]
    assert found[150]["bias_error"] < 2 * found[150]["bias_noise"], "no more than chance"


def test_the_card_is_offered_and_says_of_what_it_is() -> None:
    of = engine()
    assert "gradient-bias" in [figure.name for figure in choices(of.scene)]
    of.train(5)
    plot = draw(Shot(of.scene, of.snapshot(("gradient-bias",))))
    assert "⟨E(x̂)⟩ − ⟨E(x)⟩" in plot.caption
    assert plot.caption.endswith("of −ln p(x) alone")
