"""In front of a class: the stop's text, the plot that it asks for, large, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ebmviz.core.lesson.stop import MAP
from ebmviz.core.scene import Scene
from ebmviz.figures.slots import cards
from ebmviz.ui.presenting.choice import CARDS, SLIDERS, Choice
from ebmviz.ui.presenting.clicker import Clicker
from ebmviz.ui.views.bottom import BottomBar
from ebmviz.ui.views.enlarged import Enlarged
from ebmviz.ui.views.left_column import LeftColumn
from ebmviz.ui.views.stage import Stage


class Staged(QObject):
    """The presenter mode of the window. While a stop is shown there, or the class has a window of
    its own, the keys of a clicker lead on and back, and so do arrows at a plot.
    """

    def __init__(
        self,
        stage: Stage,
        panel: LeftColumn,
        side: QWidget,
        enlarged: Enlarged,
        bottom: BottomBar,
        choice: Choice,
    ) -> None:
        super().__init__(stage)
        self._clicker: Clicker | None = None
        self._stage, self._panel, self._side, self._enlarged = stage, panel, side, enlarged
        self._bottom, self._choice = bottom, choice
        self._presents = self._beside = False
        self._placed: tuple[int | None, str] = (None, "")
        for source in (choice.changed, enlarged.changed):
            source.connect(lambda: self.fit(stage.store.scene))

    def take_clicker(self, acts: Mapping[str, QAction]) -> None:
        """What the Page keys, which clickers send, then do, and arrows."""
        self._clicker = Clicker(self._panel.window(), acts)
        self._arm()

    def present(self, on: bool) -> None:
        """Into the presenter mode, or out of it."""
        self._presents, self._placed = on, (None, "")
        self._panel.present(on)
        if not on:
            self._enlarged.back()
            self._bottom.choose(None)
            self._stage.place(self._stage.store.scene)

    def stand_beside(self, on: bool) -> None:
        """Whether the class has a window of its own."""
        self._beside = on
        self._arm()

    def fit(self, scene: Scene) -> None:
        """What is on the stage of a scene, at the stop that has been gone to."""
        self._arm()
        alone = self._stage.mains.alone(scene)
        self._stage.lab.watch(self.leads)
        if not self._presents:
            self._side.setVisible(not alone)
            return
        stop = self._stage.store.lesson.stop
        self._enlarge(scene)
        names = self._choice.names(stop, [figure.name for figure in cards(scene)])
        usual = self._choice.usual and not (stop and set(stop.show) & set(SLIDERS))
        self._bottom.choose(None if usual else names)  # one row leaves the text its room
        self._panel.present(True, text="text" in names)
        there = self._stage.figures(scene)
        shown = []
        for i, (name, card) in enumerate(zip(CARDS, self._stage.side, strict=True)):
            if card is not self._enlarged.card:
                card.setVisible(i < len(there) and name in names)
                shown.append(not card.isHidden())
        self._side.setVisible(any(shown) and not alone)

    def _enlarge(self, scene: Scene) -> None:
        """The plot of the stop, when it has been gone to; with the answer, one that the question
        does not have.
        """
        state = self._stage.store.lesson
        names = [figure.name for figure in cards(scene)]
        large = state.stop.large if state.stop else MAP
        wanted = (state.at, large if large in names else MAP)
        if wanted == self._placed:
            return
        self._placed = wanted
        self._enlarged.back()
        if large in names:
            self._enlarged.toggle(self._stage.side[names.index(large)])

    @property
    def leads(self) -> bool:
        """Whether a stop is shown in the presenter mode."""
        return self._presents and self._stage.store.lesson.stop is not None

    def _arm(self) -> None:
        if self._clicker:
            self._clicker.arm(self._beside or self.leads)
