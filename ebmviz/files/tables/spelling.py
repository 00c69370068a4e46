"""How numbers are spelled in tables, and what their commas and points mean.

A number is digits with at most one decimal sign and an exponent after e, E, d or D (Fortran). A
sign may be any of the dashes that spreadsheets and word processors write. Digits may stand in
groups of three, set apart by commas, points, apostrophes or blanks (U+00A0, U+202F, … too).

Whether a comma or a point is the decimal sign is decided once for all numbers of a table:
- 0,5   2,25   ,5   1250,5   1,5e3   1.250,5       the comma is decimal, a point groups digits;
- 0.5   2.25   .5   1250.5   1.5e3   1,250.5   1,250,000       the point is decimal;
- 1,250 beside nothing that decides is refused with both readings, and so is 1.250 in a table
  with semicolons, which are what programs write where the comma is decimal. Elsewhere a point
  that nothing speaks against is decimal.
Numbers that contradict each other are refused. Never numbers: 1_000, 5 %, 0.5 m, $5, (5), 1–2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from ebmviz.core.outside import clean

_DASHES = "−–‒﹣－-"
_BLANK = " \u00a0\u2007\u2009\u202f"
_APOSTROPHE = "'’ʼ"
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NUMBER = re.compile(
    rf"(?P<sign>[+{_DASHES}]?)(?P<body>\d[\d.,{_BLANK}{_APOSTROPHE}]*|[.,]\d+)"
    rf"(?:[eEdD](?P<power>[+{_DASHES}]?\d+))?",
    re.ASCII,
)
_GROUPED = {
    sign: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+", re.ASCII) for sign in ",."
}
_SPACED = re.compile(rf"[1-9]\d{{0,2}}(?:([{_BLANK}{_APOSTROPHE}])\d{{3}})(?:\1\d{{3}})*", re.ASCII)
_MISSING = frozenset(
    (
        *("", "na", "n/a", "#na", "null", "none", "nil", "missing", "n.a.", "k.a.", "nd", "n.d."),
        *("n/d", "<na>", "nat", "(null)", "\\n", "nan(ind)", "-nan(ind)", "-nan"),
        *("-", "--", "---", "–", "—", "?", ".", "…", "*"),
    )
)
_ERROR = re.compile(
    r"#[¡¿]?[^\W\d_][\w/ ]*[!?]|#N/[AD]|#NV|#NA|#N/A N/A|#GETTING_DATA|##+|(Err|Fehler):\d+"
)


class Spelling(msgspec.Struct, frozen=True):
    """The decimal sign of a table, "." or ",", and why: the line and cell that decided."""

    decimal: str = "."
    line: int = 0
    cell: str = ""


class AmbiguousError(ValueError):
    """The numbers of a table can be read in two ways, or in none: line, column and sentence."""

    def __init__(self, line: int, column: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.column = line, column


def trimmed(cell: str) -> str:
    """A cell without the blanks and the invisible marks around it."""
    first, end = 0, len(cell)
    while first < end and _around(cell[first]):
        first += 1
    while first < end and _around(cell[end - 1]):
        end -= 1
    return cell[first:end]


def _around(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) == "Cf"


def missing(cell: str) -> bool:
    """Whether a cell says that there is no number: it is empty, NA, null, a dash, …"""
    return cell.lower() in _MISSING


def broken(cell: str) -> bool:
    """Whether a cell is what a spreadsheet shows in place of a failed formula: #N/A, #WERT!"""
    return _ERROR.fullmatch(cell) is not None


def numberlike(cell: str) -> bool:
    """Whether a cell may have been meant as a number, so that it cannot be a heading."""
    start = cell.lstrip(f"+{_DASHES}$€£(' \"=~<>±≈“”„‚‘’«»‹›¥")
    word = start.lower()
    return (
        missing(cell)
        or broken(cell)
        or bool(re.match(r"[.,]?\d", start))
        or start[:1].isnumeric()
        or word in ("inf", "infinity", "∞", "nan")
    )


def number(cell: str, decimal: str = ".") -> float:
    """The number that a cell spells, where `decimal` is the table's sign. Raises ValueError."""
    if decimal == "." and _PLAIN.fullmatch(cell):
        return float(cell)
    if cell.lower().lstrip(f"+{_DASHES}") in ("inf", "infinity", "∞", "nan"):
        return float(_signed(cell).replace("∞", "inf"))
    found = _NUMBER.fullmatch(cell)
    if not found:
        raise ValueError(cell)
    whole, _, fraction = found["body"].partition(decimal)
    other = "," if decimal == "." else "."
    if _GROUPED[other].fullmatch(whole) or _SPACED.fullmatch(whole):
        whole = re.sub(r"\D", "", whole)
    if not re.fullmatch(r"\d*", whole + fraction, re.ASCII):
        raise ValueError(cell)
    return float(f"{_signed(found['sign'])}{whole}.{fraction}0e{_signed(found['power'] or '0')}")


def spelling(cells: Iterable[tuple[int, int, str]], semicolons: bool) -> Spelling:
    """What decimal sign the cells (line, column, text) of a table have; what spells no number
    has no say. Raises AmbiguousError where two readings remain, or none.
    """
    sure: dict[str, tuple[int, int, str]] = {}  # decimal sign: the first cell that shows it
    open_: dict[str, tuple[int, int, str]] = {}  # the sign of a cell that may go either way
    for line, column, cell in cells:
        found = None if cell.isdigit() else _NUMBER.fullmatch(cell)
        if found:
            signs = _decimal(found["body"], bool(found["power"]))
            if len(signs) == 1:
                sure.setdefault(signs, (line, column, cell))
            elif signs:
                open_.setdefault(signs[0], (line, column, cell))
    if len(sure) == 2:
        (_, _, first), (line, column, second) = sorted(sure.values())
        both = f"“{clean(second, 40)}” and “{clean(first, 40)}” above"
        raise AmbiguousError(line, column, f"{both} do not have the same decimal sign")
    for sign, (line, _, cell) in sure.items():
        return Spelling(sign, line, cell)
    if "," in open_ or ("." in open_ and semicolons):
        line, column, cell = open_.get(",") or open_["."]
        sign = "," if "," in open_ else "."
        readings = f"{re.sub(r'[.,]', '', cell)} and {cell.replace(',', '.')}"
        name = {",": "comma", ".": "point"}[sign]
        raise AmbiguousError(
            line,
            column,
            f"“{cell}” can mean {readings}; write it without the {name}, or with"
            " a decimal sign that shows which",
        )
    return Spelling()


def _decimal(body: str, power: bool) -> str:
    """The decimal sign that a number without its sign and exponent shows: one, or the two in the
    order (as written, the other) where it may go either way, or none.
    """
    commas, points = body.count(","), body.count(".")
    if not commas and not points:
        return ""
    if commas and points:
        last = "," if body.rfind(",") > body.rfind(".") else "."
        other = "." if last == "," else ","
        grouped = body.count(last) == 1 and _GROUPED[other].fullmatch(body.partition(last)[0])
        return last if grouped else ""
    sign, other = (",", ".") if commas else (".", ",")
    grouped = _GROUPED[sign].fullmatch(body)
    if max(commas, points) > 1:
        return other if grouped else ""
    return sign + other if grouped and not power else sign


def _signed(text: str) -> str:
    return "-" + text[1:] if text[:1] and text[0] in _DASHES else text
