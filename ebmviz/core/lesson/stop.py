"""A stop: a name, a short text and a state, with the way of getting there. A lesson: some of them.

A state is a built-in scene, what differs from it, and a step of the training from its initial
weights. Each is whole in itself, so that any stop can be gone to first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from ebmviz.core.params import Value

Way = Literal["cut", "morph"]
WAYS: tuple[Way, ...] = ("cut", "morph")
MAP = "map"
"""What is large beside the text where a stop names no figure."""
MOST = 200  # stops
SLIDERS = ("view.beta", "objective.beta", "view.x", "objective.margin", "view.speed", "time")
"""What can stand below the large plot in front of a class."""
NAME = 120  # letters of a name or a title
BODY = 20_000  # letters of a text, with its answer and notes
SECONDS = 3.0
LONGEST = 600.0  # seconds of a way
STEPS = 10**9
PICTURE = (120, 192, 3)
"""The shape of a small picture: rows, columns, and a byte each of red, green and blue."""


class Reveal(msgspec.Struct, frozen=True):
    """What differs once the answer is shown. step: None where it stays."""

    changes: Mapping[str, Value] = {}
    step: int | None = None


class Stop(msgspec.Struct, frozen=True):
    """changes: path -> value, over the scene as shipped. way: at once, or moving for `seconds`.
    large: what is shown large with the text, "map" or the name of a figure. run: that of the
    session which has the step, by number; None where it is trained anew. text: what is seen, or
    asked; answer: what is said in its place once it is revealed; notes: for the lecturer alone.
    source: how it was written, which is kept as far as it still says the same. picture: how it
    looked when it was taken, in a session; else empty. show: figures beside the large one, and
    sliders by their path, that it wants in front of a class; which of them it does not name is left
    to whoever presents. chains: whether they walk there.
    """

    name: str
    scene: str
    changes: Mapping[str, Value] = {}
    step: int = 0
    way: Way = "cut"
    seconds: float = SECONDS
    large: str = MAP
    reveal: Reveal | None = None
    run: int | None = None
    text: str = ""
    answer: str = ""
    notes: str = ""
    source: str = ""
    picture: bytes = b""
    show: tuple[str, ...] = ()
    chains: bool = False

    @property
    def asks(self) -> bool:
        """Whether there is something to predict, and to reveal."""
        return self.reveal is not None or bool(self.answer)


class Lesson(msgspec.Struct, frozen=True):
    """about: what the reader can do after it. source: how all before the first stop was written."""

    title: str = ""
    about: str = ""
    order: int = 1000
    stops: tuple[Stop, ...] = ()
    source: str = ""

    def with_one(self, index: int, stop: Stop) -> Lesson:
        """Another stop, which then has this index."""
        return self._of((*self.stops[:index], stop, *self.stops[index:]))

    def changed(self, index: int, stop: Stop) -> Lesson:
        """A stop in place of another."""
        return self._of((*self.stops[:index], stop, *self.stops[index + 1 :]))

    def without(self, index: int) -> Lesson:
        """One of them deleted."""
        return self._of((*self.stops[:index], *self.stops[index + 1 :]))

    def moved(self, index: int, to: int) -> Lesson:
        """One of them elsewhere, where it then has the index `to`."""
        return self.without(index).with_one(to, self.stops[index])

    def nowhere(self) -> Lesson:
        """The same without the runs of a session, which nobody else has, and without pictures."""
        plain = (msgspec.structs.replace(stop, run=None, picture=b"") for stop in self.stops)
        return self._of(tuple(plain))

    def _of(self, stops: tuple[Stop, ...]) -> Lesson:
        return msgspec.structs.replace(self, stops=stops)
