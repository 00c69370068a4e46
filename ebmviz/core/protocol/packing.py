"""Arrays of frames for a link that is slow: numbers in 16 bits, of neighbours the differences, and
those deflated. A map is then an eighth of its size, and exact to 1/65 000 of its range.

Few numbers, whole numbers and those that no range holds travel as they are.
"""

from __future__ import annotations

import zlib

import numpy as np

from ebmviz.core.snapshot import Array

LEAST = 1 << 10  # numbers of an array that is packed
_LARGEST = float(np.finfo(np.float32).max)
_HIGH, _NAN, _LOW = 65_533, 65_534, 65_535  # for ∞, NaN and −∞


def packed(array: Array) -> bytes | None:
    """An array of float32 as bytes; None where it is to travel as it is."""
    if array.dtype != np.float32 or array.size < LEAST:
        return None
    finite = np.isfinite(array)
    some = array[finite]
    low, high = (float(some.min()), float(some.max())) if some.size else (0.0, 0.0)
    if not high - low < _LARGEST:
        return None
    step = (high - low) / (_HIGH - 1) or 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        whole = np.rint((array.astype(np.float64) - low) / step)
    numbers = np.where(finite, whole, 0).astype(np.uint16)
    if not finite.all():
        numbers[np.isnan(array)] = _NAN
        numbers[array == -np.inf], numbers[array == np.inf] = _LOW, _HIGH
    flat = numbers.reshape(-1, numbers.shape[-1])
    apart = np.diff(flat, axis=1, prepend=np.uint16(0)).ravel()
    planes = np.stack([apart.astype("<u2").view(np.uint8)[i::2] for i in (0, 1)])
    return np.array([low, step], "<f8").tobytes() + zlib.compress(planes.tobytes(), 1)


def unpacked(data: bytes, shape: tuple[int, ...]) -> Array:
    """The inverse, float32. Raises ValueError of bytes that are not of that shape."""
    count = int(np.prod(shape))
    if len(data) < 16 or not shape or not count:
        raise ValueError("too short")
    low, step = np.frombuffer(data, "<f8", 2).tolist()
    work = zlib.decompressobj()
    try:
        planes = work.decompress(data[16:], 2 * count)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(planes) != 2 * count:
        raise ValueError("too short")
    bytes_ = np.frombuffer(planes, np.uint8).reshape(2, count)
    apart = np.ascontiguousarray(bytes_.T).view("<u2").reshape(-1, shape[-1])
    numbers = np.cumsum(apart, axis=1, dtype=np.uint16).reshape(shape)
    with np.errstate(over="ignore", invalid="ignore"):
        values: Array = (low + step * numbers).astype(np.float32)
    for number, value in ((_NAN, np.nan), (_LOW, -np.inf), (_HIGH, np.inf)):
        values[numbers == number] = value
    return values
