"""A slider over a real interval, with stops at 0 and ∞ set apart from its ends."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from ebmviz.core import markup
from ebmviz.core.params import Param, format_value
from ebmviz.figures.words.stability import Mark
from ebmviz.ui.controls import focus, slider_painting, tips, wheel
from ebmviz.ui.controls.scale import Scale, nudged, page, position, scale_of, value_at
from ebmviz.ui.look import theme

_GRAIN = 1000  # positions that a screen reader knows


class ScaleSlider(QAbstractSlider):
    """`moved` while it moves, `released` when that is the user's choice.

    Of a parameter it takes the scale, the default (a double-click's) and the colours. To a screen
    reader it is a slider over thousandths of its length, described by its value.
    """

    moved = Signal(float)
    released = Signal(float)

    def __init__(
        self,
        of: Param | Scale,
        *,
        default: float | None = None,
        thermometer: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if isinstance(of, Param):
            default = cast(float, of.default) if default is None else default
            thermometer = thermometer or of.thermometer
            scale = scale_of(of)
            if scale is None:
                raise ValueError(f"{of.name} declares no slider")
        else:
            scale = of
        self._scale = scale
        self._default = default
        self._thermometer = thermometer
        self._value: float = scale.low if default is None else default
        self._mark: Mark | None = None
        self._held: float | None = None  # pixels from the handle's centre to the mouse
        self._changed = False
        self._wheel = 0
        self.setRange(0, _GRAIN)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.valueChanged.connect(self._moved_by_reader)
        self._describe()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        wheel.guard(self)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def value(self) -> float:  # type: ignore[override]
        """The value, which may lie beyond the scale's ends."""
        return self._value

    def set_value(self, value: float) -> None:
        """Shows `value` without telling; a slider being dragged stays in the user's hand."""
        if self._held is None and value != self._value:
            self._value = value
            self._describe()
            self.update()

    @property
    def mark(self) -> Mark | None:
        """What is marked on it."""
        return self._mark

    def set_mark(self, mark: Mark | None) -> None:
        """Warns from `mark.at` on, and says why in its tip. A mark beyond its scale is none."""
        shown = mark if mark and mark.at < self._scale.high else None
        if shown != self._mark:
            self._mark = shown
            self.update()

    def set_scale(self, scale: Scale, default: float) -> None:
        """Another interval, and the value of a double click."""
        self._scale, self._default = scale, default
        self._fit()
        self._describe()
        self.update()

    def held(self) -> bool:
        """Whether the mouse is dragging it."""
        return self._held is not None

    def handle_x(self, value: float | None = None) -> float:
        """Where the handle's centre is, or would be at `value`."""
        shown = self._value if value is None else value
        return slider_painting.inset() + position(self._scale, shown) * self._length()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(96), theme.px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(64), theme.px(28))

    def _length(self) -> float:
        return max(1.0, self.width() - 2 * slider_painting.inset())

    def _fit(self) -> None:
        gap = min(0.25, theme.px(slider_painting.GAP) / self._length())
        self._scale = self._scale._replace(gap=gap)

    def _drag_to(self, x: float) -> None:
        at = (x - slider_painting.inset()) / self._length()
        self._move(value_at(self._scale, at, 1 / self._length()))

    def _move(self, value: float) -> None:
        if value == self._value:
            return
        self._value = value
        self._changed = True
        self._describe()
        self.update()
        self.moved.emit(value)

    def _describe(self) -> None:
        """What a screen reader says of it."""
        self.setAccessibleDescription(format_value(self._value))
        self.blockSignals(True)
        self.setValue(round(_GRAIN * position(self._scale, self._value)))
        self.blockSignals(False)

    def _moved_by_reader(self, at: int) -> None:
        self._move(value_at(self._scale, at / _GRAIN, 1 / _GRAIN))
        self._settle()

    def _settle(self) -> None:
        if self._changed:
            self._changed = False
            self.released.emit(self._value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        off = x - self.handle_x()
        grabbed = abs(off) <= slider_painting.inset()
        self._held = off if grabbed else 0.0
        if not grabbed:
            self._drag_to(x)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._drag_to(event.position().x() - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = None
            self.update()
            if self._changed:
                self._settle()
                focus.rest(self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._default is not None:
            self._move(self._default)
            self._settle()
            focus.rest(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        leap, key = page(self._scale), Qt.Key
        steps = {key.Key_Left: -1, key.Key_Down: -1, key.Key_Right: 1, key.Key_Up: 1}
        steps |= {key.Key_PageDown: -leap, key.Key_PageUp: leap}
        pressed = event.key()
        if pressed in steps:
            self._move(nudged(self._scale, self._value, steps[key(pressed)]))
        elif pressed in (key.Key_Home, key.Key_End):
            self._move(value_at(self._scale, float(pressed == key.Key_End)))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._settle()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._held is None:
            self._settle()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        steps = int(self._wheel / 120)
        self._wheel -= 120 * steps
        if steps:
            self._move(nudged(self._scale, self._value, steps))
            self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()
            self.updateGeometry()
        self.update()

    def event(self, event: QEvent) -> bool:
        if self._mark and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            says = markup.escaped(f"{self._mark.says}.")
            tips.show(event.globalPos(), markup.Html(f"{self.toolTip()}<p>{says}</p>"), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        middle = self.height() / 2
        mark = self._mark.at if self._mark else None
        shown = (self._value, self._thermometer, mark)
        slider_painting.draw(painter, self._scale, self.width(), middle, *shown)
        slider_painting.draw_handle(
            painter,
            self.handle_x(),
            middle,
            hovered=self._held is not None or (self.underMouse() and self.isEnabled()),
            focused=self.hasFocus(),
            tick=self.handle_x(mark) if mark is not None and mark > self._scale.low else None,
        )
