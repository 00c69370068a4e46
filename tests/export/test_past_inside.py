"""A figure carries as much of the past as it has room for, and says what it left out."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint, Mark
from ebmviz.core.errors import UserError
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.plot import Axis, Plot
from ebmviz.core.scene import replace
from ebmviz.engine.model.opening import opened
from ebmviz.export.render import FORMATS, render
from ebmviz.files import archive
from ebmviz.files.embedding import MOST_PAST, embedded
from ebmviz.files.export.embed import extract
from ebmviz.files.left_out import LeftOut
from ebmviz.files.opening import open_file
from ebmviz.files.runs import MEMBER, Branch
from ebmviz.files.session import Session, unpack
from ebmviz.files.thinning import entries

CATALOGUE = library.shipped_catalogue()
SCENE = library.scene("ellipse", CATALOGUE)
STEPS = 300
MARKS = (Mark(40, "changed", "learning rate 0.1 → 0.2"),)


@functools.cache
def trained(steps: int) -> Checkpoint:
    """An ellipse with every step on record."""
    model = opened(SCENE)
    model.train(steps)
    found = model.checkpoint()
    assert entries(found) >= steps
    return Checkpoint(found.weights, found.history, found.metrics, MARKS)


def session() -> Session:
    """Three runs: the second is gone on with, the third left it."""
    rows = (
        Branch(0, "first", 0, 0, SCENE, trained(200)),
        Branch(1, "", 0, 20),
        Branch(2, "late", 1, 30, SCENE, trained(250)),
    )
    return Session(SCENE, trained(STEPS), b"", rows, 1)


def back(past: float, of: Session | None = None) -> Session:
    return unpack(embedded(of or session(), CATALOGUE, None, past), CATALOGUE, "a.png")


def size(kept: Checkpoint | None) -> int:
    return sum(a.nbytes for a in kept.history.values()) if kept else 0


def same(one: Checkpoint | None, other: Checkpoint | None) -> bool:
    assert one
    assert other
    names = one.history.keys() == other.history.keys()
    return names and all(
        np.array_equal(one.history[k], other.history[k], equal_nan=True) for k in one.history
    )


@pytest.mark.parametrize("format", FORMATS)
def test_with_room_all_of_it_comes_back(format: str, tmp_path: Path) -> None:
    inside = embedded(session(), CATALOGUE)
    file = tmp_path / f"a.{format}"
    file.write_bytes(render(Plot("t", Axis("x"), Axis("y"), ()), format, session=inside))
    found = open_file(file, CATALOGUE).session
    assert found
    assert same(found.checkpoint, trained(STEPS))
    assert found.checkpoint.marks == MARKS
    assert [(b.number, b.name, b.parent, b.step) for b in found.branches] == [
        (0, "first", 0, 0),
        (1, "", 0, 20),
        (2, "late", 1, 30),
    ]
    assert same(found.branches[2].checkpoint, trained(250))
    assert not found.left_out
    assert found.left_out.said == ""
    again = opened(SCENE)
    again.restore(found.checkpoint)
    assert again.checkpoint().history.keys() == trained(STEPS).history.keys()


@pytest.mark.parametrize("format", FORMATS)
def test_with_little_room_it_is_thinned_and_said(format: str) -> None:
    """The records of other branches go first, then every second step of the own one."""
    own = size(trained(STEPS))
    inside = embedded(session(), CATALOGUE, None, (own / 2 + 4000) / 1e6)
    data = extract(render(Plot("t", Axis("x"), Axis("y"), ()), format, session=inside))
    assert data
    found = unpack(data, CATALOGUE, "a")
    assert size(found.checkpoint) <= own / 2 + 4000
    whole = trained(STEPS).history["step"]
    assert np.array_equal(found.checkpoint.history["step"], whole[::2])
    assert [size(b.checkpoint) for b in found.branches if b.checkpoint] == [0, 0]
    kept, steps = entries(found.checkpoint), entries(trained(STEPS))
    assert found.left_out == LeftOut(records=2, steps=steps, kept=kept)
    assert found.left_out.said == (
        f"This figure leaves out steps of 2 other branches and all but {kept} of the {steps} steps"
        " on record."
    )
    again = opened(SCENE)
    again.restore(found.checkpoint)
    again.train(2)


def test_less_room_never_keeps_more_and_no_room_keeps_the_model() -> None:
    before = float("inf")
    for past in (1.0, 0.02, 0.012, 0.008, 0.004, 0.003, 0.001, 0.0):
        found = back(past)
        takes = size(found.checkpoint) + sum(
            b.checkpoint.size for b in found.branches if b.checkpoint
        )
        assert takes <= min(before, past * 1e6)
        before = takes
        assert np.array_equal(found.checkpoint.weights["w"], trained(STEPS).weights["w"])
        assert found.checkpoint.marks == MARKS
        kept = {b.number for b in found.branches}
        assert all(b.parent in kept for b in found.branches)
    assert found.checkpoint.history == {}
    assert [b.number for b in found.branches] == [1]
    assert found.left_out == LeftOut(branches=2, steps=entries(trained(STEPS)))
    assert found.left_out.said == (
        "This figure leaves out 2 branches and all steps on record, of which curves and timeline"
        " are drawn."
    )


def test_what_is_compared_is_there_whatever_it_takes() -> None:
    compared = replace(SCENE, {"view.compare": "2"}, CATALOGUE)
    was = session()
    mine = Session(compared, was.checkpoint, b"", was.branches, 1)
    found = unpack(embedded(mine, CATALOGUE, (SCENE, trained(250)), 0), CATALOGUE, "a")
    assert [b.number for b in found.branches] == [1, 2]
    assert found.scene.view.compare == "2"
    assert found.left_out.branches == 1
    step = replace(SCENE, {"view.compare": "1@7"}, CATALOGUE)
    mine = Session(step, was.checkpoint, b"", was.branches, 1)
    found = unpack(embedded(mine, CATALOGUE, (SCENE, trained(7)), MOST_PAST), CATALOGUE, "a")
    assert [b.number for b in found.branches] == [0, 1, 2, 3]
    assert found.scene.view.compare == "3"
    assert not found.left_out


def test_a_full_house_makes_room_for_what_is_compared() -> None:
    was = session()
    rows = (*was.branches, Branch(3, "", 3, 0, SCENE, trained(10)))
    step = replace(SCENE, {"view.compare": "1@7"}, CATALOGUE)
    found = back(MOST_PAST, Session(SCENE, was.checkpoint, b"", rows, 1))
    assert len(found.branches) == 4
    mine = Session(step, was.checkpoint, b"", rows, 1)
    found = unpack(embedded(mine, CATALOGUE, (SCENE, trained(7)), MOST_PAST), CATALOGUE, "a")
    assert [b.number for b in found.branches] == [0, 1, 2, 4]
    assert found.left_out == LeftOut(1, 0, entries(trained(STEPS)), entries(trained(STEPS)))


def test_a_figure_of_a_figure_adds_up_what_is_missing() -> None:
    first = back(0.012)
    second = back(0.004, first)
    assert second.left_out.steps == entries(trained(STEPS))
    assert second.left_out.kept == entries(second.checkpoint) < entries(first.checkpoint)


def test_stops_stay_at_home_for_their_notes() -> None:
    lesson = Lesson("Secret", stops=(Stop("One", "ellipse", notes="for me alone"),))
    mine = Session(SCENE, trained(STEPS), lesson=lesson)
    data = embedded(mine, CATALOGUE)
    found = unpack(data, CATALOGUE, "a")
    assert found.lesson == Lesson()
    assert found.left_out.said == "This figure leaves out 1 stop of a lesson."


@pytest.mark.parametrize(
    "told", [3, {"kept": -1}, {"steps": 10**12}, {"branches": "two"}, {"records": 1.5}, [1]]
)
def test_numbers_that_are_none_are_refused(told: object) -> None:
    members = archive.unpack(embedded(session(), CATALOGUE, None, 0), "a")
    runs = json.loads(members[MEMBER])
    runs["left_out"] = told
    members[MEMBER] = json.dumps(runs).encode()
    with pytest.raises(UserError, match=r"^a.png: runs.json: what it left out"):
        unpack(archive.pack(members), CATALOGUE, "a.png")
