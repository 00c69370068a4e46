"""Minima followed: they keep their numbers, and what happens to them is told."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.minima import (
    BETA,
    BORN,
    CAME,
    LEFT,
    MERGED,
    MOST_MOMENTS,
    Found,
    Tracker,
)
from ebmviz.engine.analysis.topology import topology

WINDOW = (-2.0, 2.0, -2.0, 2.0)
AXIS = (np.arange(64) + 0.5) / 16 - 2
X, Y = np.meshgrid(AXIS, AXIS)


def found(values: Array) -> Found:
    shape = topology(values)
    rows, columns = np.divmod(shape.minimum, len(AXIS))
    at = np.stack([AXIS[columns], AXIS[rows]], 1)
    return Found(at, values.flat[shape.minimum], shape.border, shape.labels, WINDOW)


def wells(*at: tuple[float, float]) -> Found:
    """Wells of slightly different depth, so that their order in energy is that given."""
    parts = [(X - x) ** 2 + (Y - y) ** 2 + 0.01 * i for i, (x, y) in enumerate(at)]
    return found(np.min(parts, 0))


def test_numbers_stay_while_minima_move_and_change_their_order() -> None:
    tracker = Tracker()
    first = tracker.follow(wells((-1, 0), (1, 0), (0, 1.5)), 0, 1.0, "", False)
    assert first.tolist() == [1, 2, 3]
    for step in range(1, 12):
        turn = 0.05 * step
        c, s = math.cos(turn), math.sin(turn)
        some = wells((-1.5 * s, 1.5 * c), (c, s), (-c, -s))  # the third is now the lowest
        assert tracker.follow(some, step, 1.0, "", False).tolist() == [3, 2, 1]
    assert tracker.events == []
    assert len(tracker.moments) == 12


def test_births_and_merges_are_told_with_their_basins() -> None:
    tracker = Tracker()
    tracker.follow(wells((-1, 0), (1, 0)), 3, 1.0, "", False)
    assert tracker.follow(wells((-1, 0), (1, 0), (1, 1.2)), 5, 1.0, "", False).tolist() == [1, 2, 3]
    (born,) = tracker.events
    assert (born.kind, born.number, born.other, born.step) == (BORN, 3, 2, 5)
    assert tracker.follow(wells((-1, 0), (1, 1.2)), 8, 1.0, "", False).tolist() == [1, 3]
    merged = tracker.events[-1]
    assert (merged.kind, merged.number, merged.other, merged.step) == (MERGED, 2, 3, 8)
    assert tracker.follow(wells((-1, 0), (1, 1.2), (1, 0)), 9, 1.0, "", False).tolist() == [1, 3, 4]
    assert len(tracker.events) == 3


def test_minima_may_cross_the_window_s_edge() -> None:
    tracker = Tracker()
    tracker.follow(wells((0, 0)), 0, 1.0, "", False)
    tracker.follow(wells((0, 0), (1.9, 0)), 1, 1.0, "", False)
    tracker.follow(wells((0, 0)), 2, 1.0, "", False)
    tracker.follow(wells((0, 0), (3, 0)), 3, 1.0, "", False)  # a slope that leads out: not told
    tracker.follow(wells((0, 0), (1.6, 0)), 4, 1.0, "", False)
    tracker.follow(wells((0, 0), (3, 0)), 5, 1.0, "", False)
    tracker.follow(wells((0, 0)), 6, 1.0, "", False)
    assert [(e.kind, e.number, e.other) for e in tracker.events] == [
        (CAME, 2, 0),
        (LEFT, 2, 0),
        (CAME, 3, 0),
        (LEFT, 3, 0),
    ]
    assert [e.step for e in tracker.events] == [1, 2, 4, 5]
    assert [len(n) for _, _, n, _ in tracker.moments] == [1, 2, 1, 1, 2, 1, 1]


def test_what_else_changes_tells_nothing() -> None:
    tracker = Tracker()
    one, two = wells((-1, 0)), wells((-1, 0), (1, 0))
    tracker.follow(one, 0, 1.0, "", False)
    tracker.follow(two, 0, 1.0, "", False)  # the same step and β: nothing can have happened
    tracker.follow(one, 1, 1.0, "another window", False)
    tracker.follow(two, 0, 1.0, "another window", True)  # a look into the past
    tracker.follow(one, 1, 1.0, "another window", False)
    assert tracker.events == []
    assert tracker.follow(two, 2, 1.0, "another window", False)[0] == 1
    assert len(tracker.events) == 1


def test_the_record_is_bounded_and_starts_again_when_something_else_moves() -> None:
    tracker = Tracker()
    some = wells((-1, 0))
    for step in range(3 * MOST_MOMENTS):
        tracker.follow(some, step, 1.0, "", False)
        assert len(tracker.moments) <= MOST_MOMENTS
        assert tracker.moments[-1][0] == step
    assert tracker.moments[0][0] == 0, "thinned, not cut off"
    tracker.follow(some, step, 2.0, "", False)
    assert tracker.moved == BETA
    assert [(s, beta) for s, beta, *_ in tracker.moments] == [(step, 1.0), (step, 2.0)]
