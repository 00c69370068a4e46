"""The built-in scene `horn` learns the horn; a regressor beside it learns its axis."""

from __future__ import annotations

import json
import math

import pytest
import torch

from ebmviz.cli import main
from ebmviz.core import library
from ebmviz.engine.datasets.horn import HornData, HornDataParams, radii
from ebmviz.engine.energies.base.horn_decoder import HornDecoder
from ebmviz.engine.model import build, registry
from ebmviz.engine.training import step

STEPS = 1000
FLOOR = 2 * 0.05**2  # ⟨‖ε‖²⟩
CATALOGUE = registry.catalogue()


def test_a_thousand_cold_steps_find_the_radii_and_the_regressor_finds_the_axis() -> None:
    scene = library.scene("horn", CATALOGUE)
    task = build.problem(scene, torch.device("cpu"))
    assert isinstance(task.energy, HornDecoder)
    assert scene["objective.beta"] == math.inf
    state = step.start(task)
    while state.step < STEPS:
        state = step.advance(task, state, STEPS - state.step).state
    fresh = torch.from_numpy(HornData(HornDataParams(count=4000)).points(99)).float()
    free = task.energy.free(state.weights, fresh, math.inf)
    assert float(free.mean()) < 2 * FLOOR
    x = torch.linspace(0.05, 0.95, 91)
    true = torch.from_numpy(radii(x.double().numpy())).float()
    found = task.energy.predict(state.weights, x).abs()
    assert float((found / true - 1).abs().max()) < 0.05
    axis = task.energy.regress(state.weights, x)
    assert float((axis.norm(dim=1) / true.amin(1)).max()) < 0.3
    answers = task.energy.regress(state.weights, fresh[:, 0])
    missed = (fresh[:, 1:] - answers).square().sum(1).mean()
    assert float(missed) > 1000 * float(free.mean()), "the mean is no answer"


def test_the_regressor_moves_nothing_of_the_energy() -> None:
    scene = library.scene("horn", CATALOGUE)
    task = build.problem(scene, torch.device("cpu"))
    state = step.start(task)
    moved = {k: w + (0.3 if k.startswith("mse") else 0) for k, w in state.weights.items()}
    with torch.no_grad():
        loss, slopes = task.gradient(state.weights, task.data[:20], 0)
        other, others = task.gradient(moved, task.data[:20], 0)
    assert float(loss) == float(other)
    for name, slope in slopes.items():
        assert torch.equal(slope, others[name]) != name.startswith("mse"), name
        assert float(slope.abs().max()) > 0


def test_eval_takes_x(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "horn", "--x", "0.3", "--y", "1,2", "0,-3", "--beta", "10", "inf"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["x"] for row in rows] == [0.3] * 4
    scene = library.scene("horn", CATALOGUE)
    task = build.problem(scene, torch.device("cpu"))
    weights = {k: w.double() for k, w in step.start(task).weights.items()}
    places = torch.tensor([[0.3, 1, 2], [0.3, 0, -3]], dtype=torch.float64)
    for i, beta in enumerate((10.0, math.inf)):
        free = task.energy.free(weights, places, beta)
        assert [rows[i]["free_energy"], rows[2 + i]["free_energy"]] == pytest.approx(free.tolist())
    assert rows[1]["energy_min"] == pytest.approx(rows[1]["free_energy"])


def test_eval_refuses_x_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "kmeans", "--x", "0.3", "--y", "1,2"]) == 2
    assert "no x" in capsys.readouterr().err
