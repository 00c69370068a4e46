"""A formula broken into lines, at the best places that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ebmviz.ui.formulas.drawn import Drawn, levels, part

_LITTLE = 0.15  # of the room


class Line(NamedTuple):
    """begins: what stands between commas, rather than going on with it."""

    drawn: Drawn
    begins: bool


def lines(latex: str, size: float, room: float, inset: float) -> list[Line]:
    """Each as wide as there is room for, with letters of this size; those that go on have less by
    the inset. A piece that has none is a line all the same. Empty where it cannot be read.
    """
    return _Breaking(latex, size, room, inset).lines


def parts(latex: str, size: float, room: float) -> tuple[Drawn, ...]:
    """Pieces for others to make lines of: as large as the best breaks leave them, but for those
    that have no room.
    """
    return tuple(_parts(latex, size, room, 0, len(levels(latex)), 1))


def _parts(
    latex: str, size: float, room: float, first: int, last: int, level: int
) -> Iterator[Drawn]:
    drawn = part(latex, first, last)
    if drawn is None:
        return
    found = levels(latex)
    inner = [n for n in range(first + 1, last) if found[n] <= level]
    deeper = max(found[first + 1 : last], default=-1) > level
    if inner:
        for start, end in zip([first, *inner], [*inner, last], strict=True):
            yield from _parts(latex, size, room, start, end, level)
    elif deeper and drawn.around(size).width() > room:
        yield from _parts(latex, size, room, first, last, level + 1)
    else:
        yield drawn


class _Breaking:
    def __init__(self, latex: str, size: float, room: float, inset: float) -> None:
        self._latex, self._size, self._room, self._inset = latex, size, room, inset
        self._levels = levels(latex)
        self._start = self._end = 0
        self._begins = True
        self.lines: list[Line] = []
        self._add(0, len(self._levels), 0)
        self._close(len(self._levels), True)

    def _add(self, first: int, last: int, level: int) -> None:
        """These pieces in the line, or in the next, or else one by one by deeper breaks."""
        if self._fits(self._start, last, self._begins):
            self._end = last
            return
        inner = [n for n in range(first + 1, last) if self._levels[n] <= level]
        deeper = max(self._levels[first + 1 : last], default=-1) > level
        begins = self._levels[first] == 0
        own = self._fits(first, last, begins) and not (level and self._little(first))
        if not inner and (not deeper or own):
            if first > self._start:
                self._close(first, begins)
            self._end = last
        elif not inner:
            self._add(first, last, level + 1)
        else:
            for start, end in zip([first, *inner], [*inner, last], strict=True):
                self._add(start, end, level)

    def _fits(self, start: int, end: int, begins: bool) -> bool:
        drawn = part(self._latex, start, end)
        room = self._room - (0 if begins else self._inset)
        return drawn is None or drawn.around(self._size).width() <= room

    def _little(self, end: int) -> bool:
        """Whether the line would end where it has hardly begun."""
        drawn = part(self._latex, self._start, end)
        return drawn is not None and drawn.around(self._size).width() < _LITTLE * self._room

    def _close(self, end: int, begins: bool) -> None:
        drawn = part(self._latex, self._start, end)
        if drawn is not None:
            self.lines.append(Line(drawn, self._begins))
        self._start, self._begins = end, begins
