"""A field for the value of one parameter: text in, a checked value out."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget

from ebmviz.core.errors import UserError
from ebmviz.core.params import Param, Value, format_value
from ebmviz.ui.controls import focus, tips
from ebmviz.ui.controls.ellipsis import shortened
from ebmviz.ui.controls.entry import entered, place
from ebmviz.ui.controls.scale import step_of

_UNDOES = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
_ARROWS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class ValueBox(QLineEdit):
    """Shows and takes one value.

    `committed` tells a new value; `nudged` one that an arrow key held down is passing;
    `rejected` the sentence that says what is wrong with the text.
    """

    committed = Signal(object)
    nudged = Signal(object)
    rejected = Signal(str)

    def __init__(self, param: Param, value: Value | None = None, parent: QWidget | None = None):
        super().__init__(parent)
        self._param = param
        self._value: Value = param.default if value is None else value
        self._nudging = False
        self._open = False  # for letters; an arrow key ends it
        self._help = ""
        self.setMaxLength(1000)
        self.textEdited.connect(lambda: self._mark_bad(""))
        self._restore()

    def value(self) -> Value:
        """The last good value."""
        return self._value

    def set_value(self, value: Value) -> None:
        """Shows `value` without telling; text being typed is left alone."""
        same = value == self._value and self.text() == format_value(value)
        self._value = value
        if not (same or (self.hasFocus() and self.isModified())):
            self._restore()

    def set_param(self, param: Param) -> None:
        """Takes what another parameter accepts."""
        self._param = param

    def set_help(self, text: str) -> None:
        """The tooltip, which gives way to the complaint about a bad text."""
        self._help = text
        if not self.property("bad"):
            tips.give(self, text)

    def commit(self) -> bool:
        """Takes the typed text, as Enter does. False where it is refused, here or by those told."""
        if not self.isModified():
            return True
        try:
            value = entered(self.text(), self._param, self._value)
        except UserError as error:
            self._mark_bad(str(error))
            self.rejected.emit(str(error))
            return False
        self._take(value)
        self.committed.emit(value)
        return self._value == value

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.commit():
                focus.rest(self)
        elif key == Qt.Key.Key_Escape and (self.isModified() or self.property("bad")):
            self._restore()
            focus.rest(self)
        elif key == Qt.Key.Key_Escape:
            event.ignore()  # the window's, to leave the presenter mode
        elif key in _ARROWS:
            self._nudge(_ARROWS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().event(event)
        if self._is_text(event):
            return super().event(event)
        event.ignore()  # one of the window's own keys, if it is one at all
        return True

    def _is_text(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the text: Ctrl+Z and Space do once something was typed, letters
        until an arrow key has made the choice.
        """
        if self.isModified() or self._param.type == "text":
            return True
        if any(event.matches(key) for key in _UNDOES):
            return False
        blank = event.text() == " " and (self._param.type != "floats" or self.hasSelectedText())
        return not blank and (self._open or not event.text().isalpha())

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self._settle()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._open = True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._open = True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._settle()
            self.commit()
            self.setCursorPosition(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        field = (
            self.style()
            .subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
            .adjusted(2, 0, -2, 0)
        )
        if self.hasFocus() or self.property("bad") or self._fits(self.text(), field):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        panel = QStyle.PrimitiveElement.PE_PanelLineEdit
        self.style().drawPrimitive(panel, option, painter, self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        middle = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(field, middle, self._short(field))

    def _fits(self, text: str, field: QRect) -> bool:
        return self.fontMetrics().horizontalAdvance(text) <= field.width()

    def _short(self, field: QRect) -> str:
        """The value with as many digits as the field has room for."""
        if isinstance(self._value, float) and math.isfinite(self._value):
            for form in (".5g", ".4g", ".3g", ".2g", ".1e", ".0e"):
                text = f"{self._value:{form}}".replace("e-0", "e-").replace("e+0", "e")
                if self._fits(text := text.replace("-", "−"), field):
                    return text
        if isinstance(self._value, tuple):
            for digits in (4, 3, 2):
                text = ", ".join(format_value(float(f"{v:.{digits}g}")) for v in self._value)
                if self._fits(text, field):
                    return text
        return shortened(self.text(), lambda text: self._fits(text, field))

    def _restore(self) -> None:
        self.setText(format_value(self._value))
        self.setModified(False)
        if not self.hasFocus():
            self.setCursorPosition(0)
        self._mark_bad("")

    def _take(self, value: Value) -> None:
        self._value = value
        self._restore()

    def _mark_bad(self, sentence: str) -> None:
        bad = bool(sentence)
        if bad != bool(self.property("bad")):
            self.setProperty("bad", bad)
            self.style().unpolish(self)
            self.style().polish(self)
        tips.give(self, sentence or self._help)
        if bad and self.hasFocus():
            below = self.mapToGlobal(QPoint(0, self.height()))
            tips.show(below, sentence, self)

    def _nudge(self, sign: int) -> None:
        try:
            value = self._value
            if self.isModified():
                value = entered(self.text(), self._param, value)
            moved = self._param.check(self._beside(value, sign), self._param.label)
        except UserError:
            return  # at the end of the range, or nothing to start from
        if moved != self._value:
            at = self.cursorPosition()
            self._take(moved)
            self.setCursorPosition(min(at, len(self.text())))
            self._nudging, self._open = True, False
            self.nudged.emit(moved)

    def _settle(self) -> None:
        if self._nudging:
            self._nudging = False
            self.committed.emit(self._value)

    def _beside(self, value: Value, sign: int) -> Value:
        if isinstance(value, tuple):  # the entry under the cursor
            at = min(place(self.text(), self.cursorPosition()), len(value) - 1)
            return (*value[:at], self._step(value[at], sign), *value[at + 1 :])
        return self._step(value, sign) if isinstance(value, int | float) else value

    def _step(self, value: float, sign: int) -> float:
        param = self._param
        if param.type == "int":
            return value + sign
        if math.isinf(value):
            return param.slider[1] if param.slider and sign < 0 else value
        if param.log and value == 0:
            return param.slider[0] if param.slider and sign > 0 else value
        if param.log:
            moved = float(f"{value * 1.1**sign:.4g}")
        else:
            step = step_of(*param.slider) if param.slider else _unit(value)
            moved = float(f"{value + sign * step:.10g}")
        return min(max(moved, param.low), param.high)


def _unit(value: float) -> float:
    """A hundredth of the value's order of magnitude, 0.01 around zero."""
    return 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value else 0.01
