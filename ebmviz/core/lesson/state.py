"""The lesson of a session, and where in it one stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.params import Value


class Begun(NamedTuple):
    """A run that was begun for a stop, and all values that its training depends on: as long as
    they are the same, its steps are those of every stop that asks for them.
    """

    run: int
    values: Mapping[str, Value]


class LessonState(msgspec.Struct, frozen=True):
    """at: the stop that was gone to last, by its index; revealed: with its answer. begun: the run
    that the weights are of, if that was begun for a stop.
    """

    lesson: Lesson = Lesson()
    at: int | None = None
    revealed: bool = False
    begun: Begun | None = None

    @property
    def stop(self) -> Stop | None:
        """The one that was gone to."""
        return None if self.at is None else self.lesson.stops[self.at]

    @property
    def said(self) -> str:
        """What it says now: its text, or its answer once that is shown."""
        stop = self.stop
        if stop is None:
            return ""
        return stop.answer if self.revealed and stop.answer else stop.text

    def told(self, lesson: Lesson, at: int | None) -> LessonState:
        """Another lesson, in which the same stop has this index now."""
        kept = self.revealed and at is not None
        return msgspec.structs.replace(self, lesson=lesson, at=at, revealed=kept)

    def there(self, at: int, revealed: bool, begun: Begun | None) -> LessonState:
        """A stop has been gone to."""
        return LessonState(self.lesson, at, revealed, begun)

    def moved_by_hand(self) -> LessonState:
        """The weights are no more those of any stop."""
        return msgspec.structs.replace(self, begun=None)


def forgetting(state: LessonState, run: int) -> LessonState:
    """The same once a run of the session is gone: what stops had of it is trained anew."""
    lesson = state.lesson
    for i, stop in enumerate(lesson.stops):
        if stop.run == run:
            lesson = lesson.changed(i, msgspec.structs.replace(stop, run=None))
    return msgspec.structs.replace(state, lesson=lesson)
