"""Which rows of a table are headings, and what the columns are called.

The first row is a heading when none of its cells may be meant as a number: a cell that is
missing, broken or begins like a number (0.5 m, 1.5D+00, NA) makes it data. One row of units may
follow. Whole numbers 0, 1, 2, … in their order head a table as pandas writes nameless columns,
when a column below is spelled with decimals throughout: of one column, 0 would be 0.0. A column
without a name before named ones numbers the rows: pandas' index, or R's row names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from ebmviz.files.tables.delimited import Row
from ebmviz.files.tables.spelling import numberlike

_LONGEST = 30
_UNIT = re.compile(
    r"[\[({].*[\])}]|%|‰|a\.?\s?u\.?|arb\. ?u(nits|\.)?|"
    r"(?:(?:^|(?<=[\s/·*.]))(?:1/)?[yzafpnuµμmcdhkMGTP]?"
    r"(?:m|g|s|A|K|mol|cd|V|W|J|N|Pa|Hz|C|F|Ω|Ohm|ohm|T|Wb|H|rad|sr|l|L|h|min|eV|bar|Torr|"
    r"°C?|deg|degC|px|dB|B|Å|in|ft|lb|d|years?|days?|hours?|sec|counts?)"
    r"(?:\^?[-−]?[\d²³⁻¹]+)?[\s/·*.]?)+"
)


class Heading(msgspec.Struct, frozen=True):
    """How many rows are headings, the columns' names (those without one are called by number) and
    units, and whether the first column numbers the rows.
    """

    count: int
    names: tuple[str, ...]
    units: tuple[str, ...]
    index: bool = False
    numbered: bool = False


def heading(rows: Sequence[Row]) -> Heading:
    """The heading of a table; its columns are as many as the names."""
    first = [" ".join(cell.split()) for cell in rows[0].cells]
    while len(first) > 1 and not first[-1]:
        del first[-1]
    named = [cell for cell in first if cell]
    words = bool(named) and not any(map(numberlike, named))
    # R heads its row names with nothing at all, pandas with an empty cell.
    longer = (len(row.cells) == len(first) + 1 and row.cells[-1] for row in rows[1:])
    if words and len(rows) > 1 and len(first) > 1 and all(longer):
        first = ["", *first]
    width = len(first)
    plain = tuple(str(n) for n in range(1, width + 1))
    index = len(first) > 1 and (not first[0] or first[0] == "Unnamed: 0") and all(first[1:])
    offset = int(index)
    numbered = not words and first[offset:] == [str(n) for n in range(width - offset)]
    if numbered and not index:
        shares = [_decimals(rows[1:], n) for n in range(width)]
        numbered = width > 1 and 1.0 in shares and set(shares) <= {0.0, 1.0}
    if not (words or numbered):
        return Heading(0, plain, ("",) * width)
    units = _units(rows[1], width) if len(rows) > 1 else None
    names = tuple(name or number for name, number in zip(first, plain, strict=True))
    return Heading(1 + bool(units), names, units or ("",) * width, index, numbered)


def _decimals(rows: Sequence[Row], column: int) -> float:
    """The share of a column's numbers that are spelled with a decimal sign or an exponent."""
    cells = [row.cells[column] for row in rows if column < len(row.cells)]
    return sum(bool(re.search(r"\d[.,eE]|[.,]\d", cell)) for cell in cells) / max(1, len(cells))


def _is_unit(cell: str) -> bool:
    # What is longer can be cut into units in more ways than anybody could try.
    return len(cell) <= _LONGEST and bool(_UNIT.fullmatch(cell)) and not numberlike(cell)


def _units(row: Row, width: int) -> tuple[str, ...] | None:
    """The units in a second row of headings, if it is one."""
    cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
    some = [cell for cell in cells if cell not in ("", "-", "–")]
    if some and all(map(_is_unit, some)):
        return tuple(cell.strip("[](){}") for cell in cells)
    return None
