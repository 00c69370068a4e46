"""Each slip of the sources beside what is right: closed forms, tables of mathematics.md,
autograd."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.core.plot import Curve
from ebmviz.core.scene import replace
from ebmviz.engine.model.opening import opened
from ebmviz.engine.theory.errata import SLIPS, slip_kl
from ebmviz.figures import errata
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import main
from ebmviz.figures.slots import cards
from tests.figures.drawing import labelled, layers, plots, sound
from tests.scenes import CATALOGUE, built_in


def curves(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, right, slip = (t.numpy() for t in SLIPS[name].curves())
    assert x.dtype == right.dtype == slip.dtype == np.float64
    return x, right, slip


def test_the_joint_models_minus() -> None:
    u, right, slip = curves("joint-sign")
    np.testing.assert_allclose(right, 1 / (1 + np.exp(-u)), atol=1e-14)
    np.testing.assert_allclose(slip, 1 / (1 + np.exp(u)), atol=1e-14)


def test_one_class_too_many_takes_a_share() -> None:
    u, right, slip = curves("classes")
    np.testing.assert_allclose(right, np.exp(-u) / (np.exp(-u) + 1), atol=1e-14)
    np.testing.assert_allclose(slip, np.exp(-u) / (np.exp(-u) + 2), atol=1e-14)


def test_log2_makes_a_divergence_negative() -> None:
    """mathematics.md §5: −0.043 at s = 1.20."""
    s, right, slip = curves("log2")
    np.testing.assert_allclose(right, (s**2 - np.log(s**2) - 1) / 2, atol=1e-14)
    np.testing.assert_allclose(slip, (s**2 - np.log2(s**2) - 1) / 2, atol=1e-14)
    assert right.min() >= 0
    assert s[right.argmin()] == pytest.approx(1, abs=0.01)
    assert (slip.min(), s[slip.argmin()]) == pytest.approx((-0.043, 1.20), abs=5e-3)
    one = torch.tensor([0.3], dtype=torch.float64), torch.tensor([2.0], dtype=torch.float64)
    assert float(slip_kl(*one)) == pytest.approx((0.09 + 4 - 2 - 1) / 2)


def test_square_squares_minus_would_pull_wrong_answers_down() -> None:
    e, right, slip = curves("square-square")
    hinge = np.where(e < 1.5, 1.5 - e, 0) ** 2
    np.testing.assert_allclose(right, 0.25 + hinge, atol=1e-14)
    np.testing.assert_allclose(slip, 0.25 - hinge, atol=1e-14)
    below = e < 1.5
    assert (np.diff(right[below]) < 0).all()
    assert (np.diff(slip[below]) > 0).all()


def test_lista_with_plus_is_ista_and_with_minus_stays_higher() -> None:
    k, right, slip = curves("lista")
    assert (k[0], k[-1]) == (1, 20)
    # ISTA as mathematics.md writes it, z ← shrink(z − W'(Wz − y)/L), by numpy.
    w = np.array([[math.cos(a) for a in (0.2, 1.1, 2.3)], [math.sin(a) for a in (0.2, 1.1, 2.3)]])
    y, largest, z = np.array([1.0, 0.4]), np.linalg.norm(w.T @ w, 2), np.zeros(3)
    for found in right:
        moved = z - w.T @ (w @ z - y) / largest
        z = np.sign(moved) * np.maximum(np.abs(moved) - 0.1 / largest, 0)
        energy = 0.5 * ((y - w @ z) ** 2).sum() + 0.1 * np.abs(z).sum()
        assert found == pytest.approx(energy, abs=1e-12)
    assert (np.diff(right) <= 1e-12).all()
    assert slip[-1] > right[-1] + 0.005


def test_the_cold_section_of_the_lectures_ellipse() -> None:
    """mathematics.md §9: F_∞(0) = w_min² = 0.1286, zeros at |y_2| = 0.3586, not 0.4."""
    y, right, slip = curves("section")
    middle = len(y) // 2
    assert right[middle] == pytest.approx(0.35856**2, abs=1e-12)
    assert right[middle] == pytest.approx(0.1286, abs=1e-4)
    assert abs(y[middle:][right[middle:].argmin()]) == pytest.approx(0.3586, abs=0.005)
    assert abs(y[middle:][slip[middle:].argmin()]) == pytest.approx(0.4, abs=0.005)
    z = np.arange(48) * 2 * np.pi / 48
    points = np.stack([-1.45263 * np.cos(z), 0.35856 * np.sin(z)], 1)
    brute = (points[:, 0] ** 2 + (y[:, None] - points[:, 1]) ** 2).min(1)
    np.testing.assert_allclose(right, brute, atol=1e-14)


def test_the_integral_diverges_where_the_mean_does_not() -> None:
    """mathematics.md §1: F_β(0) = (w1² + w2²)/2 − (1/β) ln I0(β(w1² − w2²)/2)."""
    power, right, slip = curves("integral")
    a, b = 1.45263**2, 0.35856**2
    i0 = np.i0(10**power * (a - b) / 2)
    few = power < 1  # 48 z are the integral there, to all digits
    wanted = (a + b) / 2 - np.log(i0) / 10**power
    np.testing.assert_allclose(right[few], wanted[few], atol=1e-9)
    np.testing.assert_allclose(right - slip, math.log(2 * math.pi) / 10**power, rtol=1e-12)
    assert right[0] == pytest.approx((a + b) / 2, abs=0.02)
    assert slip[0] < -50


def test_information_and_entropy_of_a_cube() -> None:
    ratio, right, slip = curves("cube")
    np.testing.assert_allclose(right, np.log2(1 / ratio), atol=1e-13)
    np.testing.assert_allclose(slip, np.log2(ratio), atol=1e-13)


def test_the_multipliers_are_the_gradient_by_autograd() -> None:
    k, right, slip = curves("sign")
    z, states = torch.tensor(0.5, dtype=torch.float64, requires_grad=True), []
    weights = (1.4, 0.6, 1.8, 0.9, 1.3, 0.7)
    for w in weights:
        z = torch.tanh(w * z)
        states.append(z)
    slopes = torch.autograd.grad(0.5 * (z - 1) ** 2, states)
    gradient = np.array([float(each) for each in slopes])
    np.testing.assert_allclose(right, gradient, atol=1e-14)
    np.testing.assert_array_equal(slip, -right)
    _, again, index = curves("index")
    np.testing.assert_array_equal(again, right)
    bends = [w * (1 - float(s.detach()) ** 2) for w, s in zip(weights, states, strict=True)]
    wanted = [gradient[-1]]
    for j in range(len(weights) - 2, -1, -1):
        wanted.insert(0, bends[j] * wanted[0])
    np.testing.assert_allclose(index, wanted, atol=1e-14)
    assert np.abs(index - right)[:-1].min() > 0.005, "and it is seen"


def test_the_scene_shows_all_and_the_chosen_one_with_its_source() -> None:
    scene = built_in("errata", {})
    assert main(scene) is errata.FIGURE
    assert cards(scene) == (errata.ONE,)
    shot = Shot(scene, opened(scene).snapshot(("errata",)))
    sheet = errata.draw(shot)
    assert len(plots(sheet)) == len(SLIPS)
    for plot, slip in zip(plots(sheet), SLIPS.values(), strict=True):
        sound(plot)
        assert plot.title == slip.title
    for name, slip in SLIPS.items():
        chosen = Shot(replace(scene, {"energy.slip": name}, CATALOGUE), shot.snapshot)
        plot = errata.one(chosen)
        sound(plot)
        assert slip.title in plot.title
        assert slip.source in plot.caption
        x, right, false = curves(name)
        curve = labelled(plot, slip.right)
        assert isinstance(curve, Curve)
        assert np.array_equal(curve.y, right)
        assert len(layers(plot, Curve)) == 2
        assert np.abs(right - false).max() > 0.01
        assert np.array_equal(curve.x, x)
