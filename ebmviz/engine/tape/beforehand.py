"""What a step needs that follows from its number alone: random draws, a rate that changes.

It is made before the step, by `beforehand`; a tape notes how, and makes it for each step that it
runs. What is random and not made so would be the same in every step: such a step is no tape's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

Make = Callable[[int], Tensor]
Row = Callable[[int], Sequence[float]]


class Unrecordable(Exception):
    """Why a function cannot be run from a tape."""


class Counter:
    """Stands for the number of a step while one is recorded: all that can be done with it is to add
    to it, and to make something of it beforehand. Anything else raises Unrecordable, for it would
    be the same in every step.
    """

    def __init__(self, name: str, more: int = 0) -> None:
        self.name, self.more = name, more

    def __add__(self, more: int) -> Counter:
        return Counter(self.name, self.more + more)

    def _refuse(self, *_: object) -> Any:
        raise Unrecordable("the number of the step is used otherwise than beforehand")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = __bool__ = __index__ = __int__ = __float__ = __neg__ = __abs__ = _refuse
    __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __radd__ = _refuse
    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = __divmod__ = _refuse


class Given(NamedTuple):
    """What is made beforehand: of which counter, and how. row: the same as plain numbers, where it
    is a few of them, of which a tensor would take longer to make than they do.
    """

    counter: str
    make: Make
    row: Row | None = None


@dataclass
class Foreseen:
    """What was made while a function is recorded. draws: whether the draws of a chain may be made
    beforehand, too.
    """

    given: list[tuple[Given, Tensor]] = field(default_factory=list)
    making: bool = False
    draws: bool = False

    def __call__(self, number: int, make: Make, row: Row | None = None) -> Tensor:
        """Of a number, in float32."""
        counter: object = number
        if not isinstance(counter, Counter):
            raise Unrecordable(f"the number {number} follows no counter")
        more = counter.more
        self.making = True
        try:
            made = make(more).to(torch.float32).contiguous()
        finally:
            self.making = False
        plain = row and (lambda number: row(number + more))
        self.given.append((Given(counter.name, lambda number: make(number + more), plain), made))
        return made


current: ContextVar[Foreseen | None] = ContextVar("current", default=None)
"""Of the function that is being recorded."""


def beforehand(number: int, make: Make) -> Tensor:
    """make(number), for a step that is known by its number."""
    foreseen = current.get()
    return make(number) if foreseen is None else foreseen(number, make)


def numbers(number: int, row: Row, like: Tensor) -> Tensor:
    """The same of a few numbers, as a tensor of the type of `like`, where that is."""
    foreseen = current.get()

    def make(number: int) -> Tensor:
        return like.new_tensor(row(number))

    return make(number) if foreseen is None else foreseen(number, make, row)


def check_random() -> None:
    """To be called before random numbers are made. Unrecordable where a tape would keep them."""
    foreseen = current.get()
    if foreseen is not None and not foreseen.making:
        raise Unrecordable("random numbers that are not made beforehand")
