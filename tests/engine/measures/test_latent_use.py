"""Whether F still stretches a manifold where it explains nothing, against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.latent_use import latent_use
from ebmviz.engine.model.engine import Engine
from tests.engine.verdicts.models import own, put, verdict
from tests.scenes import built_in

AROUND = np.linspace(0.1, 0.1 + 2 * np.pi, 40, endpoint=False)
QUARTER = np.stack([2 * np.cos(AROUND), 1.5 * np.sin(AROUND)], 1)
# About the origin and along the axes, so that the data's mean and axes are known.
SYMMETRIC = np.concatenate([QUARTER * [a, b] for a in (1, -1) for b in (1, -1)])


def of(radii: tuple[float, float], beta: float) -> Engine:
    one = Engine(built_in("ellipse-warm", {**own(SYMMETRIC), "objective.beta": beta}))
    put(one, {"w": torch.tensor(radii)})
    return one


@pytest.mark.parametrize("radii", [(1.4, 0.1), (0.2, 1.1)])
def test_growth_is_the_slope_of_f_along_the_axis(radii: tuple[float, float]) -> None:
    beta, axis = 0.7, int(np.argmin(radii))
    one = of(radii, beta)
    energy, data = one.task.energy, one.task.data.double()
    assert isinstance(energy, Decoder)
    w = torch.tensor(radii, dtype=torch.float64)

    def mean_free(stretch: float) -> float:
        longer = w.clone()
        longer[axis] *= stretch
        return float(energy.free({"w": longer}, data, beta).mean())

    slope = (mean_free(1 + 1e-4) - mean_free(1 - 1e-4)) / 2e-4
    p = energy.posterior({"w": w}, data, beta)
    points = energy.decode({"w": w}, energy.latents().double(), None)
    size = float((p @ points[:, axis].square()).mean())
    found = latent_use(one.task, {"w": w.float()})["meter_growth"]
    assert found == pytest.approx(1 - slope / (2 * size), rel=2e-3)


def test_a_point_grows_where_its_blur_is_narrower_than_the_data() -> None:
    """mathematics.md §1: it is stable exactly below β = 1/(2⟨y²⟩)."""
    for beta in (0.1, 2.0):
        found = latent_use(of((0.0, 0.0), beta).task, {"w": torch.zeros(2)})
        assert found["meter_growth"] == pytest.approx(1 / found["meter_blur"])
    small = latent_use(of((0.0, 0.0), 0.3).task, {"w": torch.full((2,), 0.02)})
    assert small["meter_growth"] == pytest.approx(1 / small["meter_blur"], rel=0.02)


@pytest.mark.parametrize("steps", [5, 150])
def test_a_thin_ellipse_that_has_yet_to_grow_is_not_too_hot(steps: int) -> None:
    slow = Engine(built_in("ellipse-warm", {"optimizer.lr": 0.002, "seed": 3}))
    slow.train(steps)
    report = slow.report()
    assert report["meter_explained"] < 0.1
    assert report["meter_growth"] > 1.1
    assert verdict(slow).state == "undecided"
