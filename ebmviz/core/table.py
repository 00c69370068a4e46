"""The user's own points: two columns of a text file or of an NPY array."""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ebmviz.core.atomic import clean, read_bytes, shown
from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array

POINTS_CAP = 100_000
VALUE_CAP = 1e6
FILE_CAP = 32 * 2**20
_LINE_CAP = 10_000
_COLUMNS = 2
_NPY = b"\x93NUMPY"
_CAP_TEXT = f"at most {POINTS_CAP:,} are accepted".replace(",", " ")


def read_points(path: str | os.PathLike[str]) -> Array:
    """The points (N, 2) of a CSV, TSV, semicolon- or space-separated text, or an NPY file.

    Text may have one header line, blank lines and `#` comments; between semicolons or tabs
    a comma is a decimal comma. Raises UserError naming the file, the line and the column.
    """
    where = shown(path)
    data = read_bytes(path, FILE_CAP)
    if not data:
        raise UserError(f"{where}: the file is empty")
    if data.startswith(_NPY):
        return _npy(data, where)
    if Path(path).suffix.lower() == ".npy":
        raise UserError(f"{where}: not an NPY file")
    return _text(_decoded(data, where), where)


def encode_points(points: Array) -> bytes:
    """Points (N, 2) as the `table` of a scene: little-endian float64, row by row.

    Raises UserError for what `decode_points` would refuse.
    """
    return _checked(np.asarray(points), "the points").astype("<f8").tobytes()


def decode_points(table: bytes) -> Array:
    """The points (N, 2) of a scene's `table`. Raises UserError."""
    if len(table) % (8 * _COLUMNS):
        raise UserError("the table of points is cut short")
    points = np.frombuffer(table, "<f8").reshape(-1, _COLUMNS)
    return _checked(points, "the table of points")


def _checked(points: Array, where: str) -> Array:
    """The points as an own (N, 2) float64 array, once all of them are fit to be drawn."""
    if points.dtype.kind not in "fiu":
        raise UserError(f"{where}: holds {points.dtype}, not real numbers")
    if points.ndim != 2 or points.shape[1] != _COLUMNS:
        raise UserError(f"{where}: has the shape {_shape(points.shape)} where (N, 2) is needed")
    if len(points) == 0:
        raise UserError(f"{where}: holds no points")
    if len(points) > POINTS_CAP:
        raise UserError(f"{where}: {len(points)} points, {_CAP_TEXT}")
    points = points.astype(np.float64)
    bad = np.argwhere(~(np.abs(points) <= VALUE_CAP))
    if len(bad):
        row, column = (int(n) for n in bad[0])
        fault = _fault(float(points[row, column]))
        raise UserError(f"{where}: row {row + 1}, column {column + 1}: {fault}")
    return points


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _fault(value: float) -> str:
    if not np.isfinite(value):
        return f"{value} is not a finite number"
    return f"{value} is beyond ±{VALUE_CAP:.0f}"


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


def _text(text: str, where: str) -> Array:
    rows: list[list[float]] = []
    heading = True  # the first line with anything on it may be one
    for number, cells in _lines(text, where):
        if heading and not any(_is_number(cell) for cell in cells):
            heading = False
            continue
        heading = False
        at = f"{where}, line {number}"
        if len(cells) != _COLUMNS:
            plural = "" if len(cells) == 1 else "s"
            raise UserError(f"{at}: {len(cells)} column{plural} where {_COLUMNS} are needed")
        if len(rows) == POINTS_CAP:
            raise UserError(f"{at}: one point too many, {_CAP_TEXT}")
        rows.append([_value(cell, f"{at}, column {n}") for n, cell in enumerate(cells, 1)])
    if not rows:
        raise UserError(f"{where}: holds no points")
    return np.array(rows, np.float64)


def _lines(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    # A universal newline is what an editor counts; splitlines() would also split at ␌ or U+2028.
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > _LINE_CAP:
            raise UserError(f"{where}, line {number}: longer than {_LINE_CAP} characters")
        line = line.partition("#")[0].strip()
        if line:
            yield number, _cells(line)


def _cells(line: str) -> list[str]:
    for separator in (";", "\t"):
        if separator in line:
            # Where the comma is not the separator, it is the decimal comma.
            cells = re.split(r"\t+" if separator == "\t" else ";", line)
            return [_unquoted(cell).replace(",", ".") for cell in cells]
    return [_unquoted(cell) for cell in (line.split(",") if "," in line else line.split())]


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].strip() if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _parsed(cell: str) -> float:
    if "_" in cell:  # 1_000 is a number to Python only
        raise ValueError
    return float(cell.replace("−", "-"))


def _is_number(cell: str) -> bool:
    try:
        _parsed(cell)
    except ValueError:
        return False
    return True


def _value(cell: str, at: str) -> float:
    try:
        value = _parsed(cell)
    except ValueError:
        what = f"“{clean(cell, 40)}” is not a number" if cell else "a number is missing"
        raise UserError(f"{at}: {what}") from None
    if not abs(value) <= VALUE_CAP:
        raise UserError(f"{at}: {_fault(value)}")
    return value


def _npy(data: bytes, where: str) -> Array:
    """Reads the three fields of the header by pattern: numpy's own reader evaluates it."""
    wide = data[6:7] != b"\x01"
    start = 12 if wide else 10
    length = int.from_bytes(data[8:start], "little")
    header = data[start : start + min(length, _LINE_CAP)].decode("latin-1")
    kind = re.search(r"'descr'\s*:\s*'([<>|=]?[a-zA-Z]\d*)'", header)
    order = re.search(r"'fortran_order'\s*:\s*(True|False)", header)
    sides = re.search(r"'shape'\s*:\s*\(([\d,\s]{0,200})\)", header)
    if not (kind and order and sides):
        raise UserError(f"{where}: not an NPY file with one array of real numbers")
    shape = tuple(int(n) for n in sides[1].replace(",", " ").split())
    try:
        if not re.fullmatch(r"[<>|=]?[fiu]\d{1,2}", kind[1]):
            raise TypeError
        dtype = np.dtype(kind[1])
    except TypeError:
        raise UserError(f"{where}: holds {kind[1]}, not real numbers") from None
    body = memoryview(data)[start + length :]
    if len(shape) == 2 and shape[0] > POINTS_CAP:
        raise UserError(f"{where}: {shape[0]} points, {_CAP_TEXT}")
    if len(shape) != 2 or shape[1] != _COLUMNS:
        raise UserError(f"{where}: has the shape {_shape(shape)} where (N, 2) is needed")
    if len(body) != shape[0] * _COLUMNS * dtype.itemsize:
        raise UserError(f"{where}: damaged or cut short")
    flat = np.frombuffer(body, dtype)
    return _checked(flat.reshape(shape, order="F" if order[1] == "True" else "C"), where)
