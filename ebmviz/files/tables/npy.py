"""One NPY array, without numpy's pickle and without trusting a size: its header is a literal, and
its bytes are counted before any memory is taken.
"""

from __future__ import annotations

import ast
import math
import sys
import warnings

import msgspec
import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.snapshot import Array

NPY = b"\x93NUMPY"
_VERSIONS = (b"\x01\0", b"\x02\0", b"\x03\0")
HEAD_CAP = 10_012
"""Bytes at the beginning of a file that may be its header."""
_RANK_CAP = 32
_COLUMN = "fiuUSbcMm"
"""Kinds of numpy types that a column may hold; numbers or not."""


class Head(msgspec.Struct, frozen=True):
    """The header of an NPY file. descr: the type as it is written; dtype: None where there is no
    such type; start: the first byte of the numbers.
    """

    descr: str
    dtype: np.dtype | None
    fortran: bool
    shape: tuple[int, ...]
    start: int


def head(data: bytes, where: str) -> Head:
    """The header at the beginning of `data`. Raises UserError where there is none."""
    start = 10 if data[6:7] == b"\x01" else 12
    length = int.from_bytes(data[8:start], "little")
    text = data[start : min(start + length, HEAD_CAP)]
    try:
        if not data.startswith(NPY) or data[6:8] not in _VERSIONS:
            raise ValueError
        with warnings.catch_warnings(action="ignore"):  # of odd escapes in damaged text
            read = ast.literal_eval(text.decode("utf-8" if data[6] == 3 else "latin-1").strip())
        descr, fortran, shape = (read[key] for key in ("descr", "fortran_order", "shape"))
        whole = isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape)
        if not whole or len(shape) > _RANK_CAP or not isinstance(fortran, bool):
            raise ValueError
    except (ValueError, SyntaxError, TypeError, KeyError, IndexError, RecursionError, MemoryError):
        raise UserError(f"{where}: not an NPY file with one array of real numbers") from None
    return Head(clean(str(descr), 80), _dtype(descr), fortran, shape, start + length)


def body(head: Head, data: bytes, where: str) -> Array:
    """The array itself, of which nothing speaks against reading it. Raises UserError where it is
    cut short, or has letters that there are not.
    """
    assert head.dtype is not None
    content = memoryview(data)[head.start :]
    if len(content) != math.prod(head.shape) * head.dtype.itemsize:
        raise UserError(f"{where}: damaged or cut short")
    flat = np.frombuffer(content, head.dtype)
    if not _of_letters(flat):
        raise UserError(f"{where}: damaged: it holds letters that do not exist")
    return flat.reshape(head.shape, order="F" if head.fortran else "C")


def _of_letters(array: Array) -> bool:
    """Whether its words are of letters: numpy looks at none, and Python makes no word of others."""
    if array.dtype.names:
        return all(_of_letters(array[name]) for name in array.dtype.names)
    if array.dtype.kind != "U" or not array.nbytes:
        return True
    codes = np.dtype(np.uint32).newbyteorder(array.dtype.byteorder)
    return bool(np.ascontiguousarray(array).view(codes).max() <= sys.maxunicode)


def unread(head: Head) -> str:
    """Why an array cannot be read at all: “Python objects”; empty where it can."""
    if head.dtype is not None and head.dtype.hasobject:
        return f"Python objects ({head.descr})"  # a pickle, which may do anything
    if head.dtype is None or not head.dtype.itemsize:
        return head.descr
    fits = head.dtype.names or head.dtype.kind in _COLUMN
    return "" if fits else head.descr


def no_column(dtype: np.dtype, shape: tuple[int, ...]) -> str:
    """Why an array or a field is neither a column nor some side by side: “a single number”; empty
    where it is.
    """
    if dtype.names or dtype.kind not in _COLUMN:
        return "a record" if dtype.names else f"of the type {clean(dtype.str, 20)}"
    if not shape:
        words = {"U": "text", "S": "text", "b": "yes or no", "M": "date", "m": "time"}
        return f"a single {words.get(dtype.kind, 'number')}"
    if 0 in shape or not dtype.itemsize:
        return "empty"
    return f"of {len(shape)} dimensions" if len(shape) > 2 else ""


def _dtype(descr: object) -> np.dtype | None:
    if not isinstance(descr, str | list):
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            # With the gaps of aligned records.
            return np.lib.format.descr_to_dtype(descr)  # type: ignore[arg-type]
    except (ValueError, TypeError, IndexError, KeyError, SyntaxError, RecursionError, MemoryError):
        return None
