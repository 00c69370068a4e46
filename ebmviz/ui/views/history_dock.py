"""The history: what has been done, and what can be done again; a click goes there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QDockWidget, QListWidget, QListWidgetItem, QWidget

from ebmviz.core.outside import clean
from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme
from ebmviz.ui.session.store import Store

_BEGIN = "beginning"
_WIDTH, _ROOM = 240, 1500  # of the list; of a window that has it beside the rest
_HIGH, _TOP, _EDGE = 340, 64, 16  # of one that floats; from the top and the right of the window


class HistoryDock(QDockWidget):
    """A list with the oldest on top, and where it stands marked. gone(steps): so many undone, or
    done again where it is negative.
    """

    gone = Signal(int)

    def __init__(self, store: Store, parent: QWidget) -> None:
        super().__init__("History", parent)
        self.setObjectName("history")
        self._store = store
        self.rows = QListWidget()
        self.rows.setObjectName("history-rows")
        self.rows.setAccessibleName("History of changes")
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        tips.give(self.rows, "What has been done, the oldest first: click to go there")
        self.rows.itemClicked.connect(self._chosen)
        self.rows.itemActivated.connect(self._chosen)
        self.setWidget(self.rows)
        store.undoChanged.connect(self.show_history)
        store.changed.connect(lambda *_: self.show_history())
        self.visibilityChanged.connect(lambda _: self.show_history())
        self.hide()

    def toggle(self) -> None:
        """Show it, beside the cards where there is room for it, else over them, or put it away."""
        if self.isHidden():
            self.setFloating(self._room() < theme.px(_ROOM))
            if self.isFloating():
                self._float()
        self.setVisible(self.isHidden())

    def _float(self) -> None:
        """Over the cards: what is changed, and the map, stay in sight."""
        parent = self.parentWidget()
        if parent:
            high = min(theme.px(_HIGH), parent.height() - 2 * theme.px(_TOP))
            self.resize(theme.px(_WIDTH), high)
            left = parent.width() - self.width() - theme.px(_EDGE)
            self.move(parent.mapToGlobal(QPoint(left, theme.px(_TOP))))

    def _room(self) -> int:
        parent = self.parentWidget()
        return parent.width() if parent else 0

    def show_history(self) -> None:
        """As it is now; a hidden one is written when it is shown."""
        if self.isHidden():
            return
        self.rows.setMinimumWidth(theme.px(_WIDTH))
        past, future = self._store.history
        names = (_BEGIN, *past, *future)
        self.rows.clear()
        for i, name in enumerate(names):
            item = QListWidgetItem(clean(name[:1].upper() + name[1:], 120))
            item.setSizeHint(QSize(0, theme.px(24)))
            if i == len(past):
                font = theme.font("body")
                font.setBold(True)
                item.setFont(font)
            if i > len(past):
                item.setForeground(QBrush(theme.tint("muted")))
            self.rows.addItem(item)
        self.rows.setCurrentRow(len(past))
        self.rows.scrollToItem(self.rows.currentItem())

    def _chosen(self, item: QListWidgetItem) -> None:
        past, _ = self._store.history
        steps = len(past) - self.rows.row(item)
        if steps:
            self.gone.emit(steps)
