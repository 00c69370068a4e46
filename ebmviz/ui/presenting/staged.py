"""A lesson in front of a class: the stop's text, and the plot that it asks for, large and alone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut

from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.stop import MAP
from ebmviz.core.scene import Scene
from ebmviz.figures.slots import cards
from ebmviz.ui.views.enlarged import Enlarged
from ebmviz.ui.views.left_column import LeftColumn
from ebmviz.ui.views.stage import Stage


class Staged(QObject):
    """In the presenter mode, while a stop is shown, the side is put away, and the keys of a clicker
    lead on and back.
    """

    def __init__(self, stage: Stage, panel: LeftColumn, enlarged: Enlarged) -> None:
        super().__init__(stage)
        self._keys: list[QShortcut] = []
        self._stage, self._panel, self._enlarged = stage, panel, enlarged
        self._presents = False
        self._placed: tuple[int | None, str] = (None, "")

    @property
    def alone(self) -> bool:
        """Whether nothing stands beside the large plot."""
        return self._presents and self._stage.store.lesson.stop is not None

    def take_clicker(self, forward: QAction, back: QAction) -> None:
        """What the Page keys, which clickers send, then do."""
        for key, action in ((Qt.Key.Key_PageDown, forward), (Qt.Key.Key_PageUp, back)):
            shortcut = QShortcut(QKeySequence(key), self._panel.window())
            shortcut.activated.connect(action.trigger)
            shortcut.setEnabled(self.alone)
            self._keys.append(shortcut)

    def present(self, on: bool) -> None:
        """Into the presenter mode, or out of it."""
        self._presents, self._placed = on, (None, "")
        self._panel.present(on)
        if not on:
            self._enlarged.back()

    def show(self, state: LessonState, scene: Scene) -> None:
        """The plot of the stop, when it has been gone to; with the answer, one that the question
        does not have.
        """
        for shortcut in self._keys:
            shortcut.setEnabled(self.alone)
        names = [figure.name for figure in cards(scene)]
        large = state.stop.large if state.stop else MAP
        wanted = (state.at, large if large in names else MAP)
        if not self._presents or wanted == self._placed:
            return
        self._placed = wanted
        self._enlarged.back()
        if large in names:
            self._enlarged.toggle(self._stage.side[names.index(large)])
