"""The loss lab as a figure: what is flat looks flat, and each tile says what became of it."""

from __future__ import annotations

import numpy as np

from ebmviz.core import library
from ebmviz.core.plot import Image, Points, Sheet
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES

CATALOGUE = library.shipped_catalogue()


def sheet(titles: tuple[str, ...]) -> Sheet:
    changes = {"view.lab": True, "view.levels": (0.0, 2.0), "objective.loss": "hinge"}
    scene = replace(library.scene("implicit-regression", CATALOGUE), changes, CATALOGUE)
    count = len(titles)
    flat, deep = np.full((8, 8), 5.0), np.linspace(0, 40, 64).reshape(8, 8)
    maps = np.stack([flat if i % 2 == 0 else deep for i in range(count)]).astype(np.float32)
    arrays = {
        "lab_map": maps,
        "lab_alive": np.arange(count) != 3,
        "lab_step": np.full(count, 60),
        "lab_loss": np.full(count, 0.25),
        # The first has no gap, and no number in its place.
        "lab_number_lane": np.repeat(np.arange(count), 2)[1:],
        "lab_number": np.stack([np.arange(count), np.full(count, 0.1)], 1).ravel()[1:],
        "data": np.zeros((5, 2)),
    }
    words = ("collapsed", "separates the data", "runs away", "diverged")
    labels = {"lab": tuple("abcd"[:count]), "lab_titles": titles, "lab_verdicts": words[:count]}
    labels["lab_number"] = (("meter_gap", "meter_flatness") * count)[1:]
    drawn = FIGURES["lab"].draw((Shot(scene, Snapshot(1, 60, arrays, {}, labels)),))
    assert isinstance(drawn, Sheet)
    return drawn


def test_tiles_say_what_became_of_each_loss() -> None:
    drawn = sheet(("Energy", "Hinge", "Log", "NLL"))
    assert [len(row) for row in drawn.rows] == [2, 2]
    titles = [plot.title for row in drawn.rows for plot in row]
    words = ("collapsed", "separates the data", "runs away", "diverged")
    names = ("Energy", "Hinge", "Log", "NLL")
    assert titles == [f"{name} · {word}" for name, word in zip(names, words, strict=True)]
    assert drawn.rows[0][0].caption == "step 60, loss 0.25, flatness 0.10"
    assert drawn.rows[0][1].caption == "step 60, loss 0.25, energy gap 1, flatness 0.10"
    assert drawn.caption == "all after 60 steps from the same weights"


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
    assert (drawn.rows, drawn.caption) == ((), "Switch the loss lab on")
