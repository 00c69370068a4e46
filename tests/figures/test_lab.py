"""The loss lab as a figure: what is flat looks flat, and each tile says what became of it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from ebmviz.core import library
from ebmviz.core.plot import Image, Points, Sheet
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.lab import headings, placed
from ebmviz.figures.registry import FIGURES
from tests.scenes import paths

CATALOGUE = library.shipped_catalogue()


def sheet(
    titles: tuple[str, ...],
    shared: tuple[str, ...] = ("data", "initial weights"),
    **more: object,
) -> Sheet:
    shot = the_shot(titles, {"lab_shared": shared}, **more)
    drawn = FIGURES["lab"].draw((shot,))
    assert isinstance(drawn, Sheet)
    return drawn


def the_shot(
    titles: tuple[str, ...], labels: Mapping[str, tuple[str, ...]], **more: object
) -> Shot:
    changes: dict[str, object] = {
        "view.lab": True,
        "view.levels": (0.0, 2.0),
        "objective.loss": "hinge",
    }
    changes |= paths(more)
    scene = replace(library.scene("implicit-regression", CATALOGUE), changes, CATALOGUE)
    count = len(titles)
    flat, deep = np.full((8, 8), 5.0), np.linspace(0, 40, 64).reshape(8, 8)
    maps = np.stack([flat if i % 2 == 0 else deep for i in range(count)]).astype(np.float32)
    arrays = {
        "lab_map": maps,
        "lab_alive": np.arange(count) != 3,
        "lab_step": np.full(count, 60),
        "lab_loss": np.full(count, 0.25),
        "lab_energy": np.arange(count)[::-1] / 4,
        # The first has no gap, and no number in its place.
        "lab_number_lane": np.repeat(np.arange(count), 2)[1:],
        "lab_number": np.stack([np.arange(count), np.full(count, 0.1)], 1).ravel()[1:],
        "data": np.zeros((5, 2)),
    }
    words = ("collapsed", "separates the data", "unbounded below", "diverged")
    named = {"lab": tuple("abcd"[:count]), "lab_titles": titles, "lab_verdicts": words[:count]}
    labels = {**named, **labels}
    labels["lab_number"] = (("meter_gap", "meter_flatness") * count)[1:]
    return Shot(scene, Snapshot(1, 60, arrays, {}, labels))


def test_tiles_say_what_became_of_each_loss() -> None:
    drawn = sheet(("Energy", "Hinge", "Log", "NLL"))
    assert [len(row) for row in drawn.rows] == [2, 2]
    titles = [plot.title for row in drawn.rows for plot in row]
    words = ("collapsed", "separates the data", "unbounded below", "diverged")
    names = ("Energy", "Hinge", "Log", "NLL")
    assert titles == [f"{name} · {word}" for name, word in zip(names, words, strict=True)]
    assert drawn.rows[0][0].caption == "loss 0.25, mean energy 0.75, flatness 0.10, step 60"
    assert (
        drawn.rows[0][1].caption
        == "loss 0.25, mean energy 0.5, energy gap 1, flatness 0.10, step 60"
    )
    assert drawn.caption == (
        "after 60 steps from the same data and initial weights;"
        " 1 of 4 diverged (last good weights shown)"
    )
    assert sheet(("Energy",)).caption == "all after 60 steps from the same data and initial weights"


def test_words_say_what_the_lanes_do_not_share() -> None:
    said = sheet(("seed 1", "seed 2"), shared=("data",)).caption
    assert said == "all after 60 steps from the same data, each from its own initial weights"
    said = sheet(("seed 1", "seed 2"), shared=()).caption
    assert said == "all after 60 steps, each from its own data and initial weights"


def lanes(drawn: Sheet) -> list[list[str]]:
    return [[plot.title.partition(" · ")[0] for plot in row] for row in drawn.rows]


def test_lanes_are_sorted_shown_alone_and_put_on_one_scale() -> None:
    names = ("a", "b", "c", "d")
    assert lanes(sheet(names)) == [["a", "b"], ["c", "d"]]
    energy = sheet(names, view__lane_order="energy")
    assert lanes(energy) == [["c", "b"], ["a", "d"]], "d has diverged"
    assert lanes(sheet(names, view__lane_order="gap")) == [["c", "b"], ["a", "d"]]
    assert lanes(sheet(names, view__lane="b")) == [["b"]]
    assert lanes(sheet(names, view__lane="gone")) == [["a", "b"], ["c", "d"]]
    one = sheet(names, view__lane_scale="shared")
    images = [x for row in one.rows for plot in row for x in plot.layers if isinstance(x, Image)]
    assert {(image.low, image.high) for image in images} == {(0.0, 20.0)}


def test_the_lane_that_is_alone_has_a_fine_map_and_one_that_diverged_no_loss() -> None:
    names = ("a", "b", "c", "d")
    alone = the_shot(names, {}, view__lane="b")
    fine = np.linspace(0, 9, 64 * 64).reshape(64, 64)
    arrays = {**alone.snapshot.arrays, "lab_fine": fine}
    shot = Shot(alone.scene, msgspec.structs.replace(alone.snapshot, arrays=arrays))
    drawn = FIGURES["lab"].draw((shot,))
    assert isinstance(drawn, Sheet)
    ((plot,),) = drawn.rows
    assert next(x for x in plot.layers if isinstance(x, Image)).values.shape == (64, 64)
    assert all(x.size > 3 for x in plot.layers if isinstance(x, Points))
    last = sheet(names).rows[1][1]
    assert "diverged" in last.title
    assert "loss" not in last.caption


def test_two_paths_make_rows_and_columns() -> None:
    grid = {"lab_row": ("η 1", "η 1", "η 2", "η 2"), "lab_column": ("s 1", "s 2", "s 1", "s 2")}
    shot = the_shot(("a", "b", "c", "d"), labels=grid)
    assert placed(shot) == ((0, 1), (2, 3))
    assert headings(shot) == (("η 1", "η 2"), ("s 1", "s 2"))
    sorted_shot = the_shot(("a", "b", "c", "d"), labels=grid, view__lane_order="gap")
    assert headings(sorted_shot) == ((), ())


def test_what_is_flat_looks_flat_and_what_is_deep_has_a_valley() -> None:
    (row,) = sheet(("Energy", "Hinge")).rows
    flat, deep = (next(x for x in plot.layers if isinstance(x, Image)) for plot in row)
    assert (flat.low, flat.high) == (5.0, 7.0)
    assert (deep.low, deep.high) == (0.0, 20.0)
    assert all(any(isinstance(x, Points) for x in plot.layers) for plot in row)


def test_without_a_lab_it_says_so() -> None:
    scene = library.scene("implicit-regression", CATALOGUE)
    drawn = FIGURES["lab"].draw((Shot(scene, Snapshot(1, 0, {"data": np.zeros((5, 2))}, {})),))
    assert isinstance(drawn, Sheet)
    assert (drawn.rows, drawn.caption) == ((), "Switch the lab on")
