"""Seeds of many streams at once, as numpy's SeedSequence makes them one by one (O'Neill, 2015: hash
functions that mix every bit of a key into every bit of a seed). Bit for bit the same, and a tenth
of the time for hundreds: a lab draws the order of each lane's data in every epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence

from ebmviz.core.snapshot import Array

_POOL, _WORDS = 4, 8  # numbers of 32 bits: mixed, and in a seed of PCG64
_HALF = np.uint32(16)
_LEFT, _RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
_BITS = 0xFFFFFFFF


class _Made(ISeedSequence):
    """What a bit generator asks for its seed."""

    def __init__(self, words: Array) -> None:
        self._words = words

    def generate_state(self, *_: object) -> Array:
        """The four numbers of 64 bits that PCG64 wants."""
        return self._words


def generators(keys: Array) -> Iterator[np.random.Generator]:
    """Of each key: a row of keys (S, L ≤ 4) in uint32."""
    for words in _seeds(keys):
        seed: Any = _Made(words)  # which numpy's annotations do not know
        yield np.random.Generator(np.random.PCG64(seed))


def _seeds(keys: Array) -> Array:
    """(S, 4) in uint64."""
    consts = _constants(0x43B0D7E5, 0x931E8875)
    pool: list[Array] = [np.zeros(len(keys), np.uint32) for _ in range(_POOL)]
    pool[: keys.shape[1]] = keys.T
    pool = [_hashed(part, consts) for part in pool]
    for source in range(_POOL):
        for to in range(_POOL):
            if to != source:
                mixed: Array = _LEFT * pool[to] - _RIGHT * _hashed(pool[source], consts)
                pool[to] = mixed ^ np.right_shift(mixed, _HALF)
    consts = _constants(0x8B51F9DD, 0x58F38DED)
    words = [_hashed(pool[i % _POOL], consts) for i in range(_WORDS)]
    return np.stack(words, 1).astype("<u4", copy=False).view("<u8")


def _hashed(values: Array, consts: Iterator[np.uint32]) -> Array:
    values = values ^ next(consts)
    values *= next(consts)
    values ^= np.right_shift(values, _HALF)
    return values


def _constants(first: int, factor: int) -> Iterator[np.uint32]:
    """Of each hashing two: the second is the next one's first."""
    while True:
        yield np.uint32(first)
        first = first * factor & _BITS
        yield np.uint32(first)
