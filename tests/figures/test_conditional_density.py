"""P(y|x) over the plane and P(k|x) of classes, by brute force in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.plot import Curve, Image
from ebmviz.core.scene import Scene, visible
from ebmviz.engine.energies.base.capabilities import Predicts
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import conditional_density as figure
from ebmviz.figures.base.figure import Shot
from tests.figures.drawing import layers, plots, sound
from tests.scenes import CATALOGUE, built_in

WINDOW = (-1.2, 0.8, -0.5, 1.9)


def taken(scene: Scene, steps: int = 0) -> tuple[Shot, Engine]:
    engine = Engine(scene)
    engine.train(steps)
    needs = ("conditional-density", "classes", "data")
    return Shot(scene, engine.snapshot(needs)), engine


@pytest.mark.parametrize("name", ["regression", "implicit-regression", "conditional", "lagrangian"])
@pytest.mark.parametrize("beta", [0.0, 3.0, 500.0])
def test_every_column_is_the_density_of_its_energies(name: str, beta: float) -> None:
    given = {"view.beta": beta, "view.window": WINDOW, "view.resolution": 40}
    shot, engine = taken(built_in(name, given), steps=5)
    p, x = shot.snapshot.arrays["conditional_p"], shot.snapshot.arrays["conditional_x"]
    assert p.shape == (40, 40)
    low, high = WINDOW[2:]
    cell = (high - low) / 40
    y = low + (np.arange(40) + 0.5) * cell
    np.testing.assert_allclose(p.sum(0) * cell, 1, atol=1e-12)
    weights = {k: w.double() for k, w in engine.weights.items()}
    for column in (0, 17, 39):
        rows = torch.tensor([[x[column], at] for at in y], dtype=torch.float64)
        e = engine.task.energy.free(weights, rows, 1.0).detach().numpy()
        weight = np.exp(-beta * (e - e.min()))
        np.testing.assert_allclose(p[:, column], weight / weight.sum() / cell, rtol=1e-7, atol=1e-9)
        mean = (y * weight).sum() / weight.sum()
        assert shot.snapshot.arrays["conditional_mean"][column] == pytest.approx(mean, abs=1e-9)


def test_a_regressions_columns_are_gaussians_of_variance_1_over_beta() -> None:
    """E = ½(G − y)²: P(y|x) = N(G(x), 1/β) where the window is wide."""
    given = {"view.beta": 50.0, "view.window": (-1, 1, -8, 8), "energy.distance": "half-square"}
    shot, engine = taken(built_in("regression", given, view__resolution=128))
    x = torch.from_numpy(shot.snapshot.arrays["conditional_x"])
    rows = torch.stack([x, torch.zeros_like(x)], 1)
    weights = {k: w.double() for k, w in engine.weights.items()}
    assert isinstance(engine.task.energy, Predicts)
    best = engine.task.energy.best(weights, rows)
    y = -8 + (np.arange(128) + 0.5) / 8
    wanted = np.exp(-25 * (y[:, None] - best.detach().numpy().T) ** 2) * math.sqrt(25 / math.pi)
    np.testing.assert_allclose(shot.snapshot.arrays["conditional_p"], wanted, atol=1e-6)
    assert shot.snapshot.metrics["conditional_edge"] < 1e-9


def test_the_plot_names_its_window_and_what_it_cuts_off() -> None:
    shot, _ = taken(built_in("regression", {"view.beta": 2.0, "view.window": (-1, 1, -0.5, 0.5)}))
    plot = figure.draw(shot)
    sound(plot)
    assert "−0.5 ≤ y ≤ 0.5" in plot.title
    assert "cut off" in plot.caption
    wide, _ = taken(built_in("regression", {"view.beta": 20.0, "view.window": (-1, 1, -8, 8)}))
    assert "cut off" not in figure.draw(wide).caption
    (mean,) = layers(plot, Curve)
    assert np.array_equal(mean.y, shot.snapshot.arrays["conditional_mean"])
    cold, _ = taken(built_in("regression", {"view.cards": "conditional-density"}, view__beta="inf"))
    empty = figure.draw(cold)
    assert empty.layers == ()
    assert "move β" in empty.caption


@pytest.mark.parametrize("name", ["binary", "multiclass", "jem"])
@pytest.mark.parametrize("beta", [0.0, 1.5, 60.0, math.inf])
def test_classes_share_one_probability(name: str, beta: float) -> None:
    shot, engine = taken(built_in(name, {"view.beta": beta, "view.resolution": 24}), steps=5)
    found = [layers(plot, Image)[0].values for plot in plots(figure.classes(shot))]
    assert len(found) == engine.task.energy.classes(engine.weights)
    np.testing.assert_allclose(sum(found), 1, atol=1e-6)
    left, right, bottom, top = shot.scene.view.window
    at = (np.arange(24) + 0.5) / 24
    places = torch.tensor([[left + (right - left) * at[5], bottom + (top - bottom) * at[19]]])
    every = torch.arange(len(found)).double()[:, None]
    weights = {k: w.double() for k, w in engine.weights.items()}
    rows = engine.task.energy.rows(shot.scene.view, places.double())
    e = engine.task.energy.table(weights, rows, every, beta)[0].detach().numpy()
    cold = math.isinf(beta)
    wanted = (e == e.min()).astype(float) if cold else np.exp(-beta * (e - e.min()))
    for k, p in enumerate(wanted / wanted.sum()):
        assert found[k][19, 5] == pytest.approx(p, abs=1e-4)


def test_equals_share_the_probability_of_the_coldest() -> None:
    e = np.array([[1.0, 2.0], [1.0, 3.0], [4.0, 1.5]])
    np.testing.assert_array_equal(figure.shares(e, math.inf), [[0.5, 0], [0.5, 0], [0, 1]])


def test_the_card_brings_the_dial_of_beta_with_it() -> None:
    """A regression's map does not depend on β, but P(y|x) does."""
    plain = library.scene("regression", CATALOGUE)
    assert "view.beta" not in visible(plain, CATALOGUE)
    asked = built_in("regression", {"view.cards": "loss-curve, conditional-density"})
    assert "view.beta" in visible(asked, CATALOGUE)
