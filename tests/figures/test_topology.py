"""Minima on the map, the merge tree and the track, from numbers made by hand."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core import library
from ebmviz.core.plot import Curve, Note, Plot, Points
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.figures import barriers
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import topology
from ebmviz.figures.registry import FIGURES

CATALOGUE = library.shipped_catalogue()
FOUND = {
    "minimum": np.array([[0.0, 0], [1, 0], [2.59, 1], [-1, 0]]),
    "minimum_f": np.array([0.0, 1.0, 2.0, 3.0]),
    "minimum_id": np.array([4, 2, 0, 12]),
    "minimum_border": np.array([False, False, True, False]),
    "barrier": np.array([5.0, 4.0, 4.5, 2.0]),
    "saddle": np.array([[0.5, 0], [-0.5, 0], [2.6, 0], [0, 1]]),
    "saddle_f": np.array([5.0, 5.0, 6.5, 7.0]),
    "saddle_joins": np.array([True, True, True, False]),
    "saddle_pair": np.array([[1, 3], [0, 1], [1, 2], [0, 3]]),
    "basin": np.array([[0.0, 0], [1, 1], [np.nan, np.nan]]),
    "event": np.array([[0, 2, 4, 0, 10, 1.0], [1, 9, 4, 0, 30, 1.0], [0, 5, 4, 1, 30, 2.0]]),
    "track_at": np.array([0.0, 0, 10, 10, 10, 30, 30]),
    "track_id": np.array([4, 9, 4, 9, 2, 4, 2]),
    "track_f": np.array([0.5, 3, 0.4, 2, 1, 0.3, 1.5]),
}


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    paths = {k.replace("__", "."): v for k, v in changes.items()}
    return replace(library.scene("ellipse", CATALOGUE), paths, CATALOGUE)


def shot(arrays: dict[str, Array] | None = None, moved: float = 0.0) -> Shot:
    given = FOUND if arrays is None else arrays
    snapshot = Snapshot(0, 30, given, {"topology_moved": moved})
    return Shot(scene(view__topology="basins"), snapshot)


def points(found: Plot | tuple[object, ...]) -> list[Points]:
    layers = found.layers if isinstance(found, Plot) else found
    return [a for a in layers if isinstance(a, Points)]


def curves(plot: Plot, role: str) -> list[list[list[float]]]:
    found = [a for a in plot.layers if isinstance(a, Curve) and a.color == role]
    return [[a.x.tolist(), a.y.tolist()] for a in found]


def test_minima_keep_the_colour_of_their_number() -> None:
    layers = topology.draw(shot())
    marks = {(a.marker, a.color): (a.x.tolist(), a.y.tolist()) for a in points(layers)}
    assert marks == {
        ("cross", "text"): ([0.5, -0.5, 0], [0, 0, 1]),  # none at the window's edge
        ("disc", topology.role(4)): ([0, -1], [0, 0]),  # 12 comes round to the colour of 4
        ("disc", topology.role(2)): ([1], [0]),
        ("ring", "muted"): ([2.59], [1]),
    }
    notes = {(a.x, a.y): a.text for a in layers if isinstance(a, Note)}
    assert notes == {(0, 0): "4", (1, 0): "2", (-1, 0): "12"}
    assert [a.label for a in points(layers) if a.label] == ["saddles", "minima (3)"]


def test_more_minima_than_can_be_read_have_no_numbers() -> None:
    many = topology.NAMED + 1
    arrays = FOUND | {
        "minimum": np.zeros((many, 2)),
        "minimum_id": np.arange(many) + 1,
        "minimum_border": np.zeros(many, bool),
    }
    assert not [a for a in topology.draw(shot(arrays)) if isinstance(a, Note)]


def test_basins_are_lines_below_the_marks() -> None:
    (line,) = topology.below(shot())
    assert isinstance(line, Curve)
    assert line.halo
    assert line.x[:2].tolist() == [0, 1]
    for nothing in ({}, {"basin": np.zeros((0, 2))}):
        assert topology.below(shot(nothing)) == topology.draw(shot(nothing)) == ()


def test_the_merge_tree_joins_at_the_passes() -> None:
    plot = barriers.tree(shot())
    leaves = [a for a in points(plot) if a.marker == "disc"]
    # 4 is the lowest: left of what it joins; 12 is beside 2, which it joins first.
    assert [(a.x.tolist(), a.y.tolist()) for a in leaves] == [([0], [0]), ([1], [1]), ([2], [3])]
    (edge,) = [a for a in points(plot) if a.marker == "ring"]
    assert (edge.x.tolist(), edge.y.tolist()) == ([3], [2])
    bars = [line for line in curves(plot, "muted") if line[1][0] == line[1][1]]
    assert bars == [[[1, 2], [5, 5]], [[0, 1.5], [5, 5]], [[0.75, 3], [6.5, 6.5]]]
    own = curves(plot, topology.role(4))
    assert own[:2] == [[[2, 2], [3, 5]], [[0, 0], [0, 5]]]
    assert own[2] == [[0.75, 0.75], [5, 6.5]]
    roof = plot.y.high
    assert roof is not None
    assert own[3] == [[1.875, 1.875], [6.5, roof]]
    expected = "3 minima, 1 at the window’s edge · lowest way out 2, from minimum 12"
    assert plot.caption == expected


def test_a_lone_minimum_is_a_tree_too() -> None:
    one = {k: v[:1] for k, v in FOUND.items()} | {"barrier": np.array([math.inf])}
    one |= {k: v[:0] for k, v in FOUND.items() if k.startswith("saddle")}
    plot = barriers.tree(shot(one))
    assert plot.caption == "1 minimum"
    assert len(points(plot)) == 1
    assert barriers.tree(shot({})).layers == ()


def test_the_track_marks_births_and_merges() -> None:
    plot = barriers.track(shot())
    assert plot.title == "Minima while training"
    assert curves(plot, topology.role(4)) == [[[0, 10, 30], [0.5, 0.4, 0.3]]]
    assert curves(plot, topology.role(2)) == [[[10, 30], [1, 1.5]]]
    born, merged = points(plot)
    assert (born.marker, born.x.tolist(), born.y.tolist()) == ("ring", [10], [1])
    assert (merged.marker, merged.x.tolist(), merged.y.tolist()) == ("cross", [10], [2])
    assert curves(plot, "muted") == [[[10, 10], [1, 0.4]], [[10, 10], [2, 0.4]]]
    assert plot.caption == "9 merged into 4 at step 30 · 2 born of 4 at step 10"


def test_over_beta_it_has_that_axis_and_those_events() -> None:
    at = np.array([0.0, 0, 1, 1, 100, 100, math.inf])
    plot = barriers.track(shot(FOUND | {"track_at": at}, moved=1.0))
    assert plot.x.label == "log_{10} β"
    assert curves(plot, topology.role(4)) == [[[0, 2], [0.4, 0.3]]], "0 and ∞ have no place"
    assert plot.caption == "5 born of 4 at β = 2"


def test_without_a_motion_it_says_what_to_do() -> None:
    still = {k: v[:2] if k.startswith("track") else v for k, v in FOUND.items()}
    plot = barriers.track(shot(still))
    assert sorted(a.y.tolist() for a in points(plot)) == [[0.5], [3]]
    assert plot.caption.startswith("Train, or move β")
    assert barriers.track(shot({})).layers == ()


def test_cards_offer_them_only_while_minima_are_shown() -> None:
    for figure in (FIGURES["barriers"], FIGURES["minima-track"]):
        assert figure.fits(scene(view__topology="minima"))
        assert not figure.fits(scene(view__topology="off"))
