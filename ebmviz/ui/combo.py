"""A flat combo box with our chevron and a rounded list."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from ebmviz.core import markup
from ebmviz.ui import keys, theme

_CHEVRON, _EDGE = 16, 8


class Combo(QComboBox):
    """A choice of keys, each shown by its text. `activated` tells what the user did."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        keys.keep(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(16)
        self.setItemDelegate(QStyledItemDelegate(self))  # the one that the style sheet reaches
        popup = self.view().window()
        popup.setWindowFlags(
            Qt.WindowType.Popup
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint
        )
        popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)

    def set_choices(self, choices: Mapping[str, str]) -> None:
        """Offers `choices`: key to text. Does nothing when they are the same."""
        old = {self.itemData(i): self.itemText(i) for i in range(self.count())}
        new = {key: markup.to_plain(text) for key, text in choices.items()}
        if old == new and list(old) == list(new):
            return
        key = self.key()
        self.clear()
        for each, text in new.items():
            self.addItem(text, each)
        if key in new:
            self.set_key(key)

    def key(self) -> str:
        """What is chosen, "" for nothing."""
        return self.currentData() or ""

    def set_key(self, key: str) -> None:
        """Chooses without telling."""
        self.setCurrentIndex(self.findData(key))

    def showPopup(self) -> None:
        metrics = self.fontMetrics()
        texts = (self.itemText(i) for i in range(self.count()))
        width = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        self.view().setMinimumWidth(max(self.width(), width + theme.px(36)))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the panel scrolls, the value stays

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.width() - theme.px(_EDGE + _CHEVRON + 12)
        cut = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, cut, room)
        size = theme.px(_CHEVRON)
        role = "muted" if self.isEnabled() else "track"
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.drawPixmap(
            self.width() - theme.px(_EDGE) - size,
            (self.height() - size) // 2,
            theme.pixmap("chevron-down", size, painter.device().devicePixelRatioF(), role),
        )
