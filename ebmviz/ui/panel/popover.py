"""A section that floats over the window, beside what has opened it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from ebmviz.ui.controls import focus
from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import WIDTH
from ebmviz.ui.panel.section import Section

_GAP = 4


class Popover(QScrollArea):
    """Open until Esc, a press of the mouse elsewhere, or another look at what has opened it;
    scrolled where the window is too low for it. closed is sent then.
    """

    closed = Signal()

    def __init__(self, section: Section, over: QWidget) -> None:
        super().__init__(over)
        self.section, self._over = section, over
        section.setProperty("floating", True)
        self._anchor: QWidget | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(section)
        self.hide()

    def open_at(self, anchor: QWidget, to_keys: bool) -> None:
        """Beside a widget; to_keys: the first control has the focus."""
        self._anchor = anchor
        self.fit()
        self.raise_()
        self.show()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        first = next((each for each in self.section.controls() if each.isEnabled()), None)
        if to_keys and first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def close_again(self) -> None:
        """Put it away."""
        if self.isHidden():
            return
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        inside = self.focusWidget()
        held = inside is not None and inside.hasFocus()
        self.hide()
        if held and inside is not None:
            focus.rest(inside)
        self.closed.emit()

    def fit(self) -> None:
        """Below its anchor, or above where there is more room."""
        over, anchor = self._over, self._anchor
        if anchor is None:
            return
        gap = theme.px(_GAP)
        at = QRect(anchor.mapTo(over, anchor.rect().topLeft()), anchor.size())
        above, below = at.top() - 2 * gap, over.height() - at.bottom() - 2 * gap
        wanted = self._wanted(theme.px(WIDTH))
        down = below >= wanted or below >= above
        high = min(wanted, below if down else above)
        wide = min(theme.px(WIDTH) + (theme.px(10) if high < wanted else 0), over.width() - 2 * gap)
        x = max(gap, min(at.left(), over.width() - wide - gap))
        self.setGeometry(x, at.bottom() + gap if down else at.top() - gap - high, wide, high)

    def _wanted(self, width: int) -> int:
        """The height of it all; a formula may be broken."""
        layout = self.section.layout()
        assert layout is not None
        broken = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else 0
        return max(broken, layout.totalMinimumSize().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            if not self._has(watched):
                self.close_again()
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and not QApplication.activePopupWidget():
                event.accept()  # Esc is for this, before anything else
        elif (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and isinstance(watched, QWidget)
            and not QApplication.activePopupWidget()
        ):
            self.close_again()
            return True
        elif event.type() == QEvent.Type.Resize and watched is self._over:
            self.fit()
        elif event.type() == QEvent.Type.LayoutRequest and watched is self.section:
            self.fit()  # rows have come or gone
        return super().eventFilter(watched, event)

    def _has(self, widget: QWidget | None) -> bool:
        """Whether a widget is of it, the list of one of its choices, or what has opened it."""
        while widget is not None:
            if widget is self or widget is self._anchor:
                return True
            widget = widget.parentWidget()
        return False
