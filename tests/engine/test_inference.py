"""Descent over z ends at the bottom of its valley."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.latent_descent import MAX_STEPS, descend
from ebmviz.engine.energies.ellipse import Ellipse, EllipseParams


def valley(w: Array, y: Array, z0: float, count: int = 20_000) -> float:
    """E at the bottom of the valley that holds z0, on a fine ring."""
    z = np.arange(count) * (2 * np.pi / count)
    e = (y[0] - w[0] * np.cos(z)) ** 2 + (y[1] - w[1] * np.sin(z)) ** 2
    i = round(z0 / (2 * np.pi) * count) % count
    while True:
        best = min((i - 1) % count, (i + 1) % count, key=lambda k: e[k])
        if e[best] >= e[i]:
            return float(e[i])
        i = best


@pytest.mark.parametrize("scale", [0.3, 1.0, 5.0])
def test_descent_never_rises_and_ends_at_the_bottom_of_its_valley(scale: float) -> None:
    rng = np.random.default_rng(11)
    energy: Any = Ellipse(EllipseParams())
    for _ in range(60):
        w, y, z0 = rng.normal(size=2), scale * rng.normal(size=2), rng.uniform(0, 2 * np.pi)
        z, e = descend(energy, {"w": torch.tensor(w)}, torch.tensor(y), z0)
        assert len(z) == len(e) <= MAX_STEPS + 1
        assert z[0] == z0
        assert all(after < before for before, after in itertools.pairwise(e))
        bottom = valley(w, y, z0)
        assert e[-1] == pytest.approx(bottom, abs=1e-5 * (1 + bottom))


def test_descent_may_end_in_the_wrong_valley() -> None:
    energy: Any = Ellipse(EllipseParams())
    weights, y = {"w": torch.tensor([1.0, 2.0])}, torch.tensor([0.1, 0.0])
    z, e = descend(energy, weights, y, 2.5)
    assert e[-1] == pytest.approx(1.21, abs=1e-5)  # at z = π, though E(0) = 0.81
    assert z[-1] == pytest.approx(math.pi, abs=1e-3)


def test_descent_from_the_bottom_stays() -> None:
    energy: Any = Ellipse(EllipseParams())
    z, e = descend(energy, {"w": torch.tensor([2.0, 1.5])}, torch.tensor([1.0, 0.0]), 0.0)
    assert (z, e) == ([0.0], [1.0])


def test_descent_ends_at_a_kink_from_which_no_step_goes_down() -> None:
    class Kinked:
        def energies(self, _weights: object, _y: object, z: torch.Tensor) -> torch.Tensor:
            return (z - 1).abs()

    energy: Any = Kinked()
    z, e = descend(energy, {}, torch.zeros(2), 1 + 1e-13)
    assert z == [1 + 1e-13]
    assert e == pytest.approx([1e-13], rel=1e-2)
