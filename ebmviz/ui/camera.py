"""A picture of the whole window, taken once its landscape stands still."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QTimer

from ebmviz.core import protocol
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import Problem, UserError
from ebmviz.core.palette import Theme
from ebmviz.figures.base.figure import Shot
from ebmviz.files.opening import Opened
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.window import Window

_SETTLE_MS = 150


def photograph(
    found: Opened,
    size: tuple[int, int],
    steps: int,
    look: Theme,
    patience_ms: int,
    catalogue: Catalogue | None = None,
    plugins: Sequence[str] = (),
) -> bytes:
    """PNG bytes. Raises UserError when the engine fails or does not answer in time."""
    app = application()
    theme.apply(app, look)
    client = EngineClient(plugins=plugins)
    with theme.dressed_together(app):
        window = Window(found.scene, found.session, None, client, catalogue)
    window.resize(*size)
    window.show()
    first = window.document.step
    loop = QEventLoop()
    faults: list[str] = []

    def arrived(shot: Shot, frame: protocol.Frame) -> None:
        last = int(shot.snapshot.metrics["last_step"])
        newest = shot.snapshot.generation == window.client.generation
        if newest and last >= first + steps and not frame.rough:
            # Counted from after the side has been drawn, however long that takes.
            QTimer.singleShot(0, lambda: QTimer.singleShot(_SETTLE_MS, loop.quit))

    def failed(problem: Problem, *_: object) -> None:
        faults.append(problem.message)
        loop.quit()

    window.stage.drawn.connect(arrived)
    window.client.failed.connect(failed)
    window.client.lost.connect(failed)
    if steps:
        window.ready.connect(lambda: window.client.advance(steps))
    patience = QTimer(window)
    patience.setInterval(patience_ms)
    patience.timeout.connect(lambda: failed(Problem("died", "the engine did not answer")))
    window.stage.drawn.connect(lambda *_: patience.start())  # long training is not silence
    patience.start()
    loop.exec()
    patience.stop()
    picture = window.grab()
    window.client.stop()
    window.document.close()
    window.deleteLater()
    if faults:
        raise UserError(faults[0])
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())
