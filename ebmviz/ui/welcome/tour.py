"""A tour of the window: one place after the other in the light, the rest dimmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ebmviz.core import palette
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.welcome.places import PLACES, Place

Parts = Mapping[str, Callable[[], Sequence[QWidget]]]
"""The widgets of a part of the window, as they are by now."""
_WIDE, _GAP, _ROUND = 360, 12, 10
_DIM = 0.55
_NEXT = {Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Space}
_BACK = {Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Tour(QWidget):
    """Over the whole window until it is done or left. Places that the scene does not show are left
    out. While it is there, keys are its own.
    """

    def __init__(self, window: QWidget, acts: Mapping[str, QAction], parts: Parts) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self._window, self._acts, self._parts = window, acts, parts
        self._before: QWidget | None = None  # what had the focus
        self.places: tuple[Place, ...] = ()
        self.at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = Card()
        self.card.setParent(self)
        self.card.setProperty("floating", "true")
        self.text = Text()
        self.text.setWordWrap(True)
        self.count = Text(tone="muted")
        self.count.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.back, self.next = QPushButton("Back"), QPushButton("Next")
        self.leave = QPushButton("Close")
        self.next.setProperty("primary", "true")
        self.back.clicked.connect(lambda: self.go(-1))
        self.next.clicked.connect(lambda: self.go(1))
        self.leave.clicked.connect(self.end)
        row = QHBoxLayout()
        row.addWidget(self.count)
        for button in (self.leave, self.back, self.next):
            row.addWidget(button)
        self.card.body.addWidget(self.text)
        self.card.body.addLayout(row)
        self.hide()

    def begin(self) -> None:
        """From the first place; again from there if it is on its way."""
        self.places = tuple(place for place in PLACES if self._widgets(place))
        self.at = 0
        self._window.installEventFilter(self)
        self.setGeometry(self._window.rect())
        self._before = self._window.focusWidget()
        self.show()
        self.raise_()
        self.setFocus()
        self._show()

    def go(self, steps: int) -> None:
        """So many places on; beyond the last it ends."""
        if self.at + steps >= len(self.places):
            self.end()
            return
        self.at = max(0, self.at + steps)
        self._show()

    def end(self) -> None:
        """The window is as before."""
        self._window.removeEventFilter(self)
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()

    def light(self) -> QRect:
        """What is not dimmed."""
        found = QRect()
        for widget in self._widgets(self.places[self.at]):
            found |= QRect(widget.mapTo(self._window, QPoint()), widget.size())
        return found.intersected(self.rect())

    def _widgets(self, place: Place) -> list[QWidget]:
        return [w for w in self._parts[place.part]() if w.isVisible() and w.height() > 0]

    def _show(self) -> None:
        place = self.places[self.at]
        keys = ""
        if place.shortcut:
            form = QKeySequence.SequenceFormat.NativeText
            keys = self._acts[place.shortcut].shortcut().toString(form)
        self.card.set_title(place.title)
        self.text.write(place.text.replace("{key}", keys))
        self.count.write(f"{self.at + 1} of {len(self.places)}")
        self.back.setEnabled(self.at > 0)
        self.next.setText("Done" if self.at + 1 == len(self.places) else "Next")
        self._place()

    def _place(self) -> None:
        """The card beside the light, where there is room; over it, where there is none."""
        gap = theme.px(_GAP)
        self.card.setFixedWidth(min(theme.px(_WIDE), self.width() - 2 * gap))
        layout = self.card.layout()
        assert layout is not None
        layout.activate()
        size = QSize(self.card.width(), layout.totalHeightForWidth(self.card.width()))
        self.card.resize(size)
        self.card.move(beside(self.light(), size, self.rect(), gap))
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the window's keys wait
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in _ENTER:
            pressed = self.focusWidget()
            pressed.click() if isinstance(pressed, QPushButton) else self.go(1)
        elif key in _NEXT | _BACK:
            self.go(1 if key in _NEXT else -1)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round its own buttons."""
        every = [b for b in (self.next, self.leave, self.back) if b.isEnabled()]
        now = self.focusWidget()
        at = every.index(now) if now in every else -1 if forward else 0
        every[(at + (1 if forward else -1)) % len(every)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def mousePressEvent(self, event: object) -> None:
        """What is below is not reached."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.setGeometry(self._window.rect())
            self._place()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.isVisible():
            self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = QPainterPath()
        edge = theme.px(4)
        light = self.light().adjusted(-edge, -edge, edge, edge)
        lit.addRoundedRect(light, theme.px(_ROUND), theme.px(_ROUND))
        whole = QPainterPath()
        whole.addRect(self.rect())
        shade = QColor(palette.color("window", "dark"))
        shade.setAlphaF(_DIM)
        painter.fillPath(whole - lit, shade)
        pen = painter.pen()
        pen.setColor(theme.tint("accent"))
        pen.setWidth(2)
        painter.setPen(pen)
        painter.drawPath(lit)


def beside(light: QRect, size: QSize, room: QRect, gap: int) -> QPoint:
    """The top left corner of a card of this size: below, above, right or left of the light, the
    first that has room, else at the room's lower right corner.
    """
    middle = light.center()
    x = min(max(middle.x() - size.width() // 2, gap), room.width() - size.width() - gap)
    y = min(max(middle.y() - size.height() // 2, gap), room.height() - size.height() - gap)
    ways = (
        QPoint(x, light.bottom() + 1 + gap),
        QPoint(x, light.top() - gap - size.height()),
        QPoint(light.right() + 1 + gap, y),
        QPoint(light.left() - gap - size.width(), y),
    )
    inside = room.adjusted(gap, gap, -gap, -gap)
    for way in ways:
        if inside.contains(QRect(way, size)):
            return way
    corner = inside.bottomRight()
    return QPoint(corner.x() - size.width() + 1, corner.y() - size.height() + 1)
