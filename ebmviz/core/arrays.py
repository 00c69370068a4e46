"""Columns from NPY and NPZ files, without numpy's pickle and without trusting a size.

An array (N, C) has C columns; (2, N) with N other than 2 holds y₁ and y₂ as its rows; the fields
of a structured array (N,) are columns under their names. The arrays of an archive stand side by
side: (N,) is one column, (N, C) is C of them, under the array's name.
"""

from __future__ import annotations

import ast
import io
import math
import zipfile
import zlib

import numpy as np

from ebmviz.core.atomic import size
from ebmviz.core.columns import CAP_TEXT, NEEDED, POINTS_CAP, VALUE_CAP, Column, Table, value_fault
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.snapshot import Array

NPY = b"\x93NUMPY"
ZIP = b"PK\x03\x04"
_HEADER_CAP = 10_000
_COLUMNS_CAP = 1000
_MEMBERS_CAP = 64
_OTHER = {"b": "true and false", "c": "complex numbers", "M": "dates", "m": "times"}


def table_of_array(data: bytes, where: str) -> Table:
    """The columns of one NPY array. Raises UserError."""
    array = _array(data, where)
    names = array.dtype.names
    if names:
        columns = _side_by_side({name: array[name] for name in names}, where)
        return Table(where, columns, len(array))
    if array.ndim != 2 or array.shape[1] == 1:
        raise UserError(f"{where}: has the shape {array.shape} where (N, 2) is needed")
    array, notes = _upright(array)
    return Table(where, _side_by_side({"": array}, where), len(array), notes=notes)


