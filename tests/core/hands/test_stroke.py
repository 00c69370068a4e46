"""Strokes of brushes: what a path makes of points."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.hands.stroke import APART, BRUSHES, DROPS, SPREAD, begun
from ebmviz.core.samples import LABELLED, POINTS

RADIUS = np.array([1.0, 0.5])
GRID = np.stack(np.meshgrid(np.arange(-4.0, 5), np.arange(-4.0, 5)), -1).reshape(-1, 2)
PATH = [(1.0, 0.0), (3.0, 0.2), (3.0, 2.0)]


@pytest.mark.parametrize("brush", BRUSHES)
def test_a_path_gives_the_same_points_however_its_moves_came(brush: str) -> None:
    first = begun(Cloud(POINTS, GRID), (0.0, 0.0), RADIUS, seed=3, serial=2)
    at_once, one_by_one = first.to(*PATH), first
    for place in PATH:
        one_by_one = one_by_one.to(place)
    after = BRUSHES[brush](at_once)
    assert np.array_equal(after.rows, BRUSHES[brush](one_by_one).rows)
    assert not np.array_equal(after.rows, GRID)
    assert np.array_equal(first.before.rows, GRID)  # a stroke changes nothing


def test_dabs_are_as_far_apart_on_the_screen_whichever_way_they_go() -> None:
    along = begun(Cloud(POINTS, GRID), (0.0, 0.0), RADIUS).to((7.01, 0.0)).dabs
    up = begun(Cloud(POINTS, GRID), (0.0, 0.0), RADIUS).to((0.0, 3.51)).dabs
    assert len(along) == len(up) == 11
    assert np.diff(along[:, 0]) == pytest.approx(APART)
    assert np.diff(up[:, 1]) == pytest.approx(APART / 2)


def test_a_brush_paints_at_its_dabs_and_in_its_class() -> None:
    cloud = Cloud(LABELLED, np.column_stack([GRID, np.arange(len(GRID)) % 3]))
    stroke = begun(cloud, (0.25, 0.25), RADIUS, beside=2).to((4.0, 0.25))
    new = BRUSHES["paint"](stroke).rows[len(GRID) :]
    assert np.array_equal(new[:, :2], stroke.dabs)
    assert set(new[:, 2]) == {2}


def test_a_spray_is_gaussian_and_what_is_there_does_not_move_as_it_goes_on() -> None:
    stroke = begun(Cloud(POINTS, GRID), (0.0, 0.0), RADIUS, seed=1)
    early = BRUSHES["spray"](stroke).rows
    for _ in range(999):
        stroke = stroke.again()
    late = BRUSHES["spray"](stroke).rows
    assert len(late) == len(GRID) + 1000 * DROPS
    assert np.array_equal(late[: len(early)], early)
    assert late[len(GRID) :].std(0) == pytest.approx(SPREAD * RADIUS, rel=0.04)


def test_an_eraser_takes_what_it_touches_and_nothing_else() -> None:
    stroke = begun(Cloud(POINTS, GRID), (-4.0, 0.0), RADIUS).to((4.0, 0.0))
    left = BRUSHES["erase"](stroke).rows
    assert np.array_equal(left, GRID[GRID[:, 1] != 0])


def test_noise_and_thinning_meet_each_point_once() -> None:
    stroke = begun(Cloud(POINTS, GRID), (-4.0, 0.0), RADIUS, seed=5).to((4.0, 0.0))
    back = stroke.to((-4.0, 0.0))
    for brush in ("noise", "thin"):
        once, twice = BRUSHES[brush](stroke).rows, BRUSHES[brush](back).rows
        assert np.array_equal(once, twice)
    row = GRID[:, 1] == 0
    shaken = BRUSHES["noise"](stroke).rows
    assert np.array_equal(shaken[~row], GRID[~row])
    assert (shaken[row] != GRID[row]).all()
    assert 0 < len(GRID) - len(BRUSHES["thin"](stroke).rows) < row.sum()
