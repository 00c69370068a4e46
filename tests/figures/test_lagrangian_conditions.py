"""L(z, λ, w) around its stationary point, beside finite differences and autograd, in float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core.plot import Curve, Points
from ebmviz.engine.measures.lagrangian_conditions import REACH, SAMPLES
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import lagrangian_conditions as figure
from ebmviz.figures.base.figure import Shot
from tests.figures.drawing import labelled, layers, plots, sound
from tests.scenes import built_in


def taken(steps: int, **energy: object) -> tuple[Shot, Engine]:
    given = {f"energy.{k}": v for k, v in energy.items()}
    scene = built_in("lagrangian", given)
    engine = Engine(scene)
    engine.train(steps)
    return Shot(scene, engine.snapshot(figure.FIGURE.needs)), engine


@pytest.mark.parametrize("steps", [0, 40])
@pytest.mark.parametrize(("depth", "activation"), [(1, "tanh"), (3, "silu"), (6, "sigmoid")])
def test_the_conditions_hold_with_either_sign(steps: int, depth: int, activation: str) -> None:
    shot, engine = taken(steps, layers=depth, activation=activation)
    found = shot.snapshot.arrays["conditions"]
    assert found.shape == (2, 3, depth)
    assert found.max() < 1e-12
    assert gradient(shot, engine) > 1e-6, "and the gradient itself is not"


def test_l_is_flat_along_lambda_level_along_z_and_falls_with_the_gradient_along_w() -> None:
    shot, engine = taken(3)
    a, steepest = shot.snapshot.arrays, gradient(shot, engine)
    way, (multiplier, state, weight) = a["condition_way"], a["condition_lines"]
    assert (len(way), way[0], way[-1]) == (SAMPLES, -REACH, REACH)
    assert np.abs(multiplier).max() < 1e-14
    middle = SAMPLES // 2
    assert max(abs(state[middle]), abs(weight[middle])) < 1e-15
    h = way[middle + 1]
    assert abs(state[middle + 1] - state[middle - 1]) / (2 * h) < 2e-3 * steepest
    assert np.abs(state).max() > 1e-6
    slope = 8 * (weight[middle + 1] - weight[middle - 1]) - weight[middle + 2] + weight[middle - 2]
    assert slope / (12 * h) == pytest.approx(steepest, rel=1e-4)


def gradient(shot: Shot, engine: Engine) -> float:
    """‖∂E/∂w‖ of the energy that is trained, by autograd alone."""
    leaves = {k: w.double().requires_grad_() for k, w in engine.weights.items()}
    rows = engine.task.data
    datum = rows[(rows[:, 0] - shot.scene.view.probe[0]).abs().argmin()].double()
    energy = engine.task.energy.free(leaves, datum[None], 1.0).sum()
    slopes = torch.autograd.grad(energy, list(leaves.values()))
    return float(torch.cat([g.flatten() for g in slopes]).norm())


def test_the_sheet_shows_the_lines_and_lambda_by_both_signs() -> None:
    shot, _ = taken(3)
    left, right = plots(figure.draw(shot))
    for plot in (left, right):
        sound(plot)
    for curve, line in zip(
        layers(left, Curve), shot.snapshot.arrays["condition_lines"], strict=True
    ):
        np.testing.assert_array_equal(curve.y, line)
    ours: Points = labelled(right, "as here")
    slide: Points = labelled(right, "as printed")
    true: Points = labelled(right, "∂C/∂z")
    np.testing.assert_allclose(ours.y, true.y, atol=1e-12)
    np.testing.assert_allclose(slide.y, -true.y, atol=1e-12)
