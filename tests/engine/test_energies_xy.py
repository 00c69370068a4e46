"""Energies over (x, y): their formulas, tables, gradients, and what is predicted from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.conditional import Conditional
from ebmviz.engine.energies.implicit import Implicit
from ebmviz.engine.energies.regression import Regression, RegressionParams
from ebmviz.engine.energies.unconditional import Unconditional
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.weights import Weights
from tests.scenes import CATALOGUE, built_in

ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "relu": lambda v: np.maximum(v, 0),
    "silu": lambda v: v / (1 + np.exp(-v)),
}
SIZES: dict[str, Any] = {"hidden": 7, "layers": 2}
KINDS: tuple[tuple[Any, str, tuple[str, str]], ...] = (
    (Regression, "distance", ("l1", "half-square")),
    (Implicit, "distance", ("l1", "half-square")),
    (Conditional, "output", ("linear", "square")),
    (Unconditional, "output", ("linear", "square")),
)
ENERGIES: dict[str, Any] = {
    f"{cls.kind}-{choice}-{act}": cls(cls.Params(activation=act, **{name: choice}, **SIZES))
    for cls, name, choices in KINDS
    for choice in choices
    for act in ACTIVATIONS
}
every_energy = pytest.mark.parametrize("energy", ENERGIES.values(), ids=ENERGIES.keys())
ROWS = 2 * torch.randn(6, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def drawn(energy: Any) -> Weights:
    """Initial weights in float64."""
    weights = energy.initial(torch.Generator().manual_seed(5), ROWS)
    return {k: w.double() for k, w in weights.items()}


def mlp(weights: Weights, name: str, x: Array, activation: str) -> Array:
    """The network by plain sums: the last layer is linear."""
    last = max(int(m[1]) for k in weights if (m := re.fullmatch(rf"{name}\.w(\d+)", k)))
    for i in range(1, last + 1):
        x = x @ weights[f"{name}.w{i}"].numpy().T + weights[f"{name}.b{i}"].numpy()
        x = ACTIVATIONS[activation](x) if i < last else x
    return x


def formula(energy: Any, weights: Weights, rows: Array) -> Array:
    p = energy.params
    if energy.kind in ("conditional", "unconditional"):
        out = mlp(weights, "f", rows, p.activation)[:, 0]
        return out**2 if p.output == "square" else out
    if energy.kind == "regression":
        gap = mlp(weights, "g", rows[:, :1], p.activation) - rows[:, 1:]
    else:
        x, y = (mlp(weights, n, rows[:, [i]], p.activation) for i, n in enumerate("xy"))
        gap = x - y
    return np.abs(gap).sum(1) if p.distance == "l1" else 0.5 * (gap**2).sum(1)


@every_energy
def test_an_energy_is_its_formula(energy: Any) -> None:
    weights = drawn(energy)
    found = energy.free(weights, ROWS, 1.0)
    np.testing.assert_allclose(found, formula(energy, weights, ROWS.numpy()), rtol=1e-12)
    assert ("nonnegative" not in energy.traits) or bool((found >= 0).all())


@every_energy
def test_a_table_holds_the_energies_of_all_pairs(energy: Any) -> None:
    weights = drawn(energy)
    answers = torch.linspace(-2, 2, 5 * energy.answer, dtype=torch.float64).view(-1, energy.answer)
    table = energy.table(weights, ROWS, answers, 1.0)
    pairs = [energy.free(weights, energy.replaced(ROWS, a.expand(6, -1)), 1.0) for a in answers]
    torch.testing.assert_close(table, torch.stack(pairs, 1), rtol=1e-12, atol=1e-13)


@every_energy
def test_the_gradient_is_that_of_finite_differences(energy: Any) -> None:
    weights = drawn(energy)
    names = list(weights)

    def value(rows: Tensor, *given: Tensor) -> Tensor:
        return energy.free(dict(zip(names, given, strict=True)), rows, 1.0)

    inputs = (ROWS.clone().requires_grad_(), *(weights[k].requires_grad_() for k in names))
    assert torch.autograd.gradcheck(value, inputs, eps=1e-6, atol=1e-7)


@every_energy
def test_a_row_does_not_see_the_rest_of_its_batch(energy: Any) -> None:
    weights = drawn(energy)
    alone = torch.cat([energy.free(weights, row[None], 1.0) for row in ROWS])
    torch.testing.assert_close(energy.free(weights, ROWS, 1.0), alone, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("distance", ["l1", "half-square"])
def test_regression_knows_its_best_answer(distance: str) -> None:
    energy = Regression(RegressionParams(distance=distance))
    weights = drawn(energy)
    best = energy.best(weights, ROWS)
    at_best = energy.free(weights, energy.replaced(ROWS, best), 1.0)
    assert bool((at_best == 0).all())
    for step in (-1e-3, 1e-3):
        beside = energy.free(weights, energy.replaced(ROWS, best + step), 1.0)
        want = 1e-3 if distance == "l1" else 0.5e-6
        np.testing.assert_allclose(beside, want, rtol=1e-9)


# predictions --------------------------------------------------------------------------


def predicted(name: str, steps: int, **changes: object) -> tuple[Array, Array, Engine]:
    engine = Engine(built_in(name, changes))
    engine.train(steps)
    arrays = engine.snapshot(("prediction",)).arrays
    return arrays["prediction"], arrays["minima"], engine


def test_regression_predicts_its_network() -> None:
    curve, minima, engine = predicted("regression", 20)
    rows = torch.tensor(curve)
    energy = engine.task.energy
    assert len(minima) == 0
    assert float(energy.free(engine.weights, rows, 1.0).max()) < 1e-6
    left, right = engine.scene.view.window[:2]
    assert left < curve[0, 0] < curve[-1, 0] < right


def test_a_searched_prediction_is_the_least_energy_of_its_column() -> None:
    curve, minima, engine = predicted("implicit-regression", 150)
    bottom, top = engine.scene.view.window[2:]
    y = torch.linspace(bottom, top, 4001)[:, None]
    curve = curve[np.isfinite(curve).all(1)]
    assert len(curve) > 60
    rows = torch.tensor(curve)
    table = engine.task.energy.table(engine.weights, rows, y, 1.0)
    best = y[table.argmin(1), 0].numpy()
    cell = (top - bottom) / 161
    assert np.abs(best - curve[:, 1]).max() < 2 * cell  # L1 has kinks: no parabola
    inside = (minima[:, 1] > bottom) & (minima[:, 1] < top)
    assert inside.all()


def test_other_minima_are_minima_and_a_jump_breaks_the_curve() -> None:
    curve, minima, engine = predicted("conditional", 300)
    assert len(minima) > 0
    energy, weights = engine.task.energy, engine.weights
    here = energy.free(weights, torch.tensor(minima), 1.0)
    bottom, top = engine.scene.view.window[2:]
    for step in (-2, 2):
        moved = torch.tensor(minima + np.array([0, step * (top - bottom) / 161], np.float32))
        assert bool((energy.free(weights, moved, 1.0) > here).all())
    gaps = np.abs(np.diff(curve[:, 1]))
    assert np.nanmax(gaps) < 0.08 * (top - bottom) + 1e-6


def test_other_planes_have_no_prediction() -> None:
    scene = replace(library.scene("unconditional", CATALOGUE), {"device": "cpu"}, CATALOGUE)
    assert "prediction" not in Engine(scene).snapshot(("prediction",)).arrays


# training -----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "steps"), [("regression", 300), ("implicit-regression", 300)])
def test_the_scenes_of_the_tutorial_learn_the_parabola(name: str, steps: int) -> None:
    curve, _, _ = predicted(name, steps)
    curve = curve[np.isfinite(curve).all(1) & (np.abs(curve[:, 0]) < 0.9)]
    assert len(curve) > 60
    assert np.abs(curve[:, 1] - curve[:, 0] ** 2).mean() < 0.06


def test_two_branches_with_the_energy_loss_go_flat() -> None:
    """LeCun et al. 2006, §3.4: nothing keeps both networks from agreeing on a constant."""
    _, _, engine = predicted("implicit-regression", 300, objective__loss="energy")
    _, _, other = predicted("regression", 300)
    places = torch.cartesian_prod(torch.linspace(-1, 1, 30), torch.linspace(0, 1, 30))
    flat, valley = (e.task.energy.free(e.weights, places, 1.0).max() for e in (engine, other))
    assert float(flat) < 0.2
    assert float(valley) > 0.7
