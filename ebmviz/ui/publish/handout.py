"""The lesson of a window as a file to print or for a browser, made beside the window."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir
from PySide6.QtWidgets import QProgressDialog, QWidget

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.outside import short
from ebmviz.files.atomic import read_bytes, write_bytes
from ebmviz.files.session import SUFFIX, pack
from ebmviz.ui.publish.exporter import Beside
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.file_question import where_to_save

Say = Callable[[str, str], None]
_KINDS = "PDF, a page for each stop (*.pdf);;HTML page with sliders (*.html)"
_SUFFIXES = (".pdf", ".html")
_CAP = 1 << 30
_NEXT = re.compile(r"stop (\d+) of \d+")
_NAME = "lesson"


def ask(document: Document, window: QWidget) -> Path | None:
    """The file to write; None on Cancel."""
    start = f"{document.path.stem if document.path else _NAME}{_SUFFIXES[0]}"
    return where_to_save(window, "Export handout", start, _SUFFIXES, _KINDS)


class Handout(QObject):
    """One that is being made; `say(sentence, role)` tells how it went."""

    def __init__(
        self, document: Document, target: Path, plugins: Sequence[str], say: Say, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document, self._target, self._say = document, target, say
        self._plugins = plugins
        self._folder = QTemporaryDir()  # goes with this object
        self._job: Beside | None = None
        count = len(document.store.lesson.lesson.stops)
        self.bar = QProgressDialog("Going through the stops", "Cancel", 0, count, window)
        self.bar.setWindowTitle("Export handout")
        self.bar.setWindowModality(Qt.WindowModality.WindowModal)
        self.bar.setMinimumDuration(0)
        self.bar.setAutoClose(False)
        self.bar.setValue(0)
        self.bar.canceled.connect(self._cancel)
        document.with_weights(self._begin, lambda text: self._over(text, "bad"))

    def _begin(self, kept: Checkpoint) -> None:
        if self.bar.wasCanceled():
            return
        here = Path(self._folder.path())
        source = here / f"{_NAME}{SUFFIX}"
        try:
            source.write_bytes(pack(self._document.store.runs.session(self._document.state, kept)))
        except (UserError, OSError) as error:
            self._over(f"Not exported: {error}.", "bad")
            return
        words = ["handout", *(f"--plugin={file}" for file in self._plugins), "--tell"]
        words += ["--format", self._target.suffix.lower().removeprefix("."), "-o", str(here)]
        job = Beside(["ebmviz.commands.base.beside", *words, "--", str(source)], self)
        job.told.connect(self._told)
        job.done.connect(lambda _: self._write())
        job.failed.connect(lambda text: self._over(f"Not exported: {text}.", "bad"))
        self._job = job
        job.begin()

    def _told(self, line: str) -> None:
        if found := _NEXT.fullmatch(line):
            self.bar.setValue(int(found[1]) - 1)

    def _write(self) -> None:
        made = Path(self._folder.path()) / f"{_NAME}{self._target.suffix.lower()}"
        try:
            write_bytes(self._target, read_bytes(made, _CAP))
        except UserError as error:
            self._over(str(error), "bad")
            return
        self._over(f"Saved {short(self._target.name)}", "good")

    def _cancel(self) -> None:
        if self._job:
            self._job.cancel()
        self._over("Cancelled: nothing was written", "warn")

    def _over(self, sentence: str, role: str) -> None:
        self._job = None
        self.bar.canceled.disconnect(self._cancel)
        self.bar.close()
        self.bar.deleteLater()
        self._say(sentence, role)
        self.deleteLater()
