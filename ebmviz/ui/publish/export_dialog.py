"""The dialog that exports figures: what, how, a preview; saved, some into a folder, or copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean, short
from ebmviz.core.scene import Scene
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, landscape, main, offered
from ebmviz.files.atomic import write_bytes
from ebmviz.ui.controls.text import Plain
from ebmviz.ui.publish.asked import Asked
from ebmviz.ui.publish.export_form import NUMBERS, ExportForm
from ebmviz.ui.publish.order import Order
from ebmviz.ui.publish.preview import Preview
from ebmviz.ui.session.file_question import where_to_save, which_folder

_MIME = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "npz": "application/x-npz",
}


class ExportDialog(QDialog):
    """Choose figures, a format and a look; save or copy them.

    `shot(figure, then)` gives a frame with what a figure needs, `session(then)` the bytes to embed.
    """

    saved = Signal(str)

    def __init__(
        self,
        scene: Scene,
        shot: Callable[[Figure, Callable[[Shot], None]], None],
        session: Callable[[Callable[[bytes], None]], None],
        parent: QWidget,
        plugins: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export figure")
        self._scene = scene
        # A lecture figure has models of its own: those of the built-in scene of this name.
        built_in = scene.name in assets.scene_names()
        shown = [n for n in offered(scene) if built_in or FIGURES[n].live]
        first = (main(scene) or landscape(scene.view)).name  # what is on the screen
        self.form = ExportForm({n: FIGURES[n].title for n in shown}, first)
        self._order = Order(scene, shot, session, plugins, self)
        self._small = Order(scene, shot, session, plugins, self)
        self._small.drawn.connect(self._layers)
        self.preview = Preview()
        self.note = Plain()
        self.note.setProperty("tone", "muted")
        self.note.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self._dress()
        self.form.edited.connect(self._changed)
        self.preview.wanted.connect(self._show)
        self._busy(False)
        self._changed()

    def _dress(self) -> None:
        self.save_button = QPushButton("Save…")
        self.save_button.setProperty("primary", True)
        self.save_button.setDefault(True)
        self.copy_button, self.close_button = QPushButton("Copy"), QPushButton("Close")
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.close_button, self.copy_button, self.save_button):
            row.addWidget(button)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self.form, 1)
        top.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.note)
        column.addWidget(self.progress)
        column.addLayout(row)
        self.setMinimumWidth(800)
        self.save_button.clicked.connect(self._ask_save)
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.reject)

    def save_to(self, path: Path) -> None:
        """Draw and write the chosen figure."""
        self._draw(self.form.asked, self.form.asked.figure, lambda data: self._write(path, data))

    def save_into(self, folder: Path) -> None:
        """Draw and write all that are chosen, one after the other."""
        asked = self.form.asked
        left = list(asked.figures)

        def go_on() -> None:
            figure = left.pop(0)
            path = folder / self._name(figure, asked.format)

            def written(data: bytes) -> None:
                if self._write(path, data) and left:
                    go_on()
                elif not left:
                    self._say(f"Saved {len(asked.figures)} figures in {short(folder.name)}")

            self._draw(asked, figure, written)

        go_on()

    def copy(self) -> None:
        """Draw the chosen figure onto the clipboard."""
        asked = self.form.asked

        def put(data: bytes) -> None:
            copy_picture(data, asked.format)
            self._say("Copied")

        self._draw(asked, asked.figure, put)

    def reject(self) -> None:
        """Cancel the work under way, or close."""
        if self.progress.isVisible():
            self._order.stop()
            self._busy(False)
            self._say("Cancelled")
            return
        super().reject()

    def done(self, result: int) -> None:
        """However it closes, nothing of it goes on."""
        self.preview.stop()
        self._order.stop()
        self._small.stop()
        super().done(result)

    def _name(self, figure: str, format: str) -> str:
        return f"{self._scene.name or 'figure'}-{figure}.{format}"

    def _ask_save(self) -> None:
        asked = self.form.asked
        if asked.others:
            names = [self._name(figure, asked.format) for figure in asked.figures]
            if folder := which_folder(self, "Export figures", names):
                self.save_into(folder)
            return
        start = self._name(asked.figure, asked.format)
        kind = f"(*.{asked.format})"
        if path := where_to_save(self, "Export figure", start, f".{asked.format}", kind):
            self.save_to(path)

    def _write(self, path: Path, data: bytes) -> bool:
        try:
            write_bytes(path, data)
        except UserError as error:
            self._say(str(error))
            return False
        self._say(f"Saved {short(path.name)}")
        self.saved.emit(str(path))
        return True

    def _draw(self, asked: Asked, figure: str, then: Callable[[bytes], object]) -> None:
        if not self.form.past.box.commit():
            return
        self._busy(True)

        def made(data: bytes) -> None:
            self._busy(False)
            then(data)

        def failed(sentence: str) -> None:
            self._busy(False)
            self._say(sentence)

        self._order.draw(asked, figure, made, failed)

    def _show(self) -> None:
        """The preview, of figures that take no training of their own."""
        asked = self.form.asked
        figure = FIGURES.get(asked.figure)
        if figure is None or not figure.live or asked.format in NUMBERS:
            self._small.stop()
            self.preview.tell("No preview")
            return
        self._small.draw(
            asked, asked.figure, self.preview.show_picture, self.preview.tell, self.preview.room
        )

    def _layers(self, value: object) -> None:
        self.form.show_layers(value)  # type: ignore[arg-type]
        self.form.enable(not self.progress.isVisible())

    def _busy(self, on: bool) -> None:
        self.form.enable(not on)
        for widget in (self.save_button, self.copy_button):
            widget.setEnabled(not on)
        self.close_button.setText("Cancel" if on else "Close")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.progress.setVisible(on)
        if on:  # one frame is fetched at a time: what is saved goes before what is only looked at
            self.preview.stop()
            self._small.stop()
        else:
            self.preview.ask()

    def _changed(self) -> None:
        asked = self.form.asked
        figure = FIGURES.get(asked.figure)
        if figure is None:
            self._say("This scene offers no figures.")
        elif asked.format in NUMBERS:
            self._say("Curves and maps as they are drawn, with the names of the axes; no session.")
        elif figure.live:
            self._say("As on the screen, with the session inside: ebmviz can open the figure.")
        else:
            self._say("Made from models of its own, as in the lecture; takes a few seconds.")
        self.preview.ask()

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
