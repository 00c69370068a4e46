"""The instructions of one tape, as they are run by now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape.fused.store import FUNCTIONS

_WORTH_S = 0.2
"""In the machine: what is over sooner needs no functions of its own."""
_TRIES = 2  # one asks for functions; where they are not there then, they never will be


class Code:
    """At first those of the machine alone, then with functions for its elementwise ones."""

    def __init__(self, code: Array) -> None:
        self._code, self._fused = code, False
        self._spent, self._tries = 0.0, _TRIES

    @contextmanager
    def run(self) -> Iterator[Array]:
        """What is to be run in here: the same, bit for bit, at any time."""
        if self._tries and self._spent > _WORTH_S:
            self._go_over()
        began = time.perf_counter()
        yield self._code
        self._spent += time.perf_counter() - began

    def settle(self) -> bool:
        """Wait for its functions; whether they are there."""
        while self._tries:
            self._go_over()
            FUNCTIONS.settle()
        return self._fused

    def _go_over(self) -> None:
        if not FUNCTIONS.busy:
            self._tries -= 1
            made = FUNCTIONS.code(self._code)
            if made is not None:
                self._code, self._fused, self._tries = made, True, 0
