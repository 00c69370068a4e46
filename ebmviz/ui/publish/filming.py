"""A film that is made beside the window, of the session as it is when it is begun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTemporaryDir, Signal

from ebmviz.core.checkpoint import FROM_SEED, Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.film.kinds import TRAINING
from ebmviz.files.session import SUFFIX, pack
from ebmviz.ui.publish.exporter import Beside
from ebmviz.ui.session.document import Document

_DONE = re.compile(r"(\d+) of (\d+)")
_SAYS = "ebmviz: "


class Filming(QObject):
    """done(sentence): it is there, and what was left out of it, if anything. failed(sentence).
    progress(done, all).
    """

    done = Signal(str)
    failed = Signal(str)
    progress = Signal(int, int)

    def __init__(
        self, document: Document, words: Sequence[str], kind: str, target: Path, parent: QObject
    ) -> None:
        """words: for the command line, but for the file."""
        super().__init__(parent)
        self._document, self._words, self._target = document, list(words), target
        self._training = kind == TRAINING
        self._state, self._less = document.state, ""
        self._folder = QTemporaryDir()  # goes with this object
        self._job: Beside | None = None
        self._over = False

    def begin(self) -> None:
        """Take the session, and start the process."""
        self._document.with_weights(self._begin, self._fail)

    def cancel(self) -> None:
        """Stop at once; nothing is told, and nothing is left behind."""
        self._over = True
        if self._job:
            self._job.cancel()
        self.deleteLater()

    def _begin(self, kept: Checkpoint) -> None:
        if self._over:
            return
        source = Path(self._folder.path()) / f"film{SUFFIX}"
        try:
            source.write_bytes(pack(self._document.store.runs.session(self._state, kept)))
        except (UserError, OSError) as error:
            self._fail(str(error))
            return
        words = [*self._words, *(f"--plugin={file}" for file in self._document.client.plugins)]
        if self._training and kept.metrics.get(FROM_SEED):
            words.append("--anew")  # to the same weights, and every step of it exactly
        where = ["--tell", "-o", str(self._target.absolute()), "--", str(source)]
        job = Beside(["ebmviz.commands.base.beside", "film", *words, *where], self)
        job.told.connect(self._told)
        job.done.connect(lambda _: self._finished())
        job.failed.connect(lambda text: self._fail(text.removeprefix(_SAYS)))
        self._job = job
        job.begin()

    def _told(self, line: str) -> None:
        if match := _DONE.fullmatch(line):
            self.progress.emit(int(match[1]), int(match[2]))
        elif line.startswith(_SAYS):
            self._less = line.removeprefix(_SAYS)

    def _finished(self) -> None:
        if not self._over:
            self._over = True
            self.deleteLater()
            self.done.emit(self._less)

    def _fail(self, sentence: str) -> None:
        if not self._over:
            self._over = True
            self.deleteLater()
            self.failed.emit(sentence)
