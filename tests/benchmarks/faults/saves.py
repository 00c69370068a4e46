"""Every call of the system that a save makes fails once, and once the process is killed there."""

from __future__ import annotations

import functools
import os
import resource
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ebmviz.files import leftovers
from tests.benchmarks.faults.kinds import KINDS, NEW, OLD, Saved, warm
from tests.benchmarks.faults.traced import BROKEN, DONE, REFUSED, Ended, run

ERRORS = ("ENOSPC", "EIO", "EACCES", "EDQUOT")
KILLED = "SIGKILL"


class Case(NamedTuple):
    """fault: what was wrong; empty where nothing was."""

    kind: str
    how: str
    number: int
    call: str
    fault: str


def cases(kind: str, how: str) -> Iterator[Case]:
    """Each call that a save makes fails in turn, and last none."""
    warm(kind)
    inject = "signal=KILL" if how == KILLED else f"error={how}"
    calls = _one(kind, "").ended.calls
    met: Counter[str] = Counter()
    for number, call in enumerate(calls, 1):
        name = call.partition("(")[0]
        met[name] += 1
        case = _one(kind, f"{name}:{inject}:when={met[name]}")
        hit = case.ended.how < 0 or any("(INJECTED)" in made for made in case.ended.calls)
        assert hit, f"{kind}: {call} was not called again"
        yield Case(kind, how, number, call[:60], case.fault)


class _One(NamedTuple):
    ended: Ended
    fault: str


def _one(kind: str, inject: str) -> _One:
    with tempfile.TemporaryDirectory(prefix="ebmviz-faults-") as place:
        saved, log = _begun(kind, Path(place))
        ended = run(saved.begin, lambda: saved.save(NEW), log, inject)
        return _One(ended, _fault(saved, ended))


def short(kind: str) -> Iterator[Case]:
    """No file may grow beyond so many bytes: what is written there is cut within a piece."""
    warm(kind)
    with tempfile.TemporaryDirectory(prefix="ebmviz-faults-") as place:
        saved, _ = _begun(kind, Path(place))
        saved.begin()
        saved.save(NEW)
        size = max(path.stat().st_size for path in saved.folder.iterdir())
    for limit in sorted({0, 1, size // 3, size // 2, size - 1}):
        with tempfile.TemporaryDirectory(prefix="ebmviz-faults-") as place:
            saved, log = _begun(kind, Path(place))
            ended = run(
                functools.partial(_begin, saved, limit), functools.partial(saved.save, NEW), log
            )
            fault = _fault(saved, ended)
        yield Case(kind, "short write", limit, f"at byte {limit}", fault)


def unflushed(kind: str) -> str:
    """Whether the power could go at a moment at which a name leads to what is not on the disk: each
    file that takes a name was flushed after it was last written, and then the folder. Empty where
    all is well.
    """
    if KINDS[kind].either:  # it has been flushed under another name
        return ""
    calls, last, written = _one(kind, "").ended.calls, "", False
    for call in calls:
        name = call.partition("(")[0]
        written |= name in ("write", "pwrite64", "writev")
        written &= name not in ("fsync", "fdatasync")
        if name in ("rename", "renameat", "renameat2") and written:
            return f"not flushed before {call[:80]}"
        last = name if name in ("rename", "fsync", "fdatasync") else last
    return "" if last != "rename" else "the folder is not flushed after the last change of a name"


def _begin(saved: Saved, limit: int) -> None:
    saved.begin()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _fault(saved: Saved, ended: Ended) -> str:
    """What is wrong after that; empty where nothing is."""
    if ended.how == BROKEN:
        return ended.said
    try:
        found = saved.found()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if ended.how == DONE and found != NEW:
        return f"it was said to be saved, and is not: {found}"
    if ended.how == REFUSED and not (found == OLD or (saved.either and found == NEW)):
        return f"it was refused ({ended.said}), and what was there is not: {found}"
    if found not in (OLD, NEW):
        return "nothing is left"
    if ended.how == REFUSED and "\n" in ended.said:
        return f"it was not one sentence: {ended.said}"
    if ended.how not in (DONE, REFUSED):  # what was left behind, the next start removes
        _grow_old(saved.folder)
        leftovers.sweep([saved.folder])
    more = [name for name in os.listdir(saved.folder) if not saved.kept(name)]
    return f"left behind: {more}" if more else ""


def _grow_old(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (0, 0))


def _begun(kind: str, place: Path) -> tuple[Saved, Path]:
    folder = place / "there"
    folder.mkdir()
    return KINDS[kind](folder), place / "log"
