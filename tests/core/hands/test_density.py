"""Points drawn from the dark parts of a picture."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.hands.chance import chance
from ebmviz.core.hands.density import SHARE, drawn, placed

UNIT = (0.0, 1.0, 0.0, 1.0)


def test_points_are_as_many_as_a_part_is_dark_and_the_first_row_is_on_top() -> None:
    dark = np.array([[0.5, 0.0], [0.0, 0.0], [0.0, 1.0]])
    points = drawn(dark, (0.0, 2.0, 0.0, 3.0), 30_000, chance(0, 0))
    column, row = np.floor(points).astype(int).T
    counts = {at: int(((column == at[0]) & (row == at[1])).sum()) for at in ((0, 2), (1, 0))}
    assert sum(counts.values()) == 30_000
    assert counts[0, 2] == pytest.approx(10_000, rel=0.05)
    # Even within a dot: mean ½ and variance 1/12.
    within = points[(column == 1)] - [1, 0]
    assert within.mean(0) == pytest.approx([0.5, 0.5], abs=0.01)
    assert within.var(0) == pytest.approx([1 / 12] * 2, rel=0.03)


def test_paper_that_is_not_quite_white_is_paper() -> None:
    dark = np.full((10, 10), 0.015)
    dark[0, 0] = 1.0
    points = drawn(dark, UNIT, 100, chance(1, 0))
    assert (points[:, 0] < 0.1).all()
    assert (points[:, 1] > 0.9).all()
    with pytest.raises(UserError, match="no dark parts"):
        drawn(dark[1:], UNIT, 10, chance(1, 0))


@pytest.mark.parametrize("shape", [(100, 200), (300, 100), (50, 50)])
@pytest.mark.parametrize("pixel", [(0.01, 0.01), (0.02, 0.005)])
def test_a_picture_keeps_its_shape_on_the_screen(
    shape: tuple[int, int], pixel: tuple[float, float]
) -> None:
    window = (-4.0, 2.0, 1.0, 5.0)
    left, right, bottom, top = placed(window, np.array(pixel), shape)
    wide, high = (right - left) / pixel[0], (top - bottom) / pixel[1]
    assert wide / high == pytest.approx(shape[1] / shape[0])
    assert max((right - left) / 6, (top - bottom) / 4) == pytest.approx(SHARE)
    assert (left + right, bottom + top) == pytest.approx((-2, 6))
