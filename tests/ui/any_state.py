"""What a hand that does anything looks at: all that undo must bring back."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np

from ebmviz.core.checkpoint import TRAINING
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array

STEP = TRAINING + "step"


class State(NamedTuple):
    """What must come back. runs: number, name and, of those that were left, steps. kept: weights,
    optimiser and counters at the newest step.
    """

    scene: Scene
    document: int
    current: int
    runs: frozenset[tuple[int, str, int | None]]
    lesson: Lesson
    kept: dict[str, Array]


def alike(one: State, other: State, weights: bool = True) -> None:
    """Whether they are."""
    values = set(one.scene.values.items()) ^ set(other.scene.values.items())
    assert one.scene == other.scene, f"{one.scene.name}, {other.scene.name}: {values}"
    assert one[1:4] == other[1:4], f"{one[1:4]} is not {other[1:4]}"
    assert _said(one.lesson) == _said(other.lesson)
    if weights:
        unlike = [
            k
            for k in {**one.kept, **other.kept}
            if not np.array_equal(one.kept.get(k, np.empty(0)), other.kept.get(k, np.empty(0)))
        ]
        steps = [int(each.kept[STEP].item()) for each in (one, other)]
        assert not unlike, f"at steps {steps} other {unlike}"


def _said(lesson: Lesson) -> tuple[Stop, ...]:
    """Its stops, wherever they were written."""
    return tuple(msgspec.structs.replace(stop, source="", run=None) for stop in lesson.stops)
