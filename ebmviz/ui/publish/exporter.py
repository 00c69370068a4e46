"""Figures out of the window, drawn by processes beside it: nothing here stops or ends it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, QProcess, Signal

from ebmviz.core.outside import clean
from ebmviz.export.job import Job, encode, send
from ebmviz.ui.publish.asked import Asked

_KILL_MS = 2000
_PYTHON = ("-P", "-m")


class Beside(QObject):
    """A process of ebmviz that makes something: done(bytes) or failed(sentence), once. told(line):
    what it says meanwhile.

    It ends with the program, however that ends and however long it would have taken: its stdin
    stays open as long as it is wanted.
    """

    done = Signal(bytes)
    failed = Signal(str)
    told = Signal(str)

    def __init__(self, arguments: list[str], parent: QObject, order: bytes = b"") -> None:
        """order: what the process reads from its stdin."""
        super().__init__(parent)
        self._order = order
        self._over = False
        self._said = b""
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments([*_PYTHON, *arguments])
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broken)
        self._process.readyReadStandardError.connect(self._hear)

    def begin(self) -> None:
        """Start the process."""
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.cancel)
        self._process.start()
        self._process.write(self._order)
        self._order = b""

    def cancel(self) -> None:
        """Stop at once; nothing is told, and nothing is left behind."""
        if not self._over:
            self._over = True
            self._process.kill()
            self._process.waitForFinished(_KILL_MS)
            self.deleteLater()

    def _hear(self) -> None:
        known = self._said.count(b"\n")
        self._said += bytes(self._process.readAllStandardError().data())
        for line in self._said.split(b"\n")[known:-1]:
            self.told.emit(clean(line.decode("utf-8", "replace")))

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._over:
            return
        self._hear()
        self._over = True
        made = bytes(self._process.readAllStandardOutput().data())
        data = made if code == 0 and status == QProcess.ExitStatus.NormalExit else b""
        said = self._said.decode("utf-8", "replace")
        self.deleteLater()
        if data:
            self.done.emit(data)
            return
        lines = [line for line in said.splitlines() if line.strip()]
        self.failed.emit(clean(lines[-1]) if lines else "the figure could not be drawn")

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._over:
            self._over = True
            self.deleteLater()
            self.failed.emit("the process that draws figures could not be started")


class Drawing(Beside):
    """Draws the value of one figure."""

    def __init__(self, job: Job, parent: QObject) -> None:
        super().__init__(["ebmviz.export"], parent, send(encode(job)))


class LectureFigure(Beside):
    """Runs `ebmviz figures` for a figure of a built-in scene that needs models of its own. plugins:
    files of the command line, which may have brought either.
    """

    def __init__(
        self, scene: str, figure: str, asked: Asked, parent: QObject, plugins: Sequence[str] = ()
    ) -> None:
        options = ["--figure", figure, "--format", asked.format, "--theme", asked.theme]
        options += ["--page", asked.page, *(["--transparent"] if asked.transparent else [])]
        options += ["--text", f"{asked.points:g}"] if asked.points else []
        options += ["--hide", ",".join(asked.hidden)] if asked.hidden else []
        options += [f"--plugin={file}" for file in plugins]
        where = ["-o", "-", "--", scene]  # a name is never an option
        super().__init__(["ebmviz.commands.base.beside", "figures", *options, *where], parent)
