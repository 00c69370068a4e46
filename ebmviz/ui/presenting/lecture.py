"""Two windows: the class sees the stage, the lecturer keeps the controls. What the one shows goes
to the other, and nothing comes back but keys.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from ebmviz.core.markup import to_plain
from ebmviz.figures import on_screen
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.slots import cards
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import Pointed
from ebmviz.ui.presenting import counterpart
from ebmviz.ui.presenting.audience import Audience
from ebmviz.ui.presenting.choice import Choice
from ebmviz.ui.presenting.chooser import Chooser
from ebmviz.ui.presenting.curtain import Curtain
from ebmviz.ui.presenting.desk import Desk, Pictures
from ebmviz.ui.presenting.watched import Watched
from ebmviz.ui.views.enlarged import Enlarged
from ebmviz.ui.views.stage import Stage

_KEYS = (
    "next-stop",
    "previous-stop",
    "reveal",
    "black",
    "spotlight",
    "pointer",
    "play",
    "audience",
)
_SHARE = 0.25  # of the time, at most, for what the class sees
_CALM_MS = 15
_OPENING_MS = 1500


class Lecture(QObject):
    """Opens the window of the class, and feeds it. opened(bool): it is there, or gone."""

    opened = Signal(bool)

    def __init__(
        self,
        stage: Stage,
        curtain: Curtain,
        pictures: Pictures,
        acts: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._stage, self._curtain, self._acts, self._window = stage, curtain, acts, window
        self.desk = Desk(acts, pictures)
        self.audience: Audience | None = None  # while it is open
        self._kept: Audience | None = None
        self._enlarged: Enlarged | None = None
        self._choice: Choice | None = None
        self._spent = self._began = 0.0
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.timeout.connect(self._draw)
        self._opening = QTimer(self)
        self._opening.setSingleShot(True)
        window.installEventFilter(self)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._screen_came)
        application.screenRemoved.connect(self._screen_went)
        curtain.changed.connect(self._cover)
        curtain.moved.connect(self._point)
        stage.drawn.connect(lambda *_: self._want())
        stage.store.changed.connect(lambda *_: self._show_scene())
        stage.store.lessonChanged.connect(lambda _: self._show_state())

    def follow(self, enlarged: Enlarged, choice: Choice) -> None:
        """What is large in the lecturer's window, and what is on the stage."""
        self._enlarged, self._choice = enlarged, choice
        enlarged.changed.connect(self._show_scene)
        choice.changed.connect(self._choose)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions of the menu do."""
        return {"audience": self.toggle, "on-stage": self.ask}

    def ask(self) -> None:
        """What is to be on the stage."""
        if self._choice:
            scene = self._stage.store.scene
            titles = [to_plain(figure.title) for figure in cards(scene)]
            Chooser(self._choice, lambda: self._names, titles, self._window).show()

    def toggle(self) -> None:
        """A window for the class, or none."""
        self.end() if self.audience else self.begin()

    def begin(self) -> None:
        """On another screen than the lecturer's, if there is one."""
        audience = self.audience = self._kept = self._kept or self._made()
        self._stage.mains.share(audience.watched.mains)
        self._curtain.step_aside(True)
        self.desk.show()
        self.desk.begin()
        self._show_state()
        self._show_scene()
        self._opening.start(_OPENING_MS)
        self._open(self._free_screen())
        self._cover()
        self._acts["audience"].setChecked(True)
        self.opened.emit(True)

    def _made(self) -> Audience:
        watched = Watched(self._stage.store.catalogue)
        audience = Audience(watched, {name: self._acts[name] for name in _KEYS})
        audience.installEventFilter(self)
        self.destroyed.connect(audience.deleteLater)  # it has no parent, for it is a window
        audience.left.connect(self.end)
        audience.lens.painted.connect(self._note)
        watched.reframed.connect(lambda: self._stage.send() if self.audience else None)
        return audience

    def end(self) -> None:
        """The class looks at the lecturer's window again."""
        audience, self.audience = self.audience, None
        if audience is None:
            return
        self._waiting.stop()
        self._stage.mains.share(None)
        self._stage.send()
        self._curtain.step_aside(False)
        self.desk.end()
        self._acts["audience"].setChecked(False)
        audience.hide()  # and kept for the next time
        self.opened.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.end()
        taken = watched is self.audience and event.type() == QEvent.Type.WindowActivate
        if taken and self._opening.isActive():  # some desktops give it to every new window
            self._opening.stop()
            QTimer.singleShot(0, self._window.activateWindow)
        return False

    def _open(self, screen: QScreen | None) -> None:
        if self.audience:
            self.audience.open_on(screen, self._window.screen())

    # what is shown ----------------------------------------------------------------------

    def _show_state(self) -> None:
        state = self._stage.store.lesson
        self.desk.show_state(state)
        if self.audience:
            self.audience.watched.show_state(state)
            self._choose()

    def _choose(self) -> None:
        if self.audience:
            self.audience.watched.choose(self._names)
            self.audience.fit()

    @property
    def _names(self) -> frozenset[str]:
        store = self._stage.store
        figures = [figure.name for figure in cards(store.scene)]
        return self._choice.names(store.lesson.stop, figures) if self._choice else frozenset()

    def _show_scene(self) -> None:
        if self.audience is None:
            return
        store = self._stage.store
        figures = self._stage.figures(store.scene)
        seen = on_screen.seen(store.scene, self._stage.client.sampling)
        self.audience.watched.show_scene(seen, store.catalogue, figures, self._slot)
        self.audience.watched.choose(self._names)
        self._want()

    def light(self, at: Pointed) -> None:
        """What the lecturer points at lights up for the class, too."""
        if self.audience:
            self.audience.watched.light(at)

    def _want(self) -> None:
        """The newest frame, once it is time for it."""
        if self.audience and not self._waiting.isActive():
            pause = self._began + self._spent / _SHARE - time.perf_counter()
            self._waiting.start(max(_CALM_MS, round(1000 * min(1.0, pause))))

    def _draw(self) -> None:
        audience, stage = self.audience, self._stage
        if audience is None:
            return
        self._began, self._spent = time.perf_counter(), 0.0
        hidden = stage.store.scene.view.hidden
        with theme.behind_lens(audience.lens.factor):
            for shot in _each(stage.whole, stage.shot):
                audience.watched.show_shot(shot.hiding(hidden))
        if stage.shot:
            shown = stage.shot.snapshot
            audience.watched.sliders.show_time(shown.step, int(shown.metrics["last_step"]))
        self._note(time.perf_counter() - self._began)

    def _note(self, seconds: float) -> None:
        self._spent += seconds

    # what lies over it ------------------------------------------------------------------

    def _cover(self) -> None:
        self.desk.show_cover(self._curtain.asked)
        if self.audience:
            self.audience.shade.cover(self._curtain.asked, self._curtain.pointed)

    def _point(self, at: QPoint) -> None:
        if audience := self.audience:
            there = counterpart.found(at, self._pairs(audience.watched), audience.watched)
            audience.shade.point(audience.place_of(there))

    def _pairs(self, watched: Watched) -> list[tuple[QWidget, QWidget]]:
        stage = self._stage
        mains = zip(stage.mains.every, watched.mains.every, strict=True)
        side = zip(stage.side, watched.cards, strict=True)
        slot = self._slot
        large = [] if slot is None else [(stage.side[slot], watched.large)]
        return [*large, *mains, *side]

    @property
    def _slot(self) -> int | None:
        """Of the card that is large in the lecturer's window."""
        card = self._enlarged.card if self._enlarged else None
        return card.slot if card else None

    # screens ----------------------------------------------------------------------------

    def _free_screen(self) -> QScreen | None:
        own = self._window.screen()
        return next((each for each in QGuiApplication.screens() if each is not own), None)

    def _screen_came(self, screen: QScreen) -> None:
        """It is the class's, if that has none of its own."""
        if self.audience and not self.audience.isFullScreen():
            self._open(screen)

    def _screen_went(self, _screen: QScreen) -> None:
        """The class's window stands on one that is left, which the lecturer has the use of."""
        self._open(self._free_screen())


def _each(*shots: Shot | None) -> list[Shot]:
    """The whole frame, then what is newer in another."""
    return list({id(shot): shot for shot in shots if shot}.values())
