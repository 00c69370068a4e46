"""How far the mouse is from a mark, in pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core.plot import Bars, Curve, Image, Layer, Points, Rule, Segments
from ebmviz.ui.plots.under import far

LINE = Curve(np.array([0.0, 4.0, np.nan, 9.0]), np.array([0.0, 0.0, np.nan, 9.0]), "data")
DOTS = Points(np.array([1.0, 3.0]), np.array([1.0, 1.0]), "data", size=4.0)
ARROWS = Segments(np.array([[0.0, 0.0]]), np.array([[0.0, 2.0]]), "pull")
BARS = Bars(np.array([1.0, 2.0]), np.array([3.0, 1.0]), 0.5, "latent")


@pytest.mark.parametrize(
    ("layer", "at", "expected"),
    [
        (LINE, (2.0, 0.4), 4.0),
        (LINE, (5.0, 0.0), 20.0),
        (LINE, (6.5, 4.5), math.hypot(2.5 * 20, 4.5 * 10)),
        (DOTS, (3.0, 1.5), 5.0 - 2.0),
        (DOTS, (1.0, 1.0), -2.0),
        (ARROWS, (0.5, 1.0), 10.0),
        (BARS, (1.2, 2.5), 0.0),
        (BARS, (2.2, 2.5), math.inf),
        (Rule(3.0, "x", "cut"), (3.5, 99.0), 10.0),
        (Rule(3.0, "y", "cut"), (99.0, 2.0), 10.0),
        (Image(np.zeros((2, 2)), (0.0, 1.0), (0.0, 1.0), 0.0, 1.0, "viridis"), (0, 0), math.inf),
        (Curve(np.array([]), np.array([]), "data"), (0.0, 0.0), math.inf),
    ],
)
def test_far(layer: Layer, at: tuple[float, float], expected: float) -> None:
    assert far(layer, at, (0.05, 0.1)) == pytest.approx(expected)
