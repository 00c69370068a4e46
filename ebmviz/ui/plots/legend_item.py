"""One entry of a legend: marks and a name, which can be clicked."""

from __future__ import annotations

import functools
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QStaticText,
    QTextOption,
)
from PySide6.QtWidgets import QCheckBox, QWidget

from ebmviz.core import markup, palette
from ebmviz.core.plot import Bars, Curve, Layer, Points, Rule, Segments
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.subject import GROUND

PAD = 3
"""Between the text and the edges of an entry, left and right."""
_MARKS = {"disc": "●", "cross": "✕", "ring": "○", "star": "★"}
_LINES = {"solid": "━", "dash": "╍", "dot": "┉"}
_PRESS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Item(QCheckBox):
    """Checked while its layer is drawn; struck out while it is hidden. It can have the focus by
    Tab alone: after a click of the mouse the keys are still those of the window.

    over(on) while the mouse, or the focus that a key has brought, is on it. stepped(way) for the
    entry before or after. asked for its settings.
    """

    over = Signal(bool)
    stepped = Signal(int)
    asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = ""
        self.html = markup.Html("")
        self.lit = False
        self._said = QStaticText()
        self._said.setTextFormat(Qt.TextFormat.RichText)
        whole = QTextOption()
        whole.setWrapMode(QTextOption.WrapMode.NoWrap)
        self._said.setTextOption(whole)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_entry(self, name: str, html: markup.Html, plain: str, hidden: bool) -> None:
        """An entry that can be hidden under a name, or none that can."""
        self.name = name
        self.setChecked(not hidden)
        self.setCursor(Qt.CursorShape.PointingHandCursor if name else Qt.CursorShape.ArrowCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not name)
        if (html, plain) != (self.html, self.accessibleName()):
            self.html = html
            self.setAccessibleName(plain)
            self._said.setText(html)
            self.update()
        self._said.prepare(font=self.font())

    def light(self, on: bool) -> None:
        """On a ground, or not."""
        if on != self.lit:
            self.lit = on
            self.update()

    def wide(self) -> int:
        """The width it asks for."""
        return int(self._said.size().width()) + 1 + 2 * theme.px(PAD)

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if event.key() in (*_PRESS, *_WAYS):
                event.accept()  # Space would train
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESS:
            self.click()
        elif event.key() in _WAYS:
            self.stepped.emit(_WAYS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, _event: QContextMenuEvent) -> None:
        self.asked.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.over.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.over.emit(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.over.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.over.emit(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.lit:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.tint("accent", GROUND))
            painter.drawRoundedRect(QRectF(self.rect()), theme.px(4), theme.px(4))
        painter.setFont(self.font())
        painter.setPen(theme.tint("text" if self.isChecked() else "muted"))
        top = (self.height() - self._said.size().height()) / 2
        painter.drawStaticText(QPointF(theme.px(PAD), top), self._said)
        if not self.isChecked():
            through = QPointF(theme.px(PAD), self.height() / 2 + theme.px(1))
            painter.drawLine(through, through + QPointF(self._said.size().width(), 0))
        if self.hasFocus() or (self.name and self.underMouse()):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.tint("accent" if self.hasFocus() else "border"), 1))
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, theme.px(4), theme.px(4))


class Mark(NamedTuple):
    """What stands before a name, and its colour; the text's where it is empty."""

    sign: str = ""
    color: str = ""


def marked(layer: Layer) -> Mark:
    """The mark of a layer."""
    return Mark(mark_of(layer), _ink(layer))


def mark_of(layer: Layer) -> str:
    """What stands for it before its name."""
    match layer:
        case Points(marker=marker, values=None):
            return _MARKS[marker]
        case Points():
            return "●"
        case Bars():
            return "▮"
        case Segments(head=head):
            return "↗" if head else _LINES["solid"]
        case Rule(dash=dash) | Curve(dash=dash):
            return _LINES[dash]
        case _:
            return ""


@functools.lru_cache(256)
def written(mark: str, color: str, label: str) -> markup.Html:
    """A mark in a colour, empty for that of the text, and a name that is never broken."""
    whole = label.replace("/", "/\N{WORD JOINER}")  # where a line would else be broken
    name = markup.to_html(whole).replace(" ", "&nbsp;")
    marked = f"<span style='color:{color}'>{mark}</span>&nbsp;" if mark else ""
    return markup.Html(f"{marked}{name}")


def _ink(layer: Layer) -> str:
    # White marks of the map would vanish on a light panel.
    role = str(getattr(layer, "color", "text"))
    return palette.color("muted" if role in ("pull", "contour") else role, theme.current())
