"""The instructions of one tape, as they are run by now."""

from __future__ import annotations

import time

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape.fused.store import FUNCTIONS

_WORTH_S = 0.1
"""After the first run: what is over sooner needs no functions of its own."""


class Code:
    """At first those of the machine alone, then with functions for its elementwise ones."""

    def __init__(self, code: Array) -> None:
        self._code, self._final = code, False
        self._began: float | None = None

    def now(self) -> Array:
        """What is to be run: the same, bit for bit, at any time."""
        if not self._final:
            began = self._began = self._began or time.monotonic()
            if time.monotonic() - began > _WORTH_S:
                made = FUNCTIONS.code(self._code)
                if made is not None:
                    self._code, self._final = made, True
        return self._code

    def settle(self) -> bool:
        """Wait for its functions; whether they are there."""
        made = FUNCTIONS.code(self._code) if not self._final else None
        if not self._final and made is None:
            FUNCTIONS.settle()
            made = FUNCTIONS.code(self._code)
        if made is not None:
            self._code, self._final = made, True
        return self._final
