"""The window is killed while it saves: what was said to be saved is there, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ebmviz.core import library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.files import leftovers, session
from ebmviz.files.recovery import Recovery
from tests.benchmarks.faults.engine import engines

_WITHIN_S = 0.05  # of the beginning of a save, which takes about half of that
_GONE_S = 20.0  # until the engine of a window that is gone must be gone


class Case(NamedTuple):
    """saves: that were finished; fault: empty where all was well."""

    saves: int
    fault: str


def cases(home: Path, times: int, seed: int) -> Iterator[Case]:
    """So many windows, each killed in one of its saves."""
    dice, catalogue = random.Random(seed), library.shipped_catalogue()
    own = {f"XDG_{n}": str(home / n.lower()) for n in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME")}
    path, first = home / "files" / "a.ebmviz", 1
    path.parent.mkdir()
    for _ in range(times):
        command = [sys.executable, "-m", "tests.benchmarks.faults.saver", str(path), str(first)]
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, **own}
        )
        assert child.stdout
        begun, saved, most = 0, first - 1, dice.randint(1, 6)
        while begun < first + most:
            word, number = child.stdout.readline().split()
            begun, saved = (int(number), saved) if word == "saving" else (begun, int(number))
        pid = child.pid
        time.sleep(dice.random() * _WITHIN_S)
        child.send_signal(signal.SIGKILL)
        told = child.stdout.read().split()
        heard = zip(told[::2], told[1::2], strict=False)
        saved = max([saved, *(int(number) for word, number in heard if word == "saved")])
        child.wait()
        fault = _wrong(path, saved, int(told[-1]) if told else begun, catalogue)
        fault = fault or _left(path.parent, home, pid)
        yield Case(saved - first + 1, fault)
        first = max(begun, saved) + 1


def _wrong(path: Path, saved: int, begun: int, catalogue: Catalogue) -> str:
    if not path.exists():
        return f"no file, though {saved} was said to be saved"
    try:
        found = session.load(path, catalogue).scene.view.beta
    except UserError as error:
        return str(error)
    return "" if saved <= found <= max(begun, saved) else f"{saved} was saved, {found} is there"


def _left(folder: Path, home: Path, pid: int) -> str:
    """What is left behind once the next window has looked."""
    for place in (folder, *home.rglob("autosave")):
        for name in place.iterdir():
            os.utime(name, (0, 0))
        leftovers.sweep([place])
    more = [name for name in os.listdir(folder) if name != "a.ebmviz"]
    if more:
        return f"left behind: {more}"
    for place in home.rglob("autosave"):
        recovery = Recovery(place)
        for orphan in recovery.orphans():
            if not orphan.readable:
                return "what is offered for recovery cannot be read"
            recovery.discard(orphan)
    deadline = time.monotonic() + _GONE_S
    while engines(pid):
        if time.monotonic() > deadline:
            return "its engine is still there"
        time.sleep(0.05)
    return ""
