"""A snapshot as a frame carries it: the arrays of the model beside it under names of their own."""

from __future__ import annotations

from ebmviz.core.protocol.messages import Compared, Frame
from ebmviz.core.snapshot import Array, Beside, Snapshot

_BESIDE = "beside/"


def compared(snapshot: Snapshot) -> Compared | None:
    """What a frame says of the model beside it, but for the arrays."""
    if (other := snapshot.beside) is None:
        return None
    found = other.snapshot
    return Compared(other.scene, found.step, found.metrics, found.labels, other.differs)


def arrays_of(snapshot: Snapshot) -> dict[str, Array]:
    """Those of both."""
    if snapshot.beside is None:
        return snapshot.arrays
    others = snapshot.beside.snapshot.arrays
    return {**snapshot.arrays, **{f"{_BESIDE}{name}": each for name, each in others.items()}}


def snapshot_of(frame: Frame, arrays: dict[str, Array]) -> Snapshot:
    """The inverse."""
    own = {name: each for name, each in arrays.items() if not name.startswith(_BESIDE)}
    beside = None
    if (told := frame.beside) is not None:
        theirs = {
            name.removeprefix(_BESIDE): each for name, each in arrays.items() if name not in own
        }
        number, needs = frame.generation, frame.needs
        found = Snapshot(number, told.step, theirs, told.metrics, told.labels, needs)
        beside = Beside(told.scene, found, told.differs)
    return Snapshot(
        frame.generation, frame.step, own, frame.metrics, frame.labels, frame.needs, beside
    )
