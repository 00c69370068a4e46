"""The Nth call of the system that a save makes fails, for every N (SQLite's discipline): what was
there stays, or the new is there whole. `python -m tests.benchmarks.faults` does so below Python.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ebmviz.core.errors import UserError
from tests.benchmarks.faults.kinds import KINDS, NEW, OLD, warm

CALLS = (
    *("open", "close", "stat", "lstat", "fstat", "access", "listdir", "mkdir"),
    *("fsync", "replace", "link", "unlink", "chmod", "chown"),
)


class Disk:
    """Whose Nth call fails, while it is watched."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls, self.fails_at, self.code, self.watched = 0, 0, 0, False
        for name in CALLS:
            monkeypatch.setattr(os, name, self._failing(getattr(os, name)))

    def _failing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any, **given: Any) -> Any:
            if self.watched:
                self.calls += 1
                if self.calls == self.fails_at:
                    raise OSError(self.code, os.strerror(self.code))
            return call(*args, **given)

        return made


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    found = Disk(monkeypatch)
    yield found
    found.watched = False


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        *itertools.product(("session", "autosave"), (errno.ENOSPC, errno.EIO, errno.EACCES)),
        ("film", errno.ENOSPC),
        ("lesson", errno.EDQUOT),
    ],
    ids=str,
)
def test_whichever_call_fails_nothing_is_lost(
    disk: Disk, tmp_path: Path, kind: str, code: int
) -> None:
    warm(kind)
    disk.code, number, refused = code, 0, 0
    while True:
        number += 1
        (tmp_path / f"{number}").mkdir()
        saved = KINDS[kind](tmp_path / f"{number}")
        saved.begin()
        disk.calls, disk.fails_at, disk.watched = 0, number, True
        try:
            saved.save(NEW)
            done = True
        except UserError as error:
            assert "\n" not in str(error)
            done, refused = False, refused + 1
        disk.watched = False
        saved.end()
        assert saved.found() in ((NEW,) if done else (OLD, NEW) if saved.either else (OLD,))
        assert all(saved.kept(name) for name in os.listdir(saved.folder))
        if disk.calls < number:
            break
    assert number > 8
    assert refused > 3