def table_of_arrays(data: bytes, where: str, bytes_cap: int) -> Table:
    """The columns of all arrays in an NPZ archive of at most `bytes_cap` inflated bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS_CAP or sum(m.file_size for m in members) > bytes_cap:
                raise UserError(
                    f"{where}: more than {_MEMBERS_CAP} arrays, or than {size(bytes_cap)} of them"
                )
            found = {}
            for member in members:
                name = member.filename.removesuffix(".npy")
                with archive.open(member) as file:
                    found[name] = _array(file.read(bytes_cap), f"{where}, {clean(name, 40)}")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        raise UserError(f"{where}: damaged, or not an NPZ file") from None
    found, notes = _all_upright(found)
    found = {
        (field or name): array[field] if field else array
        for name, array in found.items()
        for field in array.dtype.names or ("",)
    }
    lengths = {array.shape[:1] for array in found.values()}
    if len(lengths) != 1 or () in lengths:
        shapes = ", ".join(f"{clean(n, 40)} {a.shape}" for n, a in list(found.items())[:8])
        raise UserError(f"{where}: its arrays do not have one length ({shapes or 'none'})")
    columns = _side_by_side(found, where)
    if len(columns) < NEEDED:
        raise UserError(f"{where}: {len(columns)} column where {NEEDED} are needed")
    return Table(where, columns, lengths.pop()[0], notes=notes)


def _all_upright(arrays: dict[str, Array]) -> tuple[dict[str, Array], tuple[str, ...]]:
    """Arrays of an archive with (2, N) as (N, 2), where the others are of length N, or none are."""
    others = {len(a) for a in arrays.values() if a.ndim == 1 or (a.ndim == 2 and len(a) != NEEDED)}
    out, notes = dict(arrays), []
    for name, array in arrays.items():
        if array.ndim == 2 and others <= {array.shape[1]}:
            out[name], turned = _upright(array)
            notes += [f"{clean(name, 40)}: {note}" for note in turned]
    return out, tuple(notes)


def _upright(array: Array) -> tuple[Array, tuple[str, ...]]:
    """An array (2, N) as (N, 2), and that it was turned."""
    if array.ndim == 2 and array.shape[0] == NEEDED and array.shape[1] > NEEDED:
        return array.T, ("its two rows are y₁ and y₂",)
    return array, ()


def _side_by_side(arrays: dict[str, Array], where: str) -> tuple[Column, ...]:
    columns: list[Column] = []
    for name, array in arrays.items():
        if array.ndim not in (1, 2):
            raise UserError(f"{where}: {clean(name, 40)} has the shape {array.shape}")
        block = array.reshape(len(array), -1) if array.size else array.reshape(len(array), 0)
        if len(columns) + block.shape[1] > _COLUMNS_CAP:
            raise UserError(f"{where}: more than {_COLUMNS_CAP} columns")
        for n in range(block.shape[1]):
            at = len(columns) + 1
            called = f"{name}[{n + 1}]" if name and array.ndim == 2 else name or str(at)
            columns.append(_column(at, clean(called, 200), block[:, n]))
    return tuple(columns)


def _column(at: int, name: str, values: Array) -> Column:
    if values.dtype.kind in "US":
        return Column(at, name, "", _words(values), None, f"column {at}: holds words", "words")
    if values.dtype.kind in _OTHER:
        cells = [str(v) for v in values.tolist()]
        return Column(
            at, name, "", cells, None, f"column {at}: holds {_OTHER[values.dtype.kind]}", "words"
        )
    numbers = values.astype(np.float64)
    bad = np.flatnonzero(~(np.abs(numbers) <= VALUE_CAP))
    fault = ""
    if len(bad):
        fault = f"row {bad[0] + 1}, column {at}: {value_fault(float(numbers[bad[0]]))}"
    cells = [f"{v:.17g}" for v in numbers[:20]]
    return Column(
        at, name, "", cells, None if fault else numbers, fault, "mixed" if fault else "numbers"
    )


def _words(values: Array) -> list[str]:
    if values.dtype.kind == "S":
        return [v.decode("utf-8", "replace") for v in values.tolist()]
    return [str(v) for v in values.tolist()]


def _array(data: bytes, where: str) -> Array:
    """The array of an NPY file: its header is a literal, and its bytes are counted before any
    memory is taken.
    """
    start = 12 if data[6:7] != b"\x01" else 10
    length = int.from_bytes(data[8:start], "little")
    dtype, fortran, shape = _header(data[start : start + min(length, _HEADER_CAP)], where)
    body = memoryview(data)[start + length :]
    if len(shape) == 2 and shape[0] == NEEDED and shape[1] > POINTS_CAP:
        raise UserError(f"{where}: {shape[1]} points, {CAP_TEXT}")
    if shape and shape[0] > POINTS_CAP:
        raise UserError(f"{where}: {shape[0]} points, {CAP_TEXT}")
    if len(body) != math.prod(shape) * dtype.itemsize:
        raise UserError(f"{where}: damaged or cut short")
    return np.frombuffer(body, dtype).reshape(shape, order="F" if fortran else "C")


def _header(text: bytes, where: str) -> tuple[np.dtype, bool, tuple[int, ...]]:
    try:
        head = ast.literal_eval(text.decode("latin-1").strip())
        descr, fortran, shape = (head[key] for key in ("descr", "fortran_order", "shape"))
        whole = isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape)
        if not whole or len(shape) > 4 or not isinstance(fortran, bool):
            raise ValueError
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
        raise UserError(f"{where}: not an NPY file with one array of real numbers") from None
    try:
        dtype = np.dtype([tuple(f) for f in descr] if isinstance(descr, list) else descr)
        fields = [dtype[n] for n in dtype.names] if dtype.names else [dtype]
        words = bool(dtype.names) or len(shape) == 1
        # Beside numbers there may be what is none: such a column is only not taken for one.
        if any(f.kind not in ("fiuUSbcMm" if words else "fiu") or f.shape for f in fields):
            raise TypeError
        if any(not f.itemsize for f in fields):
            raise TypeError
    except (ValueError, TypeError):
        held = clean(str(descr), 80)
        if "O" in str(descr):
            held = f"Python objects ({held})"
        raise UserError(f"{where}: holds {held}, not real numbers") from None
    return dtype, fortran, shape
