"""Text of a spreadsheet or a program as rows of cells, each with the line it begins on.

Delimiters are semicolons, tabs, commas, bars or blanks: the one in most of the lines, semicolons
before tabs before commas before bars; or what Excel's own first line `sep=;` says. Commas give way
to blanks where they can only be decimal (0,5 1,5). Quotes follow Python's csv: a quoted cell may
hold delimiters and line breaks. A comment is a line that begins with #, or what follows a # after a
blank; but a spreadsheet's error cell (#N/A, #DIV/0!, #NV, ####) is a cell, wherever it stands.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import msgspec

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.files.tables.spelling import broken, number, trimmed

LINE_CAP = 10_000
_SEEN = 300  # letters of what may be a comment
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_BETWEEN_BLANKS = re.compile(r"[^\s,]*\d,\d[^\s,]*|[^\s,]+")


class Row(msgspec.Struct, frozen=True):
    """The line that a row begins on, and its cells."""

    line: int
    cells: list[str]


class Rows(msgspec.Struct, frozen=True):
    """All rows with something in them, and what stands between their cells."""

    rows: list[Row]
    delimiter: str


def rows(text: str, where: str) -> Rows:
    """The rows of `text`. Raises UserError naming `where` and the line."""
    # A universal newline is what an editor counts; splitlines() would also split at ␌ or U+2028.
    lines = list(io.StringIO(text, newline=None))
    for at, line in enumerate(lines, 1):
        if len(line) > LINE_CAP:
            raise UserError(f"{where}, line {at}: longer than {LINE_CAP} characters")
    told = next((n for n, line in enumerate(lines) if line.strip()), 0)
    match = _SEP.fullmatch(lines[told].strip(" \r\n")) if lines else None
    if match:
        lines[told] = "\n"
    delimiter = match[1] if match else _delimiter(lines)
    return Rows(list(_rows(lines, delimiter, where)), delimiter)


def _delimiter(lines: list[str]) -> str:
    counts = dict.fromkeys(";\t,|", 0)
    for line in lines:
        bare = re.sub(r'"[^"]*("|$)', "", uncommented(line))
        for sign in counts:
            counts[sign] += sign in bare
    best = max(counts, key=lambda sign: counts[sign])  # the first of equals
    if best == "," and counts["|"] == counts[","] and _barred(lines):
        return "|"
    if not counts[best] or (best == "," and _only_decimal(lines)):
        return " "
    if best == "\t":  # some tabs among blanks, where nobody meant them to differ
        filled = [line.split() for line in map(uncommented, lines) if line.strip()]
        if counts[best] < len(filled) and len({len(words) for words in filled}) == 1:
            return " "
    return best


def _only_decimal(lines: list[str]) -> bool:
    """Whether commas stand inside numbers between blanks, and cannot stand between cells."""
    impossible = begun = False
    for line in lines:
        line = re.sub(r'"([^"\s]*)"', r"\1", uncommented(line))
        words = line.split()
        begun |= any(map(_is_number, words))
        if not begun or not any(re.search(r"\d", word) for word in words):
            continue  # a heading
        if len(words) < 2 or not all(_BETWEEN_BLANKS.fullmatch(w) or _is_number(w) for w in words):
            return False
        impossible |= not all(_possible(trimmed(cell)) for cell in line.split(","))
    return impossible


def _barred(lines: list[str]) -> bool:
    """Whether numbers stand between bars in all lines, and commas in nothing but them."""
    data = (line.replace('"', "").strip() for line in map(uncommented, lines) if "," in line)
    cells = [[trimmed(cell) for cell in line.strip("|").split("|")] for line in data]
    if cells and not any(map(_is_number, cells[0])):
        del cells[0]  # a heading
    return bool(cells) and all(
        len(row) > 1 and all(_is_number(c) for c in row if "," in c) for row in cells
    )


def _possible(cell: str) -> bool:
    try:
        number(cell)
    except ValueError:
        words = cell.split()  # two numbers, with or without a word between
        apart = len(words) > 1 and _is_number(words[0]) and _is_number(words[-1])
        return not apart and not re.search(r"\d\s+[+-]?\d", cell)
    return True


def _rows(lines: list[str], delimiter: str, where: str) -> Iterator[Row]:
    taken = 0
    raw = ""

    def source() -> Iterator[str]:
        nonlocal taken, raw
        for line in lines:
            taken += 1
            line = line if raw else uncommented(line)
            if delimiter == " ":
                line = line.replace("\t", " ").strip(" \n") + "\n"
            raw += line
            yield line

    reader = csv.reader(source(), delimiter=delimiter, skipinitialspace=True)
    while True:
        raw, begun = "", taken + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UserError(f"{where}, line {begun}: {error}") from None
        if cells is None:
            return
        cells = [trimmed(cell) for cell in cells]
        if not any(cells):
            continue
        for column, cell in enumerate(cells, 1):
            spaced = delimiter == "," and re.search(r"\d[^\S\n]\d", cell)
            if spaced and _possible(cell) and f'"{cell}' not in raw:
                raise UserError(
                    f"{where}, line {begun}, column {column}: “{clean(cell, 40)}” can mean one"
                    " number or two; put it in quotes, or write it without the blank"
                )
        yield Row(begun, cells)


def uncommented(line: str) -> str:
    """A line without its comment."""
    start = re.match(r"\s*", line)
    at = start.end() if start else 0
    if line.startswith("#", at) and not _error_row(line[at:]):
        return "\n"
    for found in re.finditer(r"\s#", line):
        quoted = line.count('"', 0, found.start()) % 2
        if found.end() > at + 1 and not quoted and not _error_row(line[found.start() + 1 :]):
            return line[: found.start()] + "\n"
    return line


def _error_row(text: str) -> bool:
    """Whether text that begins with # is an error cell and what follows it, not a comment."""
    text = text[:_SEEN]
    if text.startswith("##") and all(map(_no_word, text.replace('"', "").split())):
        return len(text.split()) > 1  # between blanks, where commas are decimal
    first, *others = (trimmed(cell.replace('"', "")) for cell in re.split(r"[;,\t|]", text))
    word, *more = first.split() or [""]
    others += more
    if set(word) == {"#"}:  # a cell too narrow for its number, or a line drawn by hand
        return len(word) > 1 and bool(others) and all(_no_word(cell) for cell in others)
    if broken(first) or broken(word):
        return True
    shouted = re.fullmatch(r"#[^\W\da-z_][^a-z]+", word) is not None
    return shouted and any(_is_number(cell) for cell in others)


def _no_word(cell: str) -> bool:
    return set(cell) <= {"#"} or _is_number(cell)


def _is_number(cell: str) -> bool:
    for decimal in ".,":
        try:
            number(cell, decimal)
            return True
        except ValueError:
            pass
    return False
