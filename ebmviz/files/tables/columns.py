"""A table that was read: its columns, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.rows import NEEDED, VALUE_CAP, value_fault
from ebmviz.core.snapshot import Array
from ebmviz.files.tables.spelling import broken, missing, number, numberlike

Kind = Literal["numbers", "words", "mixed", "empty"]
_UNIT = re.compile(r"[+-]?[.,]?\d[\d.,]*\s*[^\W\d_°µΩ%€$]+[^\d]*$")  # behind a number
_WITH_UNIT = 80  # letters


class Column(msgspec.Struct, frozen=True, eq=False):
    """One column: its number in the file from 1, its name, and its cells.

    numbers (N,) float64 where all are finite; fault: where the first is that is not, and why.
    """

    at: int
    name: str
    unit: str
    cells: Sequence[str]
    numbers: Array | None
    fault: str = ""
    kind: Kind = "numbers"
    index: bool = False


class Table(msgspec.Struct, frozen=True, eq=False):
    """The columns (each of N rows) of a file, how many rows were headings, and what else was
    understood by itself. `where` begins every refusal; lines: where the rows begin, of a text.
    """

    where: str
    columns: tuple[Column, ...]
    count: int
    headings: int = 0
    notes: tuple[str, ...] = ()
    lines: Sequence[int] = ()

    @property
    def offered(self) -> tuple[Column, ...]:
        """The columns that hold something, without one that numbers the rows."""
        return tuple(c for c in self.columns if not c.index and c.kind != "empty")

    @property
    def plain(self) -> tuple[Column, ...]:
        """Those offered, without words where there are more than two."""
        every = self.offered
        return every if len(every) <= NEEDED else tuple(c for c in every if c.kind != "words")

    def place(self, row: int) -> str:
        """Where a row (from 0) stands: line 5, or row 4 of an array."""
        return f"line {self.lines[row]}" if self.lines else f"row {row + 1}"

    def named(self, name: str) -> Column:
        """The column of a name, or of a number from 1. Raises UserError."""
        same = [c for c in self.columns if c.name == name]
        same = same or [c for c in self.columns if str(c.at) == name]
        if len(same) == 1:
            return same[0]
        if same:
            numbers = " and ".join(str(c.at) for c in same)
            raise UserError(
                f"{self.where}: {len(same)} columns are called “{clean(name, 40)}”;"
                f" name them by their numbers, {numbers}"
            )
        there = ", ".join(clean(c.name, 40) for c in self.columns[:12])
        there += ", …" if len(self.columns) > 12 else ""
        raise UserError(f"{self.where}: no column “{clean(name, 40)}”; available: {there}")


def numbers(where: str, column: Column) -> Array:
    """The numbers (N,) of a column. Raises UserError naming the first cell that is none."""
    if column.numbers is None:
        raise UserError(f"{where}, {column.fault}" if column.fault else f"{where}: empty column")
    return column.numbers


def column_of_text(
    at: int, name: str, unit: str, cells: Sequence[str], lines: Iterable[int], decimal: str
) -> Column:
    """A column from the text of its cells, which begin on `lines`."""
    values = np.empty(len(cells))
    fault = ""
    for n, (cell, line) in enumerate(zip(cells, lines, strict=True)):
        try:
            values[n] = number(cell, decimal)
            why = value_fault(values[n]) if not abs(values[n]) <= VALUE_CAP else ""
        except ValueError:
            why = _why(cell)
        if why:
            fault = f"line {line}, column {at}: {why}"
            break
    if not fault:
        return Column(at, name, unit, cells, values)
    if not any(cells):
        kind: Kind = "empty"
    else:
        kind = "mixed" if any(cell and numberlike(cell) for cell in cells) else "words"
    return Column(at, name, unit, cells, None, fault, kind)


def _why(cell: str) -> str:
    text = clean(cell, 40)
    if not cell:
        return "a number is missing"
    if broken(cell):
        return f"“{text}” is a spreadsheet's error, not a number"
    if missing(cell):
        return f"a number is missing (“{text}”)"
    if cell[-1] in "%‰" and numberlike(cell):
        return f"“{text}” is not a number; units belong in the heading"
    if " " in cell and len(cell) <= _WITH_UNIT and _UNIT.match(cell):
        return f"“{text}” is not a number; units belong in the heading"
    return f"“{text}” is not a number"
