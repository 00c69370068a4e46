"""What stands around the maps of Compare: one legend for all, and the scales of their colours."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from ebmviz.figures.base.figure import Shot
from ebmviz.ui.views.compare_map import CompareMap
from ebmviz.ui.views.compare_view import CompareView
from tests.ui.conftest import Student
from tests.ui.hands import LEFT
from tests.ui.test_compare import branched, choose, compared, other, view
from tests.ui.test_undo_training import train


def test_one_legend_names_what_lies_on_any_of_the_maps_once(student: Student) -> None:
    branched(student)
    window, card = student.window, view(student)
    window.acts["compare"].trigger()
    compared(student, "0")
    student.until(lambda: "nearest" in entries(card))
    assert not named(card.maps[0], "nearest"), "on B alone, which is trained cold"
    assert named(card.maps[1], "nearest")
    for name in ("contours", "arrows", "manifold", "data", "nearest", "cut", "probe"):
        assert entries(card).count(name) == 1, name
    assert entries(card)[:2] == ["compare:a", "compare:b"], "whose curves are whose"
    card.legend.pointed.emit("compare:a")
    assert [tile.canvas._picture._pointed for tile in card.curves] == ["compare:a"] * 2 + [""]
    card.legend.pointed.emit("")
    at = card.legend.item("data")
    student.bot.mouseClick(at, LEFT)
    assert window.store.scene.view.hidden == "data", "a click hides it on all"
    student.settled()
    student.until(lambda: not any(named(each, "data") for each in card.maps))


def entries(card: CompareView) -> list[str]:
    """The names of what the legend has."""
    return [item.name for item in card.legend._items if not item.isHidden()]


def named(each: CompareMap, name: str) -> bool:
    """Whether a map shows a layer."""
    plot = each.canvas._plot
    assert plot is not None
    return any(getattr(layer, "layer", "") == name for layer in plot.layers)


@pytest.mark.slow
def test_maps_of_different_things_have_a_scale_each(student: Student) -> None:
    card = view(student)
    train(student, 4)
    student.window.acts["compare"].trigger()
    compared(student, "0@0")
    a = student.shown
    beside = other(student)
    ones = np.ones_like(beside.snapshot.arrays["map"])
    density = {**beside.snapshot.arrays, "density": ones, "density_max": np.float32(1)}
    there = msgspec.structs.replace(beside.snapshot, arrays=density)
    assert a.snapshot.beside is not None
    both = msgspec.structs.replace(a.snapshot.beside, snapshot=there)
    card.show_shot(Shot(a.scene, msgspec.structs.replace(a.snapshot, beside=both)))
    assert [each.isVisible() for each in card.maps] == [True, True, False]
    assert [each.bar.isVisible() for each in card.maps[:2]] == [True, True]
    card.show_shot(a)
    assert [each.bar.isVisible() for each in card.maps] == [False, True, True]


def test_a_map_without_another_on_its_scale_has_a_scale_of_its_own(student: Student) -> None:
    window, first = student.window, view(student)
    window.edit({"view.compare": "7"})
    student.until(lambda: "no branch 7" in first.caption.text())
    assert first.maps[0].bar.isVisible()
    choose(student, "0@0")
    assert not first.maps[0].bar.isVisible(), "that of B is of both"
    assert first.maps[1].bar.isVisible()
