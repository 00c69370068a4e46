"""Networks' functions, made when they are first needed and kept by their form."""

from __future__ import annotations

import ctypes
import functools
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ebmviz.core.snapshot import Array

_KEPT = 32  # forms: a hand at a slider goes through many
_SHARE = 8  # blocks of places that are worth another thread


class Form:
    """A network's function; its machine code lasts as long as this does.

    sizes: the inputs D, each hidden layer, the outputs L; slopes: of ln Σ exp of these. It takes
    some 50 ms to make, the same numbers by any number of threads, and is for any of them at once.
    """

    def __init__(self, sizes: Sequence[int], activation: str, slopes: bool) -> None:
        from ebmviz.engine.llvm import network  # LLVM
        from ebmviz.engine.llvm.made import Made, compiled

        # As it is written: there is nothing in it that LLVM would make quicker.
        self._made = Made([compiled(network.written(sizes, activation, slopes), level=0)])
        self._span, self._room = network.SPAN, network.room(sizes)
        self._outputs, self._sloping = sizes[-1], slopes
        kinds: list[Any] = [ctypes.c_void_p] * network.POINTERS + [ctypes.c_int64] * network.COUNTS
        self._call = ctypes.CFUNCTYPE(None, *kinds)(*self._made.addresses([network.NAME]))

    def __call__(self, weights: Array, x: Array, threads: int) -> tuple[Array, Array]:
        """weights: all of them in a row, each layer's matrix (out, in), then its offsets; x (N, D)
        -> the values (N, L), and the gradients by x (N, D), where they are asked for, else (0, D).
        """
        count, inputs = x.shape
        blocks = -(-count // self._span)
        plane = blocks * self._span
        given = np.zeros((inputs, plane), np.float32)
        given[:, :count] = x.T
        values = np.empty((self._outputs, plane), np.float32)
        slopes = np.empty((inputs, plane if self._sloping else 0), np.float32)
        arrays = given, np.ascontiguousarray(weights, np.float32), values, slopes

        def run(first: int, end: int) -> None:
            room = np.empty(self._room, np.float32)
            self._call(*(each.ctypes.data for each in (*arrays, room)), first, end, plane)

        shares = max(1, min(threads, blocks // _SHARE))
        cuts = [blocks * i // shares for i in range(shares + 1)]
        others = [_pool().submit(run, cuts[i], cuts[i + 1]) for i in range(1, shares)]
        if blocks:
            run(cuts[0], cuts[1])
        for other in others:
            other.result()
        return _rows(values, count), _rows(slopes, count)


def _rows(planes: Array, count: int) -> Array:
    return np.ascontiguousarray(planes[:, :count].T)


@functools.lru_cache(maxsize=_KEPT)
def form(sizes: tuple[int, ...], activation: str, slopes: bool) -> Form | None:
    """The function of this form; None where it cannot be had (the log says why)."""
    try:
        return Form(sizes, activation, slopes)
    except Exception as error:  # whatever LLVM says: torch serves, only slower
        logging.getLogger(__name__).warning("No machine code of a network: %s", error)
        return None


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="networks")
