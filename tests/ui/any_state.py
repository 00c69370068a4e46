"""What a hand that does anything looks at: all that undo must bring back."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np

from ebmviz.core.checkpoint import LAB, TRAINING, Checkpoint
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.ui.session.runs import Names

STEP = TRAINING + "step"


class State(NamedTuple):
    """What must come back. runs: number, name and, of those that were left, steps. kept: weights,
    optimiser and counters at the newest step, and the lab.
    """

    scene: Scene
    document: int
    current: int
    runs: Names
    lesson: Lesson
    kept: dict[str, Array]


def of_model(kept: Checkpoint) -> dict[str, Array]:
    """All but its lab."""
    return {k: a for k, a in kept.weights.items() if not k.startswith(LAB)}


def to_come_back(kept: Checkpoint, in_lab: bool) -> dict[str, Array]:
    """What is to come back. A lab that is out of sight and was not trained is none."""
    if in_lab:
        return kept.weights
    lab = {k: a for k, a in kept.weights.items() if k.startswith(LAB) and _lasts(k)}
    return of_model(kept) | (_by_lane(lab) if kept.progress.lab else {})


def _by_lane(lab: dict[str, Array]) -> dict[str, Array]:
    """With the weights of lanes as rows, though they be kept one by one: which of these they are,
    follows from what chains have gathered.
    """
    count = len(lab.get(LAB + "alive", ()))
    out = {k: a for k, a in lab.items() if not {"weights", "start"} & {*k.split("/")}}
    for part in ("weights", "start") if count else ():
        rows = lab.get(LAB + part)
        if rows is None:
            each = [
                [a for k, a in lab.items() if k.startswith(f"{LAB}{i}/{part}/")]
                for i in range(count)
            ]
            rows = np.stack([np.concatenate([a.ravel() for a in lane]) for lane in each])
        out[LAB + part] = np.broadcast_to(rows, (count, rows.shape[-1]))
    return out


def _lasts(name: str) -> bool:
    """Whether an array of a lab that is out of sight is as it was, whatever the scene becomes: what
    was gathered by an optimiser is not.
    """
    return not ("slots/" in name or name.endswith(("/clock", "/counters")))


def alike(one: State, other: State, weights: bool = True) -> None:
    """Whether they are."""
    values = set(one.scene.values.items()) ^ set(other.scene.values.items())
    assert one.scene == other.scene, f"{one.scene.name}, {other.scene.name}: {values}"
    assert one[1:4] == other[1:4], f"{one[1:4]} is not {other[1:4]}"
    assert _said(one.lesson) == _said(other.lesson)
    if weights:
        unlike = [
            k for k in {**one.kept, **other.kept} if not _equal(one.kept.get(k), other.kept.get(k))
        ]
        steps = [int(each.kept[STEP].item()) for each in (one, other)]
        assert not unlike, f"at steps {steps} other {unlike}"


def _said(lesson: Lesson) -> tuple[Stop, ...]:
    """Its stops, wherever they were written."""
    return tuple(msgspec.structs.replace(stop, source="", run=None) for stop in lesson.stops)


def _equal(one: Array | None, other: Array | None) -> bool:
    """Bit for bit, where both are there."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
