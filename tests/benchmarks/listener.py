"""Whoever listens to all that goes wrong in a window."""

from __future__ import annotations

import collections
import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QtMsgType
from PySide6.QtCore import qInstallMessageHandler as install_message_handler

from ebmviz.core.errors import Problem
from ebmviz.ui.window import Window

_UNAVOIDABLE = "This plugin does not support"  # of the offscreen platform, on every window


class Listener:
    """Counts what goes wrong: kind → how often; `first` has the whole text of each."""

    def __init__(self) -> None:
        self.kinds: collections.Counter[str] = collections.Counter()
        self.first: dict[str, str] = {}
        self.told: collections.Counter[str] = collections.Counter()  # problems said to the user
        self.deeds: collections.deque[str] = collections.deque(maxlen=6)

    def listen(self, shown: Window) -> None:
        """To Python, to Qt and to the window."""
        sys.excepthook = self._raised
        sys.unraisablehook = lambda a: self._raised(a.exc_type, a.exc_value, a.exc_traceback)
        threading.excepthook = lambda a: self._raised(a.exc_type, a.exc_value, a.exc_traceback)
        install_message_handler(lambda kind, _, text: self._warned(kind, text))
        handler = logging.Handler(logging.ERROR)
        handler.emit = self._logged  # type: ignore[method-assign]
        logging.getLogger().addHandler(handler)
        shown.client.failed.connect(lambda problem, _: self._told(problem))
        shown.client.lost.connect(lambda problem, _: self._told(problem))

    def _note(self, kind: str, text: str) -> None:
        self.kinds[kind] += 1
        if kind not in self.first:
            self.first[kind] = f"{text}\nafter {', '.join(self.deeds)}"
            print(f"--- {kind}\n{self.first[kind]}", file=sys.stderr, flush=True)

    def _raised(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        last = (traceback.extract_tb(where) or [None])[-1]
        place = f" in {Path(last.filename).name}:{last.name}" if last else ""
        text = "".join(traceback.format_exception(kind, error, where))
        self._note(f"{kind.__name__}{place}", text)

    def _warned(self, kind: QtMsgType, text: str) -> None:
        quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if not quiet and _UNAVOIDABLE not in text:
            self._note(f"Qt: {text[:60]}", text)

    def _logged(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0]:
            self._raised(*record.exc_info)
        else:
            self._note(f"log: {record.getMessage()[:60]}", record.getMessage())

    def _told(self, problem: Problem) -> None:
        self.told[problem.kind] += 1
        if problem.kind in ("bug", "died"):
            self._note(f"{problem.kind}: {problem.message[:70]}", problem.message)
