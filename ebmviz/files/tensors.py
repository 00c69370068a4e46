"""Named arrays as safetensors, read from a file of unknown origin without trusting it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy

from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.files import strictjson
from ebmviz.files.atomic import clean

HEADER_CAP = 4 * 2**20
COUNT_CAP = 10_000
NAME_CAP = 200
_RANK_CAP = 8
_MOST = 2**48  # bytes, more than any memory
_DType = np.dtype[Any]
_TYPES: dict[str, _DType] = {
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}


def encode(arrays: Mapping[str, Array]) -> bytes:
    """The same arrays, the same bytes.

    Raises UserError for a type or a name that `decode` would refuse.
    """
    flat: dict[str, Array] = {}
    for name, array in arrays.items():
        kept = np.asarray(array)
        if kept.dtype.newbyteorder("<") not in _TYPES.values():
            raise UserError(
                f"the tensor “{clean(name, 80)}” has the type {kept.dtype}, which is not kept"
            )
        if len(name) > NAME_CAP or name == "__metadata__":
            raise UserError(f"the tensor “{clean(name, 80)}” cannot be kept under that name")
        # safetensors copies memory as it lies. np.ascontiguousarray would lose a 0-d shape.
        flat[name] = np.asarray(kept, kept.dtype.newbyteorder("="), order="C")
    return safetensors.numpy.save(flat)


def decode(data: bytes, where: str) -> dict[str, Array]:
    """Name -> array of its own memory; UserError names `where` and what does not fit."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise UserError(f"{where}: cut short")
    if length > HEADER_CAP:
        raise UserError(f"{where}: its header is too large")
    header = strictjson.decode(data[8 : 8 + length], f"{where}: the header")
    if not isinstance(header, dict):
        raise UserError(f"{where}: the header is not a table of tensors")
    header.pop("__metadata__", None)
    if len(header) > COUNT_CAP:
        raise UserError(f"{where}: {len(header)} tensors, at most {COUNT_CAP} are accepted")
    body = memoryview(data)[8 + length :]
    entries = {name: _entry(name, raw, where) for name, raw in header.items()}
    # Without gaps, overlaps or a remainder: each byte belongs to exactly one tensor.
    end = 0
    for start, stop in sorted((start, stop) for _, _, start, stop in entries.values()):
        if start != end:
            raise UserError(f"{where}: its tensors overlap or leave gaps")
        end = stop
    if end != len(body):
        raise UserError(f"{where}: its tensors take {end} bytes, but it holds {len(body)}")
    return {
        name: _array(name, dtype, shape, body[start:stop], where)
        for name, (dtype, shape, start, stop) in entries.items()
    }


def native(array: Array) -> Array:
    """An own copy in the order of bytes of this machine, which torch insists on."""
    return np.array(array, array.dtype.newbyteorder("="))


def _entry(name: str, raw: object, where: str) -> tuple[_DType, tuple[int, ...], int, int]:
    at = f"{where}: the tensor “{clean(name, 80)}”"
    if len(name) > NAME_CAP:
        raise UserError(f"{at} has too long a name")
    if not isinstance(raw, dict) or set(raw) != {"dtype", "shape", "data_offsets"}:
        raise UserError(f"{at} is not described by a type, a shape and offsets")
    dtype = _TYPES.get(raw["dtype"]) if isinstance(raw["dtype"], str) else None
    if dtype is None:
        raise UserError(f"{at} has a type other than {', '.join(_TYPES)}")
    shape, offsets = raw["shape"], raw["data_offsets"]
    # A side of 0 would let the others be absurd without a byte to show for it.
    if not (_counts(shape) and len(shape) <= _RANK_CAP and _room(shape) * dtype.itemsize < _MOST):
        raise UserError(f"{at} has an impossible shape")
    if not (_counts(offsets) and len(offsets) == 2):
        raise UserError(f"{at} has impossible offsets")
    if offsets[1] - offsets[0] != math.prod(shape) * dtype.itemsize:
        raise UserError(f"{at} has a shape that does not fit its bytes")
    return dtype, tuple(shape), offsets[0], offsets[1]


def _room(shape: list[int]) -> int:
    return math.prod(max(n, 1) for n in shape)


def _counts(value: object) -> bool:
    # A bool is an int to Python; beyond 2**48 there is no such memory.
    return isinstance(value, list) and all(type(n) is int and 0 <= n < 2**48 for n in value)


def _array(
    name: str, dtype: _DType, shape: tuple[int, ...], content: memoryview, where: str
) -> Array:
    if dtype.kind == "b" and np.frombuffer(content, np.uint8).max(initial=0) > 1:
        raise UserError(f"{where}: the tensor “{clean(name, 80)}” has entries beyond yes and no")
    flat = np.frombuffer(content, dtype)
    return flat.reshape(shape).astype(dtype.newbyteorder("="))
