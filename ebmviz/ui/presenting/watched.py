"""What the class sees on a screen of its own: the large plot, and what else is on the stage."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.scene import Scene
from ebmviz.figures import cross_section
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.slots import SLOTS
from ebmviz.ui.controls.card import PAD, Card
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import Pointed, View
from ebmviz.ui.presenting.choice import CARDS
from ebmviz.ui.presenting.stop_text import StopText
from ebmviz.ui.views.bottom import BottomBar
from ebmviz.ui.views.landscape_view import LandscapeView
from ebmviz.ui.views.mains import Mains
from ebmviz.ui.views.plot_card import PlotCard

_GAP = 8
_LARGE, _CARDS = 66, 34  # shares of the width
_WIDER = (34, 45, 60, 80)  # of the text, where it is long


class Watched(QWidget):
    """Draws the same scenes and frames as the window, with views of its own; nothing in it can be
    touched. reframed: its map has another shape.
    """

    reframed = Signal()

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.setObjectName("watched")
        self.mains = Mains(LandscapeView())
        self.mains.watch()
        self.mains.landscape.share(True)
        self.large = PlotCard(cross_section.FIGURE)
        self.cards = tuple(PlotCard(cross_section.FIGURE) for _ in range(SLOTS))
        self.text = Card()
        self.said = StopText()
        self.sliders = BottomBar(catalogue)
        self._figures: tuple[Figure, ...] = ()
        self._slot: int | None = None
        self._names: frozenset[str] = frozenset()
        self._says = False
        self._lay_out()
        self.mains.landscape.canvas.resized.connect(self.reframed)

    def _lay_out(self) -> None:
        self.text.body.addWidget(self.said)
        self.text.body.addStretch(1)
        self._beside = QWidget()
        self._row, self._column = QHBoxLayout(), QVBoxLayout(self)
        self._side = QVBoxLayout(self._beside)
        self._side.setContentsMargins(0, 0, 0, 0)
        self.text.setMinimumSize(1, 1)
        self._row.addWidget(self.text, _WIDER[0])
        for view in (*self.mains.every, self.large):
            view.setMinimumSize(1, 1)
            self._row.addWidget(view, _LARGE)
        for card in self.cards:
            card.setMinimumSize(1, 1)
            self._side.addWidget(card)
        self._row.addWidget(self._beside, _CARDS)
        self._column.addLayout(self._row, 1)
        self._column.addWidget(self.sliders)
        self._dress()

    def show_state(self, state: LessonState) -> None:
        """What the present stop says."""
        self._says = bool(state.said.strip()) or state.stop is not None
        self.said.show_state(state)
        self.choose(self._names)

    def choose(self, names: frozenset[str]) -> None:
        """What is on the stage beside the large plot."""
        self._names = names
        self.text.setVisible("text" in names and self._says)
        self.sliders.choose(names)
        self._place_cards()

    def fit(self) -> bool:
        """The text as narrow as it is seen whole; whether it is."""
        if self.text.isHidden():
            return True
        for share in _WIDER:
            self._row.setStretchFactor(self.text, share)
            self._column.activate()
            if self.said.high <= self.text.height() - 2 * theme.px(PAD):
                return True
        return False

    def show_scene(
        self, scene: Scene, catalogue: Catalogue, figures: Sequence[Figure], slot: int | None
    ) -> None:
        """A scene at once, before its frame comes. slot: of the card that is large, if one is."""
        self._figures, self._slot = tuple(figures), slot
        self.sliders.show_scene(scene, catalogue)
        self.mains.place(scene, catalogue)
        large = slot is not None and slot < len(figures)
        main = self.mains.of(scene)
        main.setVisible(not large)
        self.large.setVisible(large)
        if slot is not None and large:
            self.large.set_figure(figures[slot])
        for card, figure in zip(self.cards, figures, strict=False):
            card.set_figure(figure)
        self._place_cards()

    def show_shot(self, shot: Shot) -> None:
        """A frame, in all that it has the numbers of."""
        if self.large.isHidden():
            self.mains.show_shot(shot)
        for card in (self.large, *self.cards):
            if not card.isHidden() and card.figure.ready(shot):
                card.show_shot(shot)

    def light(self, at: Pointed) -> None:
        """What the lecturer points at."""
        views: list[View] = [self.said.text, self.sliders, self.mains.landscape, self.large]
        for view in (*views, *self.cards):
            view.light(at)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self._dress()

    def _place_cards(self) -> None:
        for i, (name, card) in enumerate(zip(CARDS, self.cards, strict=True)):
            there = i < len(self._figures) and i != self._slot
            card.setVisible(there and name in self._names)
        self._beside.setVisible(any(not card.isHidden() for card in self.cards))

    def _dress(self) -> None:
        gap = theme.px(_GAP)
        self._column.setContentsMargins(gap, gap, gap, gap)
        for layout in (self._column, self._row, self._side):
            layout.setSpacing(gap)
