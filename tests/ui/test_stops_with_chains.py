"""A stop says that chains walk there: they do from its arrival on, until another stop comes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ebmviz.core import library
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.stop import Lesson, Stop
from tests.ui.conftest import Student

CARDS = {"view.cards": "densities,sampling,cross-section"}
LESSON = Lesson(
    "Chains",
    stops=(
        Stop("still", "unconditional", CARDS),
        Stop("walk", "unconditional", {**CARDS, "view.beta": 2.0}, chains=True),
        Stop("still again", "unconditional", CARDS),
    ),
)


def at(sit_down: Callable[..., Student]) -> Student:
    scene = library.scene("unconditional", library.shipped_catalogue())
    return sit_down(scene=scene, lesson=LessonState(LESSON, 0))


def go(student: Student, index: int) -> None:
    student.window.lessons.travel.go(index)
    student.until(lambda: not student.window.lessons.travel.moving)


def test_they_walk_where_the_stop_says_so(sit_down: Callable[..., Student]) -> None:
    student = at(sit_down)
    window, sample = student.window, student.window.acts["sample"]
    go(student, 1)
    assert window.client.sampling
    assert sample.isChecked()
    student.until(lambda: student.shown.snapshot.has("chains"))
    go(student, 2)
    assert not window.client.sampling
    assert not sample.isChecked()


@pytest.mark.slow
def test_those_that_a_person_started_walk_on(sit_down: Callable[..., Student]) -> None:
    student = at(sit_down)
    go(student, 0)
    student.window.acts["sample"].trigger()
    go(student, 2)
    assert student.window.client.sampling


@pytest.mark.slow
def test_a_stop_that_is_added_remembers_them(sit_down: Callable[..., Student]) -> None:
    student = at(sit_down)
    stops = student.window.lessons.stops
    stops.add()
    assert not stops.lesson.stops[1].chains
    student.window.acts["sample"].trigger()
    stops.add()
    assert stops.lesson.stops[2].chains
