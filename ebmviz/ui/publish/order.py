"""One picture at a time for a dialog: measured, drawn beside the window, dropped when another is
wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.process import log
from ebmviz.core.scene import Scene
from ebmviz.core.view import hidden
from ebmviz.export.job import Job
from ebmviz.export.pages import PAGES
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES
from ebmviz.files.opening import own_words
from ebmviz.ui.publish.asked import Asked
from ebmviz.ui.publish.exporter import Beside, Drawing, LectureFigure

_FIT = 5.5  # inches, about, of a page as large as the figure needs
_PREVIEW = "png"


class Order(QObject):
    """drawn(Plot | Sheet): the figure with all its layers."""

    drawn = Signal(object)

    def __init__(
        self,
        scene: Scene,
        shot: Callable[[Figure, Callable[[Shot], None]], None],
        session: Callable[[Callable[[bytes], None]], None],
        plugins: Sequence[str],
        parent: QObject,
    ) -> None:
        """shot, session: as the dialog's."""
        super().__init__(parent)
        self._scene, self._shot, self._session = scene, shot, session
        self._plugins = plugins
        self._job: Beside | None = None
        self._ticket = 0

    def draw(
        self,
        asked: Asked,
        name: str,
        made: Callable[[bytes], object],
        failed: Callable[[str], object],
        room: float = 0,
    ) -> None:
        """A figure of those asked for. room: of a preview, which is so many pixels wide and holds
        no session.
        """
        self.stop()
        ticket = self._ticket
        figure = FIGURES[name]
        if not figure.live:
            self._run(
                LectureFigure(self._scene.name, name, asked, self, self._plugins), made, failed
            )
            return

        def measured(shot: Shot) -> None:
            if ticket != self._ticket:  # stopped while it was measured
                return
            value = self._value(figure, shot, asked, failed)
            if value is None:
                return

            def draw(session: bytes) -> None:
                if ticket == self._ticket:
                    job = _job(value, asked, session, own_words(shot.scene), room)
                    self._run(Drawing(job, self), made, failed)

            if room:
                draw(b"")
            else:
                self._session(draw)

        self._shot(figure, measured)

    def stop(self) -> None:
        """No picture comes from what has been asked so far."""
        self._ticket += 1
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _value(
        self, figure: Figure, shot: Shot, asked: Asked, failed: Callable[[str], object]
    ) -> Plot | Sheet | None:
        try:
            if figure.name == asked.figure:
                self.drawn.emit(figure.shown((shot,)))
            away = ",".join((*hidden.names(shot.scene.view.hidden), *asked.hidden))
            return figure.shown((shot.hiding(away),))
        except UserError as error:
            failed(str(error))
        except Exception as error:
            log.report(type(error), error, error.__traceback__)
            failed(f"the figure could not be drawn: {type(error).__name__}: {error}")
        return None

    def _run(
        self, job: Beside, made: Callable[[bytes], object], failed: Callable[[str], object]
    ) -> None:
        def over(then: Callable[[], object]) -> None:
            self._job = None
            then()

        self._job = job
        job.done.connect(lambda data: over(lambda: made(bytes(data))))
        job.failed.connect(lambda sentence: over(lambda: failed(sentence)))
        job.begin()


def _job(value: Plot | Sheet, asked: Asked, session: bytes, about: str, room: float) -> Job:
    inches = PAGES[asked.page].inches
    return Job(
        value,
        _PREVIEW if room else asked.format,
        asked.theme,
        session,
        about,
        asked.page,
        asked.points,
        max(20.0, room / (inches[0] if inches else _FIT)) if room else 0.0,
        asked.transparent,
    )
