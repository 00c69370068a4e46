"""The user's own points: columns of a text file, of an NPY array or of an NPZ archive.

What is read, and by which rules, stands where it is done: `delimited` (delimiters, comments,
quotes), `headings` (names, units, index columns) and `spelling` (signs, commas and points in
numbers). Over all of them: what has one meaning is read, what has two is refused with both, what
has none is refused with its line and column, and no row is left out in silence. UTF-8 and UTF-16
with or without a mark, any line ends, blank lines; a column that is empty from top to bottom
(a trailing delimiter in every line) is no column.
"""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path

import msgspec

from ebmviz.core.errors import UserError
from ebmviz.core.rows import CAP_TEXT, NEEDED, POINTS_CAP
from ebmviz.files.atomic import read_bytes, shown
from ebmviz.files.tables.arrays import table_of_array, table_of_arrays
from ebmviz.files.tables.columns import Table, column_of_text
from ebmviz.files.tables.delimited import Row, rows
from ebmviz.files.tables.headings import Heading, heading
from ebmviz.files.tables.npy import NPY
from ebmviz.files.tables.npz import ZIP
from ebmviz.files.tables.spelling import AmbiguousError, spelling

FILE_CAP = 32 * 2**20


def read_table(path: str | os.PathLike[str]) -> Table:
    """All columns of a CSV, TSV, semicolon- or blank-separated text, an NPY or an NPZ file.

    Raises UserError for what is no table, is too long, or can be read in two ways.
    """
    where = shown(path)
    data = read_bytes(path, FILE_CAP)
    suffix = Path(path).suffix.lower()
    if not data:
        raise UserError(f"{where}: the file is empty")
    if data.startswith(NPY):
        table = table_of_array(data, where)
    elif data.startswith(ZIP) and suffix == ".npz":
        table = table_of_arrays(data, where, FILE_CAP)
    elif suffix in (".npy", ".npz"):
        raise UserError(f"{where}: not an {suffix[1:].upper()} file")
    else:
        return table_of_text(_decoded(data, where), where)
    return _filled_some(table)


def table_of_text(text: str, where: str) -> Table:
    """All columns of a text, such as a spreadsheet puts onto the clipboard. Raises UserError, which
    begins with `where`.
    """
    if len(text) > FILE_CAP:
        raise UserError(f"{where}: longer than {FILE_CAP >> 20} million letters")
    return _filled_some(_text(text, where))


def _filled_some(table: Table) -> Table:
    if not table.count:
        raise UserError(f"{table.where}: holds no points")
    if table.count > POINTS_CAP:
        raise UserError(f"{table.where}: {table.count} points, {CAP_TEXT}")
    return table


def _decoded(data: bytes, where: str) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as Excel writes
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("latin-1")
        line = 1 if wide else len(re.findall(r"\r\n|\r|\n", before)) + 1
        raise UserError(
            f"{where}, line {line}: not text in UTF-8; save the file as CSV in UTF-8"
        ) from None
    if "\0" in text:
        raise UserError(f"{where}: not a text file; points are read from CSV, TSV, text or NPY")
    return text


def _text(text: str, where: str) -> Table:
    found = rows(text, where)
    if not found.rows:
        raise UserError(f"{where}: holds no points")
    kept, at = _filled(found.rows)
    head = heading(kept)
    width, data = len(head.names), kept[head.count :]
    if len(data) > POINTS_CAP:
        line = data[POINTS_CAP].line
        raise UserError(f"{where}, line {line}: one point too many, {CAP_TEXT}")
    if head.count and data and all(any(row.cells[width:]) for row in data):
        wide = max(len(row.cells) for row in data)
        raise UserError(
            f"{where}, line {kept[0].line}: {_columns(width)} where line {data[0].line} has {wide};"
            " a title or a comment begins with #"
        )
    for row in data:
        if len(row.cells) < width or any(row.cells[width:]):
            count = max(1, len(row.cells))
            raise UserError(f"{where}, line {row.line}: {_columns(count)} where {width} are needed")
    index = head.index and _counts(data)
    if data and width - index < NEEDED:
        there = f"{where}, line {data[0].line}"
        if not index and max(len(row.cells) for row in found.rows) >= NEEDED:
            raise UserError(f"{there}, column {NEEDED}: a number is missing")
        raise UserError(f"{there}: {_columns(width - index)} where {NEEDED} are needed")
    cells = ((row.line, n, cell) for row in data for n, cell in zip(at, row.cells, strict=False))
    try:
        decimal = spelling(cells, found.delimiter == ";").decimal
    except AmbiguousError as error:
        raise UserError(f"{where}, line {error.line}, column {error.column}: {error}") from None
    lines = [row.line for row in data]
    columns = [
        column_of_text(
            at[n], head.names[n], head.units[n], [row.cells[n] for row in data], lines, decimal
        )
        for n in range(width)
    ]
    if index:
        columns[0] = msgspec.structs.replace(columns[0], index=True)
    notes = _notes(head, index, decimal)
    return Table(where, tuple(columns), len(data), head.count, notes, lines)


def _filled(every: list[Row]) -> tuple[list[Row], list[int]]:
    """The rows without columns that are empty throughout, and the numbers of those that stay."""
    width = max(len(row.cells) for row in every)
    some = [n for n in range(width) if any(n < len(r.cells) and r.cells[n] for r in every)]
    if len(some) == width:
        return every, list(range(1, width + 1))
    kept = [Row(r.line, [r.cells[n] for n in some if n < len(r.cells)]) for r in every]
    return kept, [n + 1 for n in some]


def _counts(data: list[Row]) -> bool:
    """Whether the first column can number or name the rows: no two alike, and no fractions."""
    first = [row.cells[0] for row in data]
    return len(set(first)) == len(first) and not any(re.search(r"\d[.,]\d", c) for c in first)


def _columns(count: int) -> str:
    return f"{count} column{'' if count == 1 else 's'}"


def _notes(head: Heading, index: bool, decimal: str) -> tuple[str, ...]:
    notes = []
    if head.numbered:
        notes.append(f"{', '.join(head.names[index:])} in line 1 are its column numbers")
    if index:
        notes.append("its first column numbers the rows")
    if decimal == ",":
        notes.append("decimal commas")
    return tuple(notes)
