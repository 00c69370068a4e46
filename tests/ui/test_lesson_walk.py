"""The first stops of a lesson; `tests.benchmarks.lessons` goes through all."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core.lesson import shipped
from tests.benchmarks.lessons import walk
from tests.ui.conftest import Student

LESSON, MOST = "training", 6


def test_stops_are_reached_one_after_the_other(student: Student) -> None:
    def until(condition: Callable[[], bool]) -> bool:
        student.until(condition)
        return True

    reached = list(walk(student.window, LESSON, until, MOST))
    stops = shipped.lesson(LESSON).stops[:MOST]
    assert len(reached) == len(stops) + sum(stop.asks for stop in stops)
    assert not [str(each) for each in reached if each.fault]
    assert max(each.step for each in reached) == 200
