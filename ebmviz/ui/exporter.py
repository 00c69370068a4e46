"""Figures out of the window: to a file or the clipboard, without stopping anything."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QThread, Signal

from ebmviz.core.errors import UserError
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Plot, Sheet

_running: set[QThread] = set()


class Drawing(QThread):
    """Draws one figure with matplotlib beside the event loop.

    done(bytes) or failed(sentence). It outlives the dialog that asked for it: a thread that
    is destroyed while it runs ends the program.
    """

    done = Signal(bytes)
    failed = Signal(str)

    def __init__(self, figure: Plot | Sheet, format: str, theme: Theme, session: bytes) -> None:
        super().__init__()
        self._job = (figure, format, theme, session)
        self.finished.connect(lambda: _running.discard(self))

    def begin(self) -> None:
        """Start, and stay until it is done."""
        _running.add(self)
        self.start()

    def cancel(self) -> None:
        """Nobody waits for the result any more."""
        self.done.disconnect()
        self.failed.disconnect()

    def run(self) -> None:
        """Import matplotlib here: it takes half a second the first time."""
        try:
            from ebmviz.export.render import render

            figure, format, theme, session = self._job
            self.done.emit(render(figure, format, theme=theme, session=session))
        except UserError as error:
            self.failed.emit(str(error))
        except Exception as error:
            self.failed.emit(f"the figure could not be drawn: {error}")


class LectureFigure(QObject):
    """Runs `ebmviz figures` for a figure that needs models of its own; can be cancelled.

    done(bytes) or failed(sentence).
    """

    done = Signal(bytes)
    failed = Signal(str)

    def __init__(self, scene: str, figure: str, format: str, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = tempfile.TemporaryDirectory(prefix="ebmviz-")
        self._file = Path(self._folder.name) / f"{scene}-{figure}.{format}"
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        command = ["-P", "-m", "ebmviz", "figures", "--figure", figure]
        options = ["--format", format, "--theme", theme, "-o", self._folder.name]
        self._process.setArguments([*command, *options, "--", scene])
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broken)

    def begin(self) -> None:
        """Start the program."""
        self._process.start()

    def cancel(self) -> None:
        """Stop at once; nothing is left behind."""
        self._process.finished.disconnect(self._finished)
        self._process.errorOccurred.disconnect(self._broken)
        self._process.kill()
        self._process.waitForFinished(2000)
        self._folder.cleanup()

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if code == 0 and self._file.is_file():
            data = self._file.read_bytes()
            self._folder.cleanup()
            self.done.emit(data)
            return
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        lines = [line for line in said.splitlines() if line.strip()]
        self._folder.cleanup()
        self.failed.emit(lines[-1] if lines else "the figure could not be made")

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._folder.cleanup()
            self.failed.emit("the figure program could not be started")
