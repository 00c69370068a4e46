"""Columns from NPY and NPZ files.

An array (N, C) has C columns; (2, N) with N above 2 holds the two as its rows; the fields
of a structured array (N,) are columns under their names. The arrays of an archive stand side by
side: (N,) is one column, (N, C) is C of them, under the array's name. What is no column (a single
number, Python objects, an image, an array of another length) is left out, and the table says so;
where two lengths can be the points', or a name says that an array belongs to them, it is refused.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.rows import CAP_TEXT, NEEDED, POINTS_CAP, VALUE_CAP, value_fault
from ebmviz.core.snapshot import Array
from ebmviz.files.tables.columns import Column, Table
from ebmviz.files.tables.npy import body, head, no_column, unread
from ebmviz.files.tables.npz import members
from ebmviz.files.tables.role_words import speaks

_OTHER = {"b": "true and false", "c": "complex numbers", "M": "dates", "m": "times"}
_COLUMNS_CAP = 1000
_TOLD = 6  # of what is left out
_Parts = list[tuple[str, Array]]


def table_of_array(data: bytes, where: str) -> Table:
    """The columns of one NPY array. Raises UserError."""
    found = head(data, where)
    if why := unread(found):
        raise UserError(f"{where}: holds {why}, not real numbers")
    count = max(found.shape[: 2 if found.shape[:1] == (NEEDED,) else 1], default=0)
    if count > POINTS_CAP and len(found.shape) <= 2:
        raise UserError(f"{where}: {count} points, {CAP_TEXT}")
    array = body(found, data, where)
    if array.dtype.names:
        left: dict[str, str] = {}
        parts = _fields("", array, left) if array.ndim in (1, 2) else []
        if not parts:
            raise UserError(f"{where}: no column of numbers{_but(left)}")
        return Table(where, _side_by_side(parts, where), len(array), notes=_left_out(left))
    if array.dtype.kind not in "fiu" and array.ndim != 1:
        raise UserError(f"{where}: holds {found.descr}, not real numbers")
    if array.ndim != 2 or array.shape[1] == 1:
        raise UserError(f"{where}: has the shape {array.shape} where (N, 2) is needed")
    array, notes = _upright(array)
    return Table(where, _side_by_side([("", array)], where), len(array), notes=notes)


def table_of_arrays(data: bytes, where: str, bytes_cap: int) -> Table:
    """The columns of all arrays in an NPZ archive that are of the points; at most `bytes_cap`
    bytes of it are inflated.
    """
    left: dict[str, str] = {}
    found = members(data, where, bytes_cap, left)
    arrays, notes = _all_upright(found)
    parts = [part for name, array in arrays for part in _fields(name, array, left)]
    parts = _of_one_length(parts, left, where)
    columns = _side_by_side(parts, where)
    return Table(where, columns, len(parts[0][1]), notes=(*notes, *_left_out(left)))


def _fields(name: str, array: Array, left: dict[str, str]) -> _Parts:
    """An array, or the fields of a structured one, that are columns; why others are none goes to
    `left`.
    """
    names = array.dtype.names
    every = [(field, array[field]) for field in names] if names else [(name, array)]
    parts = []
    for called, part in every:
        wide = part.ndim == 2 and part.shape[1] > _COLUMNS_CAP
        if why := no_column(part.dtype, part.shape):
            left[called] = why
        elif wide:
            left[called] = f"of {part.shape[1]} columns"
        else:
            parts.append((called, part))
    return parts


def _of_one_length(parts: _Parts, left: dict[str, str], where: str) -> _Parts:
    """Those of the one length that has two columns of numbers."""
    of: dict[int, _Parts] = {}
    for part in parts:
        of.setdefault(len(part[1]), []).append(part)
    usable = [length for length, group in of.items() if _numbers(group) >= NEEDED]
    if len(usable) == 1:
        length = usable[0]
        others = [part for part in parts if len(part[1]) != length]
        for name, array in others:
            if speaks(name):
                first = clean(of[length][0][0], 40)
                values = f"{clean(name, 40)} has {len(array)} values where {first} has {length}"
                raise UserError(f"{where}: {values}{_but(left)}")
        left |= {name: f"{len(array)} long" for name, array in others}
        return of[length]
    if len(usable) > 1:
        some = ", ".join(f"{clean(n, 40)} {a.shape}" for n, a in parts[:8])
        raise UserError(f"{where}: points of {len(usable)} lengths ({some}); keep those of one")
    if len(of) > 1:
        shapes = ", ".join(f"{clean(n, 40)} {a.shape}" for n, a in parts[:8])
        raise UserError(f"{where}: its arrays do not have one length ({shapes}){_but(left)}")
    if not parts:
        raise UserError(f"{where}: no column of numbers{_but(left)}")
    count = _numbers(parts)
    columns = f"{count} column{'' if count == 1 else 's'} of numbers"
    raise UserError(f"{where}: {columns} where {NEEDED} are needed{_but(left)}")


def _numbers(parts: _Parts) -> int:
    return sum(array[0].size for _, array in parts if array.dtype.kind in "fiu")


def _left_out(left: dict[str, str]) -> tuple[str, ...]:
    told = [f"{clean(name, 24)} ({why})" for name, why in list(left.items())[:_TOLD]]
    more = len(left) - len(told)
    told += [f"{more} more"] if more else []
    return (f"left out: {', '.join(told)}",) if told else ()


def _but(left: dict[str, str]) -> str:
    return "".join(f"; {note}" for note in _left_out(left))


def _all_upright(arrays: _Parts) -> tuple[_Parts, tuple[str, ...]]:
    """Arrays of an archive with (2, N) as (N, 2), unless others are of length 2 and none of N."""
    others = {len(a) for _, a in arrays if a.ndim and not _lies(a)}
    out, notes = [], []
    for name, array in arrays:
        if _lies(array) and (array.shape[1] in others or array.shape[0] not in others):
            array, turned = _upright(array)
            notes += [f"{clean(name, 40)}: {note}" for note in turned]
        out.append((name, array))
    return out, tuple(notes)


def _upright(array: Array) -> tuple[Array, tuple[str, ...]]:
    """An array (2, N) as (N, 2), and that it was turned."""
    return (array.T, ("its two rows are its columns",)) if _lies(array) else (array, ())


def _lies(array: Array) -> bool:
    return array.ndim == 2 and array.shape[0] == NEEDED and array.shape[1] > NEEDED


def _side_by_side(parts: _Parts, where: str) -> tuple[Column, ...]:
    columns: list[Column] = []
    for name, array in parts:
        block = array.reshape(len(array), -1) if array.size else array.reshape(len(array), 0)
        if len(columns) + block.shape[1] > _COLUMNS_CAP:
            raise UserError(f"{where}: more than {_COLUMNS_CAP} columns")
        for n in range(block.shape[1]):
            at = len(columns) + 1
            called = f"{name}[{n + 1}]" if name and array.ndim == 2 else name or str(at)
            columns.append(_column(at, clean(called, 200), block[:, n]))
    return tuple(columns)


def _column(at: int, name: str, values: Array) -> Column:
    kind = values.dtype.kind
    if kind in "US":
        return Column(at, name, "", _words(values), None, f"column {at}: holds words", "words")
    if kind in _OTHER:
        cells = [str(v) for v in values.tolist()]
        return Column(at, name, "", cells, None, f"column {at}: holds {_OTHER[kind]}", "words")
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
