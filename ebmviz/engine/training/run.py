"""A run that can be gone through again: each of its states, exactly.

A step is a pure function of a state and of what is trained. So whole states now and then, the keys,
and the legs, what was trained from which step on, are enough: any state is the last key before it,
stepped on. Keys stand as far apart as steps are made in `EVERY` seconds; when their memory is full,
every second one goes, and they stand twice as far apart from then on.
"""

from __future__ import annotations

import copy
import time
from abc import ABC, abstractmethod
from bisect import bisect_right
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

EVERY = 0.02  # seconds of training between keys: so long, at most, is the way to any step
CAP = 160 << 20  # bytes of all keys together
TENSOR = 1 << 10  # bytes that one takes beside its numbers: those of a small model are few
_FEWEST = 8


class State(Protocol):
    """What the next step depends on, beside what is trained; never changed once it is made."""

    @property
    def step(self) -> int:
        """Steps behind it."""

    @property
    def size(self) -> int:
        """Bytes, `TENSOR` for each tensor included."""

    def at_rest(self) -> Self:
        """The same in main memory, wherever training computes."""

    def equals(self, other: Self) -> bool:
        """Whether the next step from both is the same, bit for bit."""


S = TypeVar("S", bound=State)


class Leg(ABC, Generic[S]):
    """A part of a run under one problem. Its functions are pure: they can be gone through again."""

    @abstractmethod
    def taken_up(self, state: S) -> S:
        """The state that this leg begins with, after that of the leg before; the same object where
        nothing about it changes.
        """

    @abstractmethod
    def forward(self, state: S, step: int) -> S:
        """The state after step number `step`, from one of this leg, bit for bit as in training."""


class _Turn(NamedTuple, Generic[S]):
    """From `step` on it went by this leg. idle: which took up the state as it was."""

    step: int
    leg: Leg[S]
    idle: bool


class _Key(NamedTuple, Generic[S]):
    """A state, and the number of its leg."""

    leg: int
    state: S


class Stopwatch:
    """Measures what is done inside: `seconds`, once it is left."""

    seconds = 0.0

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._began


class Run(Generic[S]):
    """All states from the first to the newest that it was told of. size: bytes of its keys."""

    size: int

    def __init__(self, leg: Leg[S], state: S) -> None:
        self._turns = [_Turn(state.step, leg, False)]
        self._keep([_Key(0, state.at_rest())])
        self._every, self._seconds, self._cap = EVERY, 0.0, CAP
        self._last: _Key[S] | None = None  # looked at: the next is often beside it

    @property
    def first(self) -> int:
        """The step that it began from."""
        return self._turns[0].step

    @property
    def newest(self) -> S:
        """The last state that is kept whole, in main memory."""
        return self._keys[-1].state

    def is_of(self, start: S) -> bool:
        """Whether all of it went by one leg, from a state equal to this one."""
        return len(self._turns) == 1 and self._keys[0].state.equals(start)

    def _keep(self, keys: list[_Key[S]]) -> None:
        self._keys, self.size = keys, sum(key.state.size for key in keys)

    @property
    def legs(self) -> int:
        """How many there are."""
        return len(self._turns)

    def note(self, state: S, seconds: float) -> None:
        """Training has come to this state, the newest, and it took so long since the one before."""
        self._seconds += seconds
        if self._seconds >= self._every:
            self._seconds = 0.0
            self._keys.append(_Key(len(self._turns) - 1, state.at_rest()))
            self.size += state.size
            self._thin()

    def limit(self, size: int) -> None:
        """Keep no more than so many bytes of keys from now on, but `_FEWEST` of them."""
        self._cap = size
        self._thin()

    def _thin(self) -> None:
        while self.size > self._cap and len(self._keys) > _FEWEST:
            self._every *= 2
            self._keep(self._keys[::2])

    def turn(self, leg: Leg[S], state: S) -> S:
        """Go on by another leg from a state, the newest; what it becomes."""
        found, last = leg.taken_up(state), self._turns[-1]
        if last.step == state.step:
            if len(self._turns) == 1:  # nothing has been done before
                self._turns = []
                self._keep([_Key(0, found.at_rest())])
            elif last.idle:
                self._turns.pop()
        self._turns.append(_Turn(state.step, leg, found is state))
        self._last = None
        return found

    def at(self, step: int) -> S:
        """The state after that step, from `first` to the newest."""
        number, state = self._before(step)
        while True:
            turn = self._turns[number]
            after = self._turns[number + 1 : number + 2]
            end = min([step, *(t.step for t in after)])
            state = turn.leg.forward(state, end)
            if not after or after[0].step > step:
                self._last = _Key(number, state)
                return state
            number += 1
            state = self._turns[number].leg.taken_up(state)

    def cut(self, step: int) -> None:
        """Forget what came after that step."""
        self._turns = [t for t in self._turns if t.step <= step]
        legs = len(self._turns)
        self._keep([k for k in self._keys if k.state.step <= step and k.leg < legs])
        self._last = None

    def until(self, step: int) -> Run[S]:
        """Another run with the same past up to that step, to go on from there."""
        other = copy.copy(self)
        other.cut(step)
        other._seconds = 0.0
        return other

    def _before(self, step: int) -> _Key[S]:
        key = self._keys[bisect_right(self._keys, step, key=lambda k: k.state.step) - 1]
        last = self._last
        if last and key.state.step <= last.state.step <= step and key.leg <= last.leg:
            return last
        return key
