"""A command with plug-ins runs in a process of its own, watched by one that loads nothing.

A plug-in is anybody's Python: while it is loaded it may loop, exit or crash. The watched process
writes into a file which one it is about to load; should it end or hang there, it is known which,
and the command is done without it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from ebmviz.core.outside import clean

LOAD_S = 15.0
"""How long a plug-in may take to load."""
_REPORT = "EBMVIZ_PLUGIN_REPORT"  # the file, in the environment of the watched process
_LOOK_S = 0.05
_ITS_OWN = ("engine", "bench")  # of these none loads a plug-in, or the window watches it


def wanted(args: Sequence[str]) -> bool:
    """Whether these arguments are those of a command that loads plug-ins."""
    if not args or args[0].startswith("-") or args[0] in _ITS_OWN or _REPORT in os.environ:
        return False
    given = any(word == "--plugin" or word.startswith("--plugin=") for word in args)
    return given or bool(entry_points(group="ebmviz.plugins"))


def loading(plugin: str) -> None:
    """In the watched process: this plug-in is loaded next; "", all are."""
    if report := os.environ.get(_REPORT):
        Path(report).write_text(plugin, encoding="utf-8")


def run(args: Sequence[str]) -> int:
    """The exit status of the command; plug-ins that end it or hang are named and left out."""
    without: list[str] = []
    options = args.index("--") if "--" in args else len(args)
    while True:
        with tempfile.TemporaryDirectory(prefix="ebmviz-") as folder:
            report = Path(folder) / "loading"
            status, why = _watched([*args[:options], *without, *args[options:]], report)
        if not why:
            return status
        plugin, how = why
        print(f"ebmviz: plug-in {clean(plugin)} {how}; it is left out", file=sys.stderr)
        without.append(f"--without={plugin}")


def _watched(args: Sequence[str], report: Path) -> tuple[int, tuple[str, str] | None]:
    """The status, and the plug-in at which it ended, with what it did."""
    environment = {**os.environ, _REPORT: str(report)}
    child = subprocess.Popen([sys.executable, "-P", "-m", "ebmviz", *args], env=environment)
    began, before = time.monotonic(), ""
    try:
        while child.poll() is None:
            plugin, now = _read(report), time.monotonic()
            if plugin != before:
                before, began = plugin, now
            if plugin and now - began > LOAD_S:
                child.kill()
                child.wait()
                return 1, (plugin, f"does not answer: it was being loaded for {LOAD_S:g} s")
            time.sleep(_LOOK_S)
    except KeyboardInterrupt:  # the child has heard it too
        return child.wait(), None
    status = child.returncode
    if plugin := _read(report):
        return 1, (plugin, f"ended the program while it was loaded ({ended(status)})")
    return (128 - status if status < 0 else status), None


def ended(status: int) -> str:
    """How a process ended: "exit 3", "SIGSEGV"."""
    if status >= 0:
        return f"exit {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def _read(report: Path) -> str:
    try:
        return report.read_text(encoding="utf-8")
    except OSError:
        return ""
