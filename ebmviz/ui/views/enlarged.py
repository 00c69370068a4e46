"""A card of the side in the map's place, and the map in the card's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from ebmviz.ui.controls.card import Card
from ebmviz.ui.views.columns import Columns, SideColumn
from ebmviz.ui.views.side_card import SideCard
from ebmviz.ui.views.stage import Stage


class Enlarged(QObject):
    """One card at a time, by a double click on its head, its button or its key; back by the same,
    and by a double click on the head of the map. Scenes come and go meanwhile; where one has no
    such card, or another view in the map's place, all goes back. changed: another is large, or
    none.
    """

    changed = Signal()

    def __init__(self, stage: Stage, columns: Columns, side: SideColumn) -> None:
        super().__init__(columns)
        self._stage, self._columns, self._side = stage, columns, side
        self._card: SideCard | None = None
        self._main: Card | None = None
        for card in stage.side:
            card.installEventFilter(self)
            card.enlarge.clicked.connect(lambda _=False, card=card: self.toggle(card))
        for view in (stage.landscape, stage.picture):
            view.installEventFilter(self)

    @property
    def card(self) -> SideCard | None:
        """Which is large now."""
        return self._card

    def toggle(self, card: SideCard) -> None:
        """Make a card large, or small again."""
        again = card is self._card
        self.back()
        alone = self._stage.mains.alone(self._stage.store.scene)
        if not again and self._there(card) and not alone:
            self._put(card, self._stage.main)

    def back(self) -> bool:
        """Everything where it belongs; says whether it was not."""
        card, main = self._card, self._main
        if card is None or main is None:
            return False
        self._card = self._main = None
        focus = main.hasFocus()
        at = self._columns.indexOf(card)
        self._side.exchange(main, card)
        self._columns.take_in(at, main)
        card.show_large(False)
        self._stage.draw_again()
        if focus:
            main.setFocus()
        self.changed.emit()
        return True

    def follow(self) -> None:
        """A scene has been put on the stage."""
        if self._card and (not self._there(self._card) or self._stage.main is not self._main):
            gone = not self._there(self._card)
            card, main, shown = self._card, self._main, self._stage.main
            self.back()
            card.setHidden(gone)
            if main is not None:
                main.setVisible(main is shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            left = event.button() is Qt.MouseButton.LeftButton
            if left and isinstance(watched, Card) and watched.on_head(event.position().toPoint()):
                if isinstance(watched, SideCard):
                    self.toggle(watched)
                    return True
                return self.back()
        return super().eventFilter(watched, event)

    def _there(self, card: SideCard) -> bool:
        """Whether the scene has a figure for it, hidden or not."""
        return card.slot < len(self._stage.figures(self._stage.store.scene))

    def _put(self, card: SideCard, main: Card) -> None:
        focus = main.hasFocus()
        at = self._columns.indexOf(main)
        self._side.exchange(card, main)
        self._columns.take_in(at, card)
        self._card, self._main = card, main
        card.show_large(True)
        self._stage.draw_again()
        if focus:
            main.setFocus()
        self.changed.emit()
