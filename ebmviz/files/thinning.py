"""Less of a training's past, until it fits: in an order that takes first what is missed least."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.files.runs import Branch

_FEW = 64
"""Entries of a record: curves of so many look the same, and time still moves in small steps."""
_STEPS = "step"


class Past(msgspec.Struct, frozen=True, eq=False):
    """The run that is gone on with, and the other ones; `pinned` is the number of one that is
    needed whatever it takes.
    """

    own: Checkpoint
    others: tuple[Branch, ...] = ()
    pinned: int | None = None

    @property
    def size(self) -> int:
        """Bytes of what need not be there: all records, and runs that are not pinned."""
        runs = (b.checkpoint for b in self.others if b.number != self.pinned and b.checkpoint)
        records = sum(record(each) for each in self.others) + _bytes(self.own)
        return records + sum(a.nbytes for kept in runs for a in kept.weights.values())

    def fitting(self, room: int) -> Past:
        """The most of it that takes no more bytes than that."""
        now = self
        while now.size > room:
            less = next((done for way in _WAYS if (done := way(now)) is not None), None)
            if less is None:
                return now
            now = less
        return now


def entries(kept: Checkpoint | None) -> int:
    """Of its record."""
    steps = kept.history.get(_STEPS) if kept else None
    return 0 if steps is None else len(steps)


def record(branch: Branch) -> int:
    """Bytes of its record."""
    return _bytes(branch.checkpoint) if branch.checkpoint else 0


def _bytes(kept: Checkpoint) -> int:
    return sum(array.nbytes for array in kept.history.values())


def _halved(kept: Checkpoint) -> Checkpoint:
    """Every second entry of its record, the first among them."""
    thin = {name: array[::2] for name, array in kept.history.items()}
    return msgspec.structs.replace(kept, history=thin)


def _longest(past: Past, least: int) -> Branch | None:
    """The other run with the longest record, of more entries than that."""
    there = [each for each in past.others if entries(each.checkpoint) > least]
    return max(there, key=record, default=None)


def _with(past: Past, branch: Branch, kept: Checkpoint) -> Past:
    new = msgspec.structs.replace(branch, checkpoint=kept)
    others = tuple(new if each is branch else each for each in past.others)
    return msgspec.structs.replace(past, others=others)


def _halve_another(past: Past) -> Past | None:
    branch = _longest(past, _FEW)
    kept = branch.checkpoint if branch else None
    return _with(past, branch, _halved(kept)) if branch and kept else None


def _forget_another(past: Past) -> Past | None:
    branch = _longest(past, 0)
    kept = branch.checkpoint if branch else None
    return _with(past, branch, kept.without_history()) if branch and kept else None


def _halve_own(past: Past) -> Past | None:
    if entries(past.own) <= _FEW:
        return None
    return msgspec.structs.replace(past, own=_halved(past.own))


def _drop(past: Past) -> Past | None:
    """The run that came last."""
    free = [each for each in past.others if each.number != past.pinned]
    if not free:
        return None
    last = max(free, key=lambda each: each.number)
    others = tuple(each for each in past.others if each is not last)
    return msgspec.structs.replace(past, others=others)


def _forget_own(past: Past) -> Past | None:
    if not past.own.history:
        return None
    return msgspec.structs.replace(past, own=past.own.without_history())


_WAYS: Sequence[Callable[[Past], Past | None]] = (
    _halve_another,
    _forget_another,
    _halve_own,
    _drop,
    _forget_own,
)
"""Each taken as often as there is something to take, before the next."""
