"""The three columns of the window: the panel, the picture, the side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QSplitterHandle, QVBoxLayout, QWidget

from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import WIDTH

_GAP = 8
_PANEL = WIDTH + 10  # with its scroll bar
_SIDE, _SIDE_SHARE = 292, 0.26
_LEAST_PANEL, _LEAST_MAP, _LEAST_SIDE = 60, 250, 180
_LEAST_SHARE = 0.25  # of the window, which the picture keeps whatever is dragged
_LEAST_CARD = 150  # less high, a card has no room for its plot: the side is scrolled
_LEAST_SMALL_MAP = 214  # the same of a map there, with its switch and its settings above
_KEY = "columns/"
_SHARE = 7  # of the height of the side, for a map that stands there
_STEP, _STRIDE = 8, 40
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_USUAL = (Qt.Key.Key_Home, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Columns(QSplitter):
    """The seams can be dragged, with the mouse or with arrow keys, and stay there in the next run;
    a double click, or Enter, undoes that.

    Left alone, the picture gets half of the window, and the side gives way down to what can be
    read; dragged, it keeps a quarter. In a window too narrow for its type size the panel is
    scrolled sideways.
    """

    def __init__(self, panel: QScrollArea, pictures: Sequence[QWidget], side: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._panel, self._side = panel, side
        self._own = {name: _kept(name) for name in ("panel", "side")}
        for widget in (panel, *pictures, side):
            self.addWidget(widget)
            widget.setMinimumSize(1, 1)
        self.setChildrenCollapsible(False)
        for column in (panel, side):
            column.installEventFilter(self)
        self.splitterMoved.connect(self._dragged)
        self.fit()

    def createHandle(self) -> QSplitterHandle:
        return _Seam(self.orientation(), self)

    def take_in(self, index: int, widget: QWidget) -> None:
        """Another widget for the picture that has left this place."""
        widget.setMinimumSize(1, 1)
        self.insertWidget(index, widget)
        widget.show()
        self.fit()

    def forget(self, index: int) -> None:
        """The column at this seam as wide as it is by itself."""
        name = self._name(index)
        self._own[name] = None
        QSettings().remove(_KEY + name)
        self.fit()

    def fit(self) -> None:
        """Share out the width."""
        gap, total = theme.px(_GAP), self.width()
        self.setHandleWidth(gap)
        least_map = self._least_map()
        least_side = 0 if self._side.isHidden() else theme.px(_LEAST_SIDE) + gap
        rest = total - least_map - least_side - gap
        panel = max(theme.px(_LEAST_PANEL), min(self._wanted("panel", _PANEL), rest))
        narrow = panel < theme.px(_PANEL)
        policy = Qt.ScrollBarPolicy
        self._panel.setHorizontalScrollBarPolicy(
            policy.ScrollBarAsNeeded if narrow else policy.ScrollBarAlwaysOff
        )
        taken = 0 if self._panel.isHidden() else panel + gap
        most = total - taken - least_map - gap
        if self._own["side"] is None:
            wanted = max(theme.px(_SIDE), round(_SIDE_SHARE * total) - 40)
            least = theme.px(_LEAST_SIDE if narrow and taken else 250)
            side = max(least, min(wanted, total // 2 - taken - 2 * gap))
        else:
            side = max(theme.px(_LEAST_SIDE), min(self._wanted("side", _SIDE), most))
        beside = 0 if self._side.isHidden() else side + gap
        middle = max(1, total - taken - beside)
        self.setSizes([panel, *[middle] * (self.count() - 2), side])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_own"):
            self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.fit()
        return super().eventFilter(watched, event)

    def _wanted(self, name: str, usual: float) -> int:
        own = self._own[name]
        return theme.px(usual if own is None else own)

    def _dragged(self, _at: int, index: int) -> None:
        name = self._name(index)
        column = self._panel if name == "panel" else self._side
        sizes = self.sizes()
        lacks = self._least_map() - max(sizes[1:-1])
        if lacks > 0:  # the column gives back what the picture must have
            middle = [size + lacks if size else 0 for size in sizes[1:-1]]
            sizes = [sizes[0], *middle, sizes[-1]]
            sizes[0 if name == "panel" else -1] -= lacks
            self.setSizes(sizes)
        self._own[name] = own = column.width() / theme.scale()
        QSettings().setValue(_KEY + name, own)

    def _least_map(self) -> int:
        return max(theme.px(_LEAST_MAP), round(_LEAST_SHARE * self.width()))

    def _name(self, index: int) -> str:
        return "side" if self.widget(index) is self._side else "panel"


class SideColumn(QScrollArea):
    """Cards one below the other, scrolled where they would be too low to read."""

    def __init__(self, cards: Sequence[QWidget]) -> None:
        super().__init__()
        self._cards = tuple(cards)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        for card in cards:
            self._column.addWidget(card)  # each has its share of the height
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fit()

    def exchange(self, card: QWidget, other: QWidget) -> None:
        """Another widget in the slot of a card, which leaves it, with the card's share."""
        at = self._column.indexOf(card)
        self._column.removeWidget(card)
        self._column.insertWidget(at, other, 0 if _is_card(other) else _SHARE)
        self._cards = tuple(other if each is card else each for each in self._cards)
        other.show()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_column"):
            self._fit()

    def _fit(self) -> None:
        self._column.setSpacing(theme.px(_GAP))
        for card in self._cards:
            card.setMinimumHeight(theme.px(_LEAST_CARD if _is_card(card) else _LEAST_SMALL_MAP))


def _is_card(widget: QWidget) -> bool:
    """Which has a share of the height of its own; the map has none."""
    return bool(widget.sizePolicy().verticalStretch())


class _Seam(QSplitterHandle):
    """Between two columns."""

    def __init__(self, orientation: Qt.Orientation, parent: Columns) -> None:
        super().__init__(orientation, parent)
        tips.give(self, "Drag to widen; double-click for the default width")
        self.setAccessibleName("Border between columns; arrow keys move it, Enter undoes it")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (way := _ARROWS.get(Qt.Key(event.key()))) is not None:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.moveSplitter(self.x() + way * theme.px(_STEP if fine else _STRIDE))
        elif event.key() in _USUAL:
            self._forget()
        else:
            super().keyPressEvent(event)

    def _forget(self) -> None:
        columns = self.splitter()
        assert isinstance(columns, Columns)
        columns.forget(next(i for i in range(columns.count()) if columns.handle(i) is self))


def _kept(name: str) -> float | None:
    """What an earlier run left, in pixels of the design."""
    try:
        kept = float(QSettings().value(_KEY + name, 0.0))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return kept if 0 < kept < 1e4 else None
