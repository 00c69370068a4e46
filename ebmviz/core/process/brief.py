"""A process that imports a lot, makes something, and ends."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

_SELDOM = (10_000, 10, 10)
_COUNTS = "triton"
"""Its bindings complain of what Python's collector has left at the end."""


@contextlib.contextmanager
def brief() -> Iterator[None]:
    """What is done in it is all that this process does. Python's cyclic collector does not look
    through what was imported again and again, which is a fifth of loading torch, nor once more at
    the end, which is as much.
    """
    seldom()
    try:
        yield
    finally:
        leave()


def seldom() -> None:
    """Begin such a process."""
    gc.set_threshold(*_SELDOM)


def leave() -> None:
    """End it."""
    if _COUNTS not in sys.modules:
        gc.freeze()
