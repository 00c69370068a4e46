"""A scene as a Python script: asks where, has it composed beside the window, and saves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTemporaryDir
from PySide6.QtWidgets import QWidget

from ebmviz.core.errors import UserError
from ebmviz.core.outside import short
from ebmviz.files.atomic import write_bytes
from ebmviz.files.session import SUFFIX
from ebmviz.ui.publish.exporter import Beside
from ebmviz.ui.session.file_question import where_to_save

Say = Callable[[str, str], None]


def ask(name: str, window: QWidget) -> Path | None:
    """The file to write; None on Cancel."""
    start = f"{name or 'scene'}.py"
    return where_to_save(window, "Export as Python", start, ".py", "Python script (*.py)")


class Script(QObject):
    """One that is being made; `say(sentence, role)` tells how it went."""

    def __init__(
        self,
        session: bytes,
        steps: int,
        target: Path,
        plugins: Sequence[str],
        say: Say,
        parent: QObject,
    ) -> None:
        """session: that of the scene, packed. steps: 0 for as many as the command takes."""
        super().__init__(parent)
        self._target, self._say = target, say
        self._folder = QTemporaryDir()  # goes with this object
        source = Path(self._folder.path()) / f"scene{SUFFIX}"
        words = ["script", *(f"--plugin={file}" for file in plugins), "-o", "-"]
        words += ["--steps", str(steps)] if steps else []
        try:
            source.write_bytes(session)
        except OSError as error:
            self._over(str(error), "bad")
            return
        job = Beside(["ebmviz.commands.base.beside", *words, "--", str(source)], self)
        job.done.connect(self._write)
        job.failed.connect(lambda text: self._over(f"Not exported: {text}.", "bad"))
        job.begin()

    def _write(self, text: bytes) -> None:
        try:
            write_bytes(self._target, bytes(text))
        except UserError as error:
            self._over(str(error), "bad")
            return
        self._over(
            f"Saved {short(self._target.name)}: it trains from the start, from the seed.",
            "good",
        )

    def _over(self, sentence: str, role: str) -> None:
        self._say(sentence, role)
        self.deleteLater()
