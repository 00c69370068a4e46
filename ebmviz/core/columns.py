"""A table that was read: its columns, what they hold, and which of them are taken."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.snapshot import Array
from ebmviz.core.spelling import broken, missing, number, numberlike

VALUE_CAP = 1e12
POINTS_CAP = 100_000
CAP_TEXT = f"at most {POINTS_CAP:,} are accepted".replace(",", " ")
NEEDED = 2
Kind = Literal["numbers", "words", "mixed", "empty"]
_ROLES = ("y1", "y2")


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
    understood by itself. `where` begins every refusal.
    """

    where: str
    columns: tuple[Column, ...]
    count: int
    headings: int = 0
    notes: tuple[str, ...] = ()

    @property
    def offered(self) -> tuple[Column, ...]:
        """The columns that hold something, without one that numbers the rows."""
        return tuple(c for c in self.columns if not c.index and c.kind != "empty")

    @property
    def clear(self) -> bool:
        """Whether it is plain which two columns are the points."""
        return len(self._plain()) == NEEDED

    def roles(self, text: str = "") -> Roles:
        """The columns named in `text` (see `Roles`), or the only two there are. Raises UserError
        where nothing is said and there is a choice.
        """
        if text.strip():
            return self._asked(text)
        plain = self._plain()
        if len(plain) != NEEDED:
            names = [c.name for c in self.offered]
            some = ", ".join(clean(n, 40) for n in names[:12]) + (", …" if len(names) > 12 else "")
            hint = ",".join(clean(n, 40) for n in names[:NEEDED])
            raise UserError(
                f"{self.where}: {len(names)} columns where 2 are needed ({some});"
                f" say which, as in --columns {hint}"
            )
        return Roles(plain[0], plain[1])

    def _plain(self) -> list[Column]:
        every = list(self.offered)
        return every if len(every) <= NEEDED else [c for c in every if c.kind != "words"]

    def _asked(self, text: str) -> Roles:
        given = next(csv.reader([text], skipinitialspace=True))
        found: dict[str, Column] = {}
        for word in given:
            role, equals, name = word.partition("=")
            if not equals or role.strip() not in _ROLES:
                role, name = next((r for r in _ROLES if r not in found), ""), word
            if not role:
                raise UserError(f"--columns {text}: 2 columns are needed, as in --columns a,b")
            if role.strip() in found:
                raise UserError(f"--columns {text}: {role.strip()} is given twice")
            found[role.strip()] = self._named(name.strip())
        if not {"y1", "y2"} <= set(found):
            raise UserError(f"--columns {text}: 2 columns are needed, as in --columns a,b")
        return Roles(found["y1"], found["y2"])

    def _named(self, name: str) -> Column:
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
        raise UserError(f"{self.where}: no column “{clean(name, 40)}”; there is: {there}")


class Roles(msgspec.Struct, frozen=True, eq=False):
    """Which columns are y₁ and y₂.

    Written `a,b` or `y1=a,y2=b`; a column goes by its name or its number from 1.
    """

    y1: Column
    y2: Column


def said(table: Table, roles: Roles) -> str:
    """What was read, in one line: 24 points, columns a [mm], b; 1 heading; decimal commas."""
    names = ", ".join(map(_titled, (roles.y1, roles.y2)))
    of = len(table.offered)
    parts = [
        f"{_counted(table.count, 'point')}, columns {names}" + (f" of {of}" if of > NEEDED else ""),
        _counted(table.headings, "heading") if table.headings else "no heading",
        *table.notes,
    ]
    return clean("; ".join(parts), 200)


def _titled(column: Column) -> str:
    return clean(column.name, 30) + (f" [{clean(column.unit, 12)}]" if column.unit else "")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


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


def value_fault(value: float) -> str:
    """Why a number is not taken."""
    if not np.isfinite(value):
        return f"{value} is not a finite number"
    return f"{value} is beyond ±10¹²"


def _why(cell: str) -> str:
    text = clean(cell, 40)
    if not cell:
        return "a number is missing"
    if broken(cell):
        return f"“{text}” is a spreadsheet's error, not a number"
    if missing(cell):
        return f"a number is missing (“{text}”)"
    if re.match(r"[+-]?[.,]?\d[\d.,]*\s*[^\W\d_°µΩ%€$]+[^\d]*$", cell) and " " in cell:
        return f"“{text}” is not a number; units belong in the heading"
    return f"“{text}” is not a number"
