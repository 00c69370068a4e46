"""Machine code of elementwise instructions, made beside the steps that wait for nothing.

The machine of `kernels.tape` goes through a few hundred numbers operation by operation. In a
function that was made for one instruction all of its operations stay in the registers of the
processor. It is the same, bit for bit (see `operations`), so that steps may go by either. It is
made for the sizes and strides of its arrays and takes their places: most instructions of other
tapes have it, too.

Measured on one core of a Zen 4, machine → made: ellipse 1.0 → 0.13 µs a step, horn 40 → 14 µs,
network 2×64 1 325 → 997 µs, mixture 6.6 → 2.3 µs; a function takes some 10 ms to make.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Any

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.landscape.kernels import tape_codes as codes
from ebmviz.engine.tape.fused.loops import split, text

_MOST = 512  # functions of a process, of some 0.2 MB each
_AT_ONCE = 16  # that are made together: what they have in common is read once


class Functions:
    """By the key of `loops.split`. None is made after one that could not be."""

    def __init__(self) -> None:
        self._addresses: dict[bytes, int] = {}
        self._wanted: deque[bytes] = deque()
        self._asked: set[bytes] = set()
        self._held: list[Any] = []  # machine code, which lasts as long as the process
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None
        self._broken = False

    def code(self, code: Array) -> Array | None:
        """The same instructions, with calls of functions for those that are elementwise; None
        while one of them is yet to be made, which is then begun.
        """
        parts = _parts(code)
        own = [split(part[2:]) if part[0] == codes.EACH else None for part in parts]
        missing = [each[0] for each in own if each and each[0] not in self._addresses]
        if missing:
            self._ask(missing)
            return None
        both = zip(parts, own, strict=True)
        return np.concatenate([self._call(*each) if each else part for part, each in both])

    def _call(self, key: bytes, places: list[int]) -> Array:
        numbers = [codes.CALL, 3 + len(places), self._addresses[key], *places]
        return np.asarray(numbers, np.int64)

    @property
    def busy(self) -> bool:
        """Whether some are being made."""
        return self._worker is not None

    def settle(self) -> None:
        """Wait until all that was asked for is there, or cannot be."""
        while (worker := self._worker) is not None:
            worker.join()

    def _ask(self, keys: list[bytes]) -> None:
        with self._lock:
            for key in keys:
                if key not in self._asked and len(self._asked) < _MOST:
                    self._asked.add(key)
                    self._wanted.append(key)
            if self._wanted and self._worker is None and not self._broken:
                self._worker = threading.Thread(target=self._make_all, name="fused", daemon=True)
                self._worker.start()

    def _make_all(self) -> None:
        while True:
            with self._lock:
                keys = [self._wanted.popleft() for _ in range(min(_AT_ONCE, len(self._wanted)))]
                if not keys:
                    self._worker = None
                    return
            try:
                self._make(keys)
            except Exception as error:  # whatever LLVM says: the machine serves, only slower
                logging.getLogger(__name__).warning("No machine code of a tape: %s", error)
                with self._lock:
                    self._broken, self._worker = True, None
                return

    def _make(self, keys: list[bytes]) -> None:
        from ebmviz.engine.native.made import Made  # LLVM, which numba brings

        names = [f"each{number}" for number in range(len(keys))]
        bodies = [np.frombuffer(key, np.int64) for key in keys]
        made = Made(text(dict(zip(names, bodies, strict=True))))
        addresses = made.addresses(names)
        self._held.append(made)
        self._addresses.update(zip(keys, addresses, strict=True))


def _parts(code: Array) -> list[Array]:
    """Each instruction."""
    found, at = [], 0
    while at < len(code):
        size = int(code[at + 1])
        found.append(code[at : at + size])
        at += size
    return found


FUNCTIONS = Functions()
"""Of this process."""
