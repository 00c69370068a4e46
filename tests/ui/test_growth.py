"""New paths grow; those of training, of a drag or of a finer map do not start anew."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.plot import Axis, Curve, Plot, Points
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers.descents import END, PATH
from ebmviz.ui.plots.path_animation import SECONDS, Growth, grown

SCENE = library.scene("ellipse", library.shipped_catalogue())
NAN = [np.nan, np.nan]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def shot(step: int, start: float | None) -> Shot:
    arrays = {}
    if start is not None:
        arrays = {"descent_start": np.array([[start, 0.0]]), "descent_path": np.zeros((2, 2))}
    return Shot(SCENE, Snapshot(0, step, arrays, {}))


def test_each_piece_grows_by_its_own_length() -> None:
    line = np.array([[0, 0], [1, 0], [1, 3], NAN, [5, 5], [7, 5], NAN])
    half = grown(line, 0.5)
    assert half[:, 0] == pytest.approx([0, 1, 1, np.nan, 5, 6, np.nan], nan_ok=True)
    assert half[:, 1] == pytest.approx([0, 0, 1, np.nan, 5, 5, np.nan], nan_ok=True)
    assert grown(line, 0.0)[[0, 2]].tolist() == [[0, 0], [5, 5]]


@pytest.mark.usefixtures("qapp")
def test_new_starts_grow_and_their_ends_come_last() -> None:
    clock = Clock()
    growth = Growth(clock=clock)
    at = np.array([0.0, 4.0])
    path = Curve(at, at, "up", key=PATH)
    plot = Plot("", Axis(""), Axis(""), (path, Points(at, at, "up", key=END)))
    growth.follow(shot(0, None))
    growth.follow(shot(0, 1.0))
    clock.now += SECONDS / 4
    (short,) = growth.of(plot).layers
    assert isinstance(short, Curve)
    assert np.nanmax(short.x) == pytest.approx(1)
    growth.follow(shot(0, 1.0))
    assert growth.share == pytest.approx(0.25), "a finer map goes on"
    clock.now += SECONDS
    assert growth.of(plot) is plot


@pytest.mark.usefixtures("qapp")
def test_training_a_drag_and_the_first_frame_show_whole_paths() -> None:
    clock = Clock()
    growth = Growth(clock=clock)
    growth.follow(shot(0, 1.0))
    assert growth.share == 1
    clock.now += 10
    growth.follow(shot(1, 2.0))
    assert growth.share == 1, "training"
    clock.now += 10
    growth.follow(shot(1, 3.0))
    assert growth.share == 0
    for start in (4.0, 5.0, 6.0):
        clock.now += 0.03
        growth.follow(shot(1, start))
        assert growth.share == 1, "a drag"
