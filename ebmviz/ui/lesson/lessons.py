"""The lesson of a window: gone through stop by stop, opened and saved as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ebmviz.core.errors import UserError
from ebmviz.core.lesson import check, shipped, states
from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.scene import Scene
from ebmviz.figures.registry import FIGURES
from ebmviz.files import lessons
from ebmviz.ui.lesson.dock import StopsDock
from ebmviz.ui.lesson.stops import Stops
from ebmviz.ui.lesson.thumbnails import Thumbnails
from ebmviz.ui.lesson.travel import Travel
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.file_question import where_to_save
from ebmviz.ui.views.stage import Stage

_FALLBACK = "lesson"


class Lessons(QObject):
    """changed(LessonState): the stop that is shown, its text, or the lesson is another."""

    changed = Signal(object)

    def __init__(
        self,
        stage: Stage,
        document: Document,
        acts: dict[str, QAction],
        tell: Callable[[str], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._stage, self._document, self._tell, self._window = stage, document, tell, window
        self._store = stage.store
        self._sample, self._walks = acts["sample"], False  # chains walk because a stop says so
        self.travel = Travel(stage)
        self.pictures = Thumbnails(stage)
        self.stops = Stops(self._store, self.travel, self.pictures.now, self._chains_walk)
        self.dock = StopsDock(self._store, self.stops, self.pictures, acts, window)
        self.travel.refused.connect(tell)
        self.stops.refused.connect(tell)
        self.dock.message.connect(tell)
        self.dock.gone.connect(self.travel.go)
        self.stops.taken.connect(lambda i: self.pictures.take(self.state.lesson.stops[i]))
        self.travel.arrived.connect(self._arrived)
        self.travel.changed.connect(lambda: self.dock.show_moving(self.travel.moving))
        self._store.lessonChanged.connect(self.changed)

    @property
    def state(self) -> LessonState:
        """Where one stands in it."""
        return self._store.lesson

    # through it -------------------------------------------------------------------------

    def forward(self) -> None:
        """The answer of the stop, if it asks something; else the next stop."""
        state = self.state
        if state.stop and state.stop.asks and not state.revealed:
            self.reveal()
        elif state.at is None:
            self._go(0)
        else:
            self._go(state.at + 1)

    def back(self) -> None:
        """The question of the stop, if its answer is shown; else the stop before."""
        state = self.state
        if state.at is not None:
            self._go(state.at if state.revealed else state.at - 1)

    def _chains_walk(self) -> bool:
        return self._sample.isEnabled() and self._sample.isChecked()

    def reveal(self) -> None:
        """The answer, or the question again."""
        state = self.state
        if state.at is not None and state.stop and state.stop.asks:
            self.travel.go(state.at, not state.revealed)

    def _go(self, index: int) -> None:
        if 0 <= index < len(self.state.lesson.stops):
            self.travel.go(index)

    def show_scene(self, scene: Scene, name: str) -> bool:
        """A built-in scene within a session that has stops; False where there are none."""
        if self.state.lesson.stops:
            self.travel.show(scene, name)
        return bool(self.state.lesson.stops)

    # as text ----------------------------------------------------------------------------

    def open_shipped(self, name: str) -> None:
        """One of those that are shipped, as a new document at its first stop."""
        catalogue = self._store.catalogue
        try:
            lesson = shipped.lesson(name)
            if fault := next(check.faults(lesson, catalogue, FIGURES), None):
                raise fault
        except UserError as error:
            self._tell(str(error))
            return
        scene, state = states.opened(lesson, catalogue)
        self._document.begin(scene, f"opened the lesson “{named(lesson.title)}”", state)

    def save_text(self) -> None:
        """Ask for a file, and save the stops there as text."""
        lesson = self.state.lesson.nowhere()
        if not lesson.stops:
            self._tell("There are no stops yet: “Add stop” takes the state on the screen.")
            return
        start = f"{self._store.scene.name or _FALLBACK}{lessons.SUFFIX}"
        kinds = f"Lesson (*{lessons.SUFFIX})"
        path = where_to_save(self._window, "Save lesson as text", start, lessons.SUFFIX, kinds)
        if path:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """The stops as text."""
        try:
            lessons.save(self.state.lesson.nowhere(), path)
        except UserError as error:
            self._tell(str(error))

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions of the menu do."""
        stops, dock = self.stops, self.dock
        return {
            "stops": dock.toggle,
            "add-stop": self._add,
            "update-stop": lambda: stops.update(dock.index),
            "duplicate-stop": lambda: stops.duplicate(dock.index),
            "delete-stop": lambda: stops.delete(dock.index),
            "stop-up": lambda: self._move(-1),
            "stop-down": lambda: self._move(1),
            "next-stop": self.forward,
            "previous-stop": self.back,
            "reveal": self.reveal,
            "save-lesson": self.save_text,
        }

    def _add(self) -> None:
        self.dock.offer()
        self.stops.add()

    def _move(self, by: int) -> None:
        index = self.dock.index
        self.stops.move(index, index + by)
        self.dock.rows.setCurrentRow(index + by)

    def _arrived(self) -> None:
        state = self.state
        wanted = state.stop is not None and state.stop.chains
        if (wanted or self._walks) and self._sample.isEnabled():
            if self._sample.isChecked() != wanted:
                self._sample.trigger()
            self._walks = wanted
        if state.stop and not state.revealed:
            self.pictures.take(state.stop)

    def begin(self) -> None:
        """The window has its first picture: of a lesson, if it was opened on one, and not since."""
        if self.state.lesson.stops and self.state.at is not None and not self.travel.moving:
            self.opened(None)

    def opened(self, kept: object) -> None:
        """Another document is there, with this checkpoint."""
        if kept is None:
            self.travel.arrive()
        if self.state.lesson.stops:
            self.dock.offer()
