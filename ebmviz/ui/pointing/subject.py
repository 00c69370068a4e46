"""A part of the window that stands for a symbol."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ebmviz.core.symbols.written import Names, named
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import NOTHING, Pointed

GROUND = 0.28
"""Of the accent, beneath a symbol that is lit."""
_EDGE, _ROUND, _OUT = 0.75, 6, 3
_FOCUS = (QEvent.Type.FocusIn, QEvent.Type.FocusOut)


class Subject(QWidget):
    """pointed(Pointed): the mouse is over it, or the focus in one of its controls, and no more. It
    is outlined while its symbol is pointed at elsewhere, and its name is lit.
    """

    pointed = Signal(object)

    def __init__(self, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = named(symbol)
        self._controls: tuple[QWidget, ...] = ()
        self._under = self._on = self._lit = False

    def watch(self, *controls: QWidget) -> None:
        """What in it can have the focus."""
        self._controls = controls
        for each in controls:
            each.installEventFilter(self)

    def stand_for(self, symbol: str) -> None:
        """Another symbol."""
        self._names = named(symbol)

    @property
    def names(self) -> Names:
        """Of its symbol."""
        return self._names

    @property
    def lit(self) -> bool:
        """Whether it is outlined."""
        return self._lit

    def light(self, at: Pointed) -> None:
        """Outlined, or not."""
        lit = bool(at.marks & self._names)
        if lit != self._lit:
            self._lit = lit
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._under = True
        self._say()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._under = False
        self._say()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._under = False
        self._say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOCUS:
            self._say(focused=event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._lit:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.tint("accent", GROUND / 2))
        painter.setPen(QPen(theme.tint("accent", _EDGE), theme.scale()))
        painter.drawRoundedRect(self._frame(), theme.px(_ROUND), theme.px(_ROUND))

    def _frame(self) -> QRectF:
        """Around its controls: beside its name there is no room."""
        around = QRect()
        for each in self._controls:
            around = around.united(each.geometry() if each.isVisible() else QRect())
        out = theme.px(_OUT)
        wider = around.adjusted(-out, -out, out, out).intersected(self.rect())
        return QRectF(wider).adjusted(0.5, 0.5, -0.5, -0.5)

    def _say(self, focused: bool | None = None) -> None:
        if focused is None:
            focused = any(each.hasFocus() for each in self._controls)
        on = bool(self._names) and (self._under or focused)
        if on != self._on:
            self._on = on
            self.pointed.emit(Pointed(self._names, by_control=True) if on else NOTHING)
