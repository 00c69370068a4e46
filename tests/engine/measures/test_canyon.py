"""The canyon: how the meter sees its walls, and what lowers them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core.diagnosis import diagnose
from ebmviz.core.scene import replace
from ebmviz.engine.measures.base.boxes import box as box_of
from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.model.engine import Engine
from tests.engine.likelihood import engine
from tests.scenes import CATALOGUE, built_in


def test_the_steepness_is_that_of_the_steepest_climb() -> None:
    for beta in (1.0, 2.5):
        of = engine("nll", objective__beta=beta)
        found = meter(of.task, of.state.weights)
        low, high = box_of(of.task)
        cell = ((high - low) / 64).numpy()
        side = 400
        axes = [float(low[k]) + 64 * cell[k] * (np.arange(side) + 0.5) / side for k in (0, 1)]
        places = torch.tensor(np.stack(np.meshgrid(*axes, indexing="ij"), -1)).float()
        with torch.no_grad():
            free = of.task.energy.free(of.state.weights, places.view(-1, 2), beta)
        grid = free.view(side, side).double().numpy()
        # The first axis of the grid is y_1, the first of a cell's sides as well.
        climbs = [np.abs(np.diff(grid, axis=k)).max() / (64 * cell[k] / side) for k in (0, 1)]
        assert found["meter_steepness"] == pytest.approx(max(climbs), rel=0.03)


CURES: list[dict[str, object]] = [
    {"regularizer.decay": 0.1},
    {"regularizer.spectral": 4.0},
    {"regularizer.gradient": 0.005},
]


@pytest.mark.parametrize("cure", CURES, ids=lambda c: next(iter(c)).partition(".")[2])
def test_the_walls_of_the_canyon_grow_and_a_cure_lowers_them(cure: dict[str, object]) -> None:
    small = {"energy.hidden": 24, "objective.answers": 24, "optimizer.lr": 0.03}
    one = Engine(built_in("canyon", small))
    one.train(40)
    early = one.report()["meter_steepness"]
    one.train(460)
    late = one.report()
    assert late["meter_steepness"] > 3 * early
    assert diagnose(late, one.scene.facts).state == "canyon"
    one.set_scene(replace(one.scene, cure, CATALOGUE))
    one.train(150)
    healed = one.report()
    assert healed["meter_steepness"] < 0.5 * late["meter_steepness"]
    assert diagnose(healed, one.scene.facts).state == "separates"
