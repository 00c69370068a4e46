"""Tensors that keep their places while a step is replayed: what goes on, and what is given to it.

All that goes on stands in one row of memory, so that a state is one copy of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ebmviz.engine.tape.beforehand import Foreseen, Given, Make, Row, Unrecordable


class Going:
    """The tensors of a state."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        """Raises Unrecordable of tensors of several types."""
        if len({(t.dtype, t.device) for t in tensors.values()}) != 1:
            raise Unrecordable("the tensors of a state are of several types")
        self._shapes = {name: t.shape for name, t in tensors.items()}
        self._row = torch.cat([t.flatten() for t in tensors.values()])
        self.tensors = self._named(self._row)

    def fits(self, tensors: Mapping[str, Tensor]) -> bool:
        """Whether these can be put there."""
        return {name: t.shape for name, t in tensors.items()} == self._shapes

    def put(self, tensors: Mapping[str, Tensor]) -> None:
        """Take these, in their order."""
        for name, place in self.tensors.items():
            place.copy_(tensors[name])

    def taken(self) -> dict[str, Tensor]:
        """A copy, which nothing changes any more."""
        return self._named(self._row.clone())

    def _named(self, row: Tensor) -> dict[str, Tensor]:
        parts = torch.split(row, [shape.numel() for shape in self._shapes.values()])
        shaped = zip(self._shapes.items(), parts, strict=True)
        return {name: part.view(shape) for (name, shape), part in shaped}


class Supplied(Foreseen):
    """What a step is given that follows from its number: made before each replay, and put where
    the step has found it. Numbers made in main memory go over in one piece.
    """

    def __init__(self, known: Foreseen, device: torch.device) -> None:
        """known: what was made for a first step, in its order."""
        super().__init__(draws=True)
        self.given = known.given
        here = [t.flatten() for _, t in known.given if t.device != device]
        self._row = torch.cat(here).to(device) if here else torch.empty(0, device=device)
        parts = iter(torch.split(self._row, [len(t) for t in here])) if here else iter(())
        self._places = [
            t.clone() if t.device == device else next(parts).view(t.shape) for _, t in self.given
        ]
        self._moved = [t.device != device for _, t in self.given]
        self._next = 0

    def __call__(self, _number: int, _make: Make, _row: Row | None = None) -> Tensor:
        self._next += 1
        return self._places[self._next - 1]

    def begin(self) -> None:
        """The step asks from the first on."""
        self._next = 0

    def make(self, counters: Mapping[str, int]) -> None:
        """All of it, for a step of these numbers."""
        here: list[Tensor] = []
        for (given, _), place, moved in zip(self.given, self._places, self._moved, strict=True):
            made = _made(given, counters)
            if moved:
                here.append(made.flatten())
            else:
                place.copy_(made)
        if here:
            self._row.copy_(torch.cat(here))


def _made(given: Given, counters: Mapping[str, int]) -> Tensor:
    return given.make(counters[given.counter]).to(torch.float32)
