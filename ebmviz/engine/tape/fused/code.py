"""The instructions of one tape, as they are run by now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape.fused.store import FUNCTIONS

_WORTH_S = 0.2
"""In the machine: what is over sooner needs no functions of its own."""


class Code:
    """At first those of the machine alone, then with functions for its elementwise ones."""

    def __init__(self, code: Array) -> None:
        self._code, self._final = code, False
        self._spent = 0.0

    @contextmanager
    def run(self) -> Iterator[Array]:
        """What is to be run in here: the same, bit for bit, at any time."""
        if not self._final and self._spent > _WORTH_S:
            self._go_over()
        began = time.perf_counter()
        yield self._code
        self._spent += time.perf_counter() - began

    def settle(self) -> bool:
        """Wait for its functions; whether they are there."""
        if not self._final and not self._go_over():
            FUNCTIONS.settle()
            self._go_over()
        return self._final

    def _go_over(self) -> bool:
        made = FUNCTIONS.code(self._code)
        if made is not None:
            self._code, self._final = made, True
        return self._final
