"""What a file had no room for, in numbers, and in the sentence that says so."""

from __future__ import annotations

import msgspec

from ebmviz.core.errors import UserError
from ebmviz.core.numerals import counted

_MOST = 10**9


class LeftOut(msgspec.Struct, frozen=True):
    """branches: so many are not in it; records: so many branches that are have only a part of their
    steps, or none. steps: entries of the own record, of which `kept` are in it. stops: of a lesson.
    """

    branches: int = 0
    records: int = 0
    steps: int = 0
    kept: int = 0
    stops: int = 0

    def __bool__(self) -> bool:
        return self != LeftOut(steps=self.steps, kept=self.steps)

    def after(self, earlier: LeftOut) -> LeftOut:
        """Of a file that was made from one which had left out this."""
        return LeftOut(
            self.branches + earlier.branches,
            self.records + earlier.records,
            max(self.steps, earlier.steps),
            self.kept,
            self.stops + earlier.stops,
        )

    @property
    def said(self) -> str:
        """One sentence; empty where nothing is missing."""
        parts = [_so_many(self.branches, "branch", "branches")]
        if self.records:
            parts.append(f"steps of {_so_many(self.records, 'other branch', 'other branches')}")
        if self.kept < self.steps:
            parts.append(self._thinned())
        parts.append(_so_many(self.stops, "stop of a lesson", "stops of a lesson"))
        there = [part for part in parts if part]
        return f"This figure leaves out {_listed(there)}." if there else ""

    def _thinned(self) -> str:
        """Of the own record, of which curves and timeline are drawn."""
        if not self.kept:
            return "all steps on record, of which curves and timeline are drawn"
        return f"all but {self.kept} of the {self.steps} steps on record"


NOTHING = LeftOut()


def to_json(left_out: LeftOut) -> dict[str, int]:
    """As a file tells it."""
    return msgspec.structs.asdict(left_out)


def read(raw: object, at: str) -> LeftOut:
    """The inverse, of a file that may say nothing of it. Raises UserError, beginning with `at`."""
    if raw is None:
        return NOTHING
    try:
        found = msgspec.convert(raw, LeftOut)
    except msgspec.ValidationError:
        raise UserError(f"{at}: what it left out is not told in numbers") from None
    if any(not 0 <= count <= _MOST for count in msgspec.structs.astuple(found)):
        raise UserError(f"{at}: what it left out is not told in numbers")
    return found


def _so_many(count: int, one: str, several: str) -> str:
    return counted(count, one, several) if count else ""


def _listed(parts: list[str]) -> str:
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last
