"""What processes and Qt hold: counted at rest, it must not grow."""

from __future__ import annotations

import collections
import contextlib
import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ebmviz.bench.processes import megabytes

_LOCK = re.compile(r"/autosave-[^/]*\.lock$")


class Held(NamedTuple):
    """By one process (Linux; 0 where it cannot be told). mb: resident memory; locks: on autosaves,
    one for each document with unsaved changes; files: all others that are open; children: processes
    of its own.
    """

    mb: float
    locks: int
    files: int
    threads: int
    children: int


def of_process(pid: int) -> Held:
    """Of one that runs."""
    home = Path(f"/proc/{pid}")
    with contextlib.suppress(OSError, ValueError, IndexError):
        tasks = list((home / "task").iterdir())
        born = [(task / "children").read_text().split() for task in tasks]
        files = [os.readlink(each) for each in (home / "fd").iterdir() if each.is_symlink()]
        locks = sum(_LOCK.search(name) is not None for name in files)
        return Held(
            round(megabytes(pid) or 0.0, 1),
            locks,
            len(files) - locks,
            len(tasks),
            sum(map(len, born)),
        )
    return Held(0.0, 0, 0, 0, 0)


def living() -> list[QObject]:
    """The Qt objects that Python knows and that have not been deleted."""
    return [o for o in gc.get_objects() if isinstance(o, QObject) and shiboken6.isValid(o)]


def census() -> tuple[int, int]:
    """Widgets, and Qt objects that belong to one of them or that Python knows."""
    objects = {shiboken6.getCppPointer(o)[0] for o in living()}
    for top in QApplication.topLevelWidgets():
        objects |= {shiboken6.getCppPointer(o)[0] for o in _below(top)}
    return len(QApplication.allWidgets()), len(objects)


def _below(parent: QObject) -> Iterator[QObject]:
    """All that belong to it. Not by `findChildren`: what that has returned is held by the one that
    was asked, and stays there after its end.
    """
    for child in parent.children():
        yield child
        yield from _below(child)


def kinds() -> collections.Counter[str]:
    """How many Qt objects of each class Python knows: what to look for when they grow."""
    return collections.Counter(type(o).__name__ for o in living())
