"""The dialog that exports a figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean, short
from ebmviz.core.palette import Theme
from ebmviz.core.process import log
from ebmviz.core.scene import Scene
from ebmviz.export.pages import PAGES
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, landscape, main, offered
from ebmviz.files.atomic import write_bytes
from ebmviz.files.opening import own_words
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.text import Plain, Text
from ebmviz.ui.publish.exporter import Beside, Drawing, LectureFigure
from ebmviz.ui.publish.past_limit import PastLimit
from ebmviz.ui.session.file_question import where_to_save

FORMATS = {
    "pdf": "PDF, vector",
    "svg": "SVG, vector",
    "png": "PNG, pixels",
    "csv": "CSV, numbers",
    "npz": "NPZ, numbers",
}
NUMBERS = ("csv", "npz")
LOOKS = {"light": "Light", "dark": "Dark"}
_MIME = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "npz": "application/x-npz",
}


class ExportDialog(QDialog):
    """Choose a figure, a format and a look; save it or copy it.

    `shot(figure, then)` gives a frame with what a figure needs, `session(then)` the bytes to embed.
    """

    saved = Signal(str)
    _ticket = 0  # of the newest picture asked for

    def __init__(
        self,
        scene: Scene,
        shot: Callable[[Figure, Callable[[Shot], None]], None],
        session: Callable[[Callable[[bytes], None]], None],
        parent: QWidget,
        plugins: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._plugins = plugins
        self.setWindowTitle("Export figure")
        self._scene, self._shot, self._session = scene, shot, session
        self._job: Beside | None = None
        self._then: Callable[[bytes], None] = lambda _: None
        self.figure, self.format, self.look, self.page = Combo(), Combo(), Combo(), Combo()
        # A lecture figure has models of its own: those of the built-in scene of this name.
        built_in = scene.name in assets.scene_names()
        shown = [n for n in offered(scene) if built_in or FIGURES[n].live]
        self.figure.set_choices({n: FIGURES[n].title for n in shown})
        self.figure.set_key((main(scene) or landscape(scene.view)).name)  # what is on the screen
        self.format.set_choices(FORMATS)
        self.look.set_choices(LOOKS)
        self.page.set_choices({name: page.title for name, page in PAGES.items()})
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for name in ("figure", "format", "look", "page"):
            box: Combo = getattr(self, name)
            box.setObjectName(f"export.{name}")
            box.setAccessibleName(name.capitalize())
            form.addRow(Text(name.capitalize(), tone="muted"), box)
        self.past = PastLimit(form)
        self.note = Plain()
        self.note.setProperty("tone", "muted")
        self.note.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.save_button = QPushButton("Save…")
        self.save_button.setProperty("primary", True)
        self.save_button.setDefault(True)
        self.copy_button, self.close_button = QPushButton("Copy"), QPushButton("Close")
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.close_button, self.copy_button, self.save_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(self.progress)
        column.addLayout(row)
        self.setMinimumWidth(460)
        self.save_button.clicked.connect(self._ask_save)
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.reject)
        for box in (self.figure, self.format):
            box.activated.connect(lambda _: self._explain())
        self._busy(False)
        self._explain()

    def save_to(self, path: Path) -> None:
        """Draw and write the chosen figure."""

        def write(data: bytes) -> None:
            try:
                write_bytes(path, data)
            except UserError as error:
                self._say(str(error))
                return
            self._say(f"Saved {short(path.name)}")
            self.saved.emit(str(path))

        self._draw(write)

    def copy(self) -> None:
        """Draw the chosen figure onto the clipboard."""

        def put(data: bytes) -> None:
            copy_picture(data, self.format.key())
            self._say("Copied")

        self._draw(put)

    def reject(self) -> None:
        """Cancel the work under way, or close."""
        if self.progress.isVisible():
            self._stop()
            self._busy(False)
            self._say("Cancelled")
            return
        super().reject()

    def done(self, result: int) -> None:
        """However it closes, nothing of it goes on."""
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        """No picture comes from what has been asked so far."""
        self._ticket += 1
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _ask_save(self) -> None:
        format = self.format.key()
        start = f"{self._scene.name or 'figure'}-{self.figure.key()}.{format}"
        path = where_to_save(self, "Export figure", start, f".{format}", f"(*.{format})")
        if path:
            self.save_to(path)

    def _draw(self, then: Callable[[bytes], None]) -> None:
        if not self.past.box.commit():
            return
        figure = FIGURES[self.figure.key()]
        look: Theme = "dark" if self.look.key() == "dark" else "light"
        self._then = then
        self._ticket += 1
        ticket = self._ticket
        self._busy(True)
        if not figure.live:
            name, format, own = self._scene.name, self.format.key(), self._plugins
            job = LectureFigure(name, figure.name, format, look, self, own, self.page.key())
            self._run(job)
            return
        format, page = self.format.key(), self.page.key()

        def measured(shot: Shot) -> None:
            if ticket != self._ticket:  # cancelled while it was measured
                return
            try:
                value = figure.shown((shot,))
            except UserError as error:
                self._failed(str(error))
                return
            except Exception as error:
                log.report(type(error), error, error.__traceback__)
                self._failed(f"the figure could not be drawn: {type(error).__name__}: {error}")
                return

            def draw(session: bytes) -> None:
                if ticket == self._ticket:
                    about = own_words(shot.scene)
                    self._run(Drawing(value, format, look, session, about, self, page))

            self._session(draw)

        self._shot(figure, measured)

    def _run(self, job: Beside) -> None:
        self._job = job
        job.done.connect(self._finished)
        job.failed.connect(self._failed)
        job.begin()

    def _finished(self, data: bytes) -> None:
        self._job = None
        self._busy(False)
        self._then(bytes(data))

    def _failed(self, sentence: str) -> None:
        self._job = None
        self._busy(False)
        self._say(sentence)

    def _busy(self, on: bool) -> None:
        for widget in (self.figure, self.format, self.save_button, self.copy_button):
            widget.setEnabled(not on)
        for box in (self.look, self.page):
            box.setEnabled(not on and self.format.key() not in NUMBERS)
        self.close_button.setText("Cancel" if on else "Close")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.progress.setVisible(on)

    def _explain(self) -> None:
        figure = FIGURES.get(self.figure.key())
        numbers = self.format.key() in NUMBERS
        for box in (self.look, self.page):
            box.setEnabled(not numbers)
        if figure is None:
            self._say("This scene offers no figures.")
        elif numbers:
            self._say("Curves and maps as they are drawn, with the names of the axes; no session.")
        elif figure.live:
            self._say("As on the screen, with the session inside: ebmviz can open the figure.")
        else:
            self._say("Made from models of its own, as in the lecture; takes a few seconds.")

    def _say(self, text: str) -> None:
        self.note.setText(clean(text))


def copy_picture(data: bytes, format: str) -> None:
    """Onto the clipboard, in its own format and as pixels where it has them."""
    mime = QMimeData()
    mime.setData(_MIME[format], QByteArray(data))
    if format == "png":
        mime.setImageData(QImage.fromData(data))
    if format == "csv":
        mime.setText(data.decode())
    QGuiApplication.clipboard().setMimeData(mime)
