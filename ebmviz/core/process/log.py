"""The log: what went wrong in a process, with the whole story, in a file that can be sent.

Each kind of process (window, engine, export) has a file of its own in one folder. It is filled by
`logging`, by errors that nobody catches in any thread, and by a dying interpreter.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

import platformdirs

CAP, KEPT = 1 << 20, 3
"""Bytes of a file, and how many older ones are kept."""
_log = logging.getLogger("ebmviz")
_times: dict[str, int] = {}


def folder() -> Path:
    """Where the logs of this user are."""
    return Path(platformdirs.user_state_dir("ebmviz", appauthor=False)) / "log"


def file(process: str) -> Path:
    """The newest log of the processes of a kind."""
    return folder() / f"{process}.log"


def begin(process: str) -> None:
    """Log from here on, and hear of every error that nobody catches. Never fails: without a place
    for the file, the errors stay on stderr alone.
    """
    sys.excepthook = report
    threading.excepthook = lambda a: report(a.exc_type, a.exc_value, a.exc_traceback)
    sys.unraisablehook = lambda a: report(a.exc_type, a.exc_value, a.exc_traceback)
    logging.raiseExceptions = False
    with contextlib.suppress(OSError):
        path = file(process)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=CAP, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
        )
        form = f"%(asctime)s {process} %(process)d %(levelname)s %(message)s"
        handler.setFormatter(logging.Formatter(form))
        _log.addHandler(handler)
        _log.setLevel(logging.INFO)
        # A dying interpreter writes to a descriptor, and to no handler of Python's.
        faulthandler.enable(open(path, "a", encoding="utf-8"))  # noqa: SIM115 - until the end


def report(
    kind: type[BaseException], error: BaseException | None, where: TracebackType | None
) -> None:
    """An error that nobody caught: its whole story once, then how often it came again.

    What fails at every repaint would else fill the disk.
    """
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), where)
        return
    last = (traceback.extract_tb(where) or [None])[-1]
    place = f"{kind.__name__} in {last.filename}:{last.lineno}" if last else kind.__name__
    _times[place] = times = _times.get(place, 0) + 1
    if times == 1:
        story = "".join(traceback.format_exception(kind, error, where)).rstrip()
        _log.error("%s", story)
        if sys.stderr is not None:
            print(story, file=sys.stderr, flush=True)
    elif f"{times}"[1:].strip("0") == "" and f"{times}"[0] == "1":  # 10, 100, 1000 …
        _log.error("%s, %d times", place, times)
