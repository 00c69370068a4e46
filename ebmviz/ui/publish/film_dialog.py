"""The dialog that exports a film."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ebmviz.core.errors import UserError
from ebmviz.core.film.look import FORMATS
from ebmviz.core.outside import clean, short
from ebmviz.ui.controls.text import Plain
from ebmviz.ui.publish.film_form import FilmForm
from ebmviz.ui.publish.filming import Filming
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.file_question import where_to_save


class FilmDialog(QDialog):
    """Choose what moves and how it looks; save it. The window goes on meanwhile: the film is of
    what was there when it was begun. saved(path).
    """

    saved = Signal(str)

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export film")
        store = document.store
        stops = bool(store.lesson.lesson.stops)
        self._document, self._name = document, store.scene.name or "film"
        self._job: Filming | None = None
        walking = document.client.sampling
        self.form = FilmForm(store.scene, store.catalogue, document.step, stops, walking)
        self.note = Plain()
        self.note.setProperty("tone", "muted")
        self.note.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.save_button, self.close_button = QPushButton("Save…"), QPushButton("Close")
        self.save_button.setProperty("primary", True)
        self.save_button.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addWidget(self.form)
        column.addWidget(self.note)
        column.addWidget(self.progress)
        column.addLayout(row)
        self.setMinimumWidth(460)
        self.form.changed.connect(self._explain)
        self.save_button.clicked.connect(self._ask)
        self.close_button.clicked.connect(self.reject)
        self._busy(False)
        self._explain()

    def save_to(self, path: Path) -> None:
        """Make the film that is chosen."""
        try:
            words, kind = self.form.words(), self.form.kind
        except UserError as error:
            self._say(f"{error}.")
            return
        self._say("Measuring and drawing; the window is free meanwhile.")
        self._busy(True)
        job = self._job = Filming(self._document, words, kind, path, self)
        job.progress.connect(self._come)
        job.done.connect(lambda less: self._finished(path, less))
        job.failed.connect(lambda text: self._end(f"Not exported: {text}."))
        job.begin()

    def reject(self) -> None:
        """Cancel the work under way, or close."""
        if self._job:
            self._stop()
            self._end("Cancelled: nothing was written.")
            return
        super().reject()

    def done(self, result: int) -> None:
        """However it closes, nothing of it goes on."""
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        job, self._job = self._job, None
        if job:
            job.cancel()

    def _ask(self) -> None:
        format = self.form.look.format
        start = f"{self._name}-{self.form.kind}.{format}"
        kinds = f"{FORMATS[format]} (*.{format})"
        if path := where_to_save(self, "Export film", start, f".{format}", kinds):
            self.save_to(path)

    def _come(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _finished(self, path: Path, less: str) -> None:
        self._end(f"Saved {short(path.name)}{f': {less}' if less else ''}.")
        self.saved.emit(str(path))

    def _end(self, sentence: str) -> None:
        self._job = None
        self._busy(False)
        self._say(sentence)

    def _busy(self, on: bool) -> None:
        self.form.setEnabled(not on)
        self.save_button.setEnabled(not on)
        self.close_button.setText("Cancel" if on else "Close")
        self.progress.setRange(0, 0)
        self.progress.setVisible(on)

    def _explain(self) -> None:
        if not self._job:
            self._say(self.form.told())

    def _say(self, text: str) -> None:
        self.note.setText(clean(text))
