"""A flat combo box with our chevron and a rounded list."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from ebmviz.core import markup
from ebmviz.ui.controls import focus, tips, wheel
from ebmviz.ui.controls.ellipsis import first_that_fits
from ebmviz.ui.look import theme

_CHEVRON, _EDGE = 16, 8
_SUBTITLES = (" · ", ": ", " (")  # what follows is left out where there is no room
_HEADING = int(Qt.ItemDataRole.UserRole) + 1


class Combo(QComboBox):
    """A choice of keys, each shown by its text. `activated` tells what the user did."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wheel.guard(self)
        self._stepping = False  # by arrows or the wheel: more steps may follow
        self._help = ""
        self.activated.connect(self._done)
        self.currentTextChanged.connect(lambda _: self._say())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(22)
        self.setItemDelegate(_Lines(self))
        self._offered: tuple[object, ...] = ()
        popup = self.view().window()
        popup.setWindowFlags(
            Qt.WindowType.Popup
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint
        )
        popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)

    def set_choices(
        self,
        choices: Mapping[str, str],
        refused: Mapping[str, str] | None = None,
        headings: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Offers `choices`: key to text. Does nothing when they are the same.

        refused: keys that cannot be chosen, each with its reason. headings: words above a key.
        notes: the tooltip of a key, its whole text where there is none.
        """
        refused, headings, notes = refused or {}, headings or {}, notes or {}
        texts = {key: markup.to_plain(text) for key, text in choices.items()}
        offered = tuple(tuple(m.items()) for m in (texts, refused, headings, notes))
        if offered == self._offered:
            return
        self._offered = offered
        key = self.key()
        model = QStandardItemModel(self)
        for each, text in texts.items():
            if each in headings:
                heading = QStandardItem(headings[each])
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setData(True, _HEADING)
                model.appendRow(heading)
            item = QStandardItem(text)
            item.setData(each, Qt.ItemDataRole.UserRole)
            if each in refused:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            tips.give(item, refused.get(each) or notes.get(each) or text)
            model.appendRow(item)
        self.setModel(model)  # which deletes the one before
        self.set_key(key if key in texts else next(iter(texts), ""))

    def set_help(self, text: str) -> None:
        """The tooltip; where what is chosen is cut short, below the whole of that."""
        self._help = text
        self._say()

    def shown(self) -> str:
        """What is chosen, as much as there is room for: a subtitle goes before any word does."""
        room, metrics = self.width() - theme.px(_EDGE + _CHEVRON + 12), self.fontMetrics()
        whole = self.currentText()
        ways = (whole, *(whole.partition(mark)[0] for mark in _SUBTITLES))
        return first_that_fits(ways, lambda text: metrics.horizontalAdvance(text) <= room)

    def key(self) -> str:
        """What is chosen, "" for nothing."""
        return self.currentData() or ""

    def set_key(self, key: str) -> None:
        """Chooses without telling."""
        if key != self.key():
            self.setCurrentIndex(self.findData(key))

    def showPopup(self) -> None:
        metrics = self.fontMetrics()
        texts = (self.itemText(i) for i in range(self.count()))
        width = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        self.view().setMinimumWidth(max(self.width(), width + theme.px(36)))
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showPopup()
            return
        self._stepping = True
        super().keyPressEvent(event)
        self._stepping = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._stepping = True
        super().wheelEvent(event)
        self._stepping = False

    def _say(self) -> None:
        whole = self.currentText()
        told = bool(self._help) and (self.shown() == whole or whole in self._help)
        lines = ("" if told else markup.escaped(whole), tips.inside(self._help))
        tips.give(self, markup.Html("<br>".join(filter(None, lines))))

    def _done(self) -> None:
        if not self._stepping:
            wheel.release(self)
            focus.rest(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._say()

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        chevron(self, painter)


def chevron(widget: QWidget, painter: QPainter) -> None:
    """At the right end of what opens a list."""
    size = theme.px(_CHEVRON)
    role = "muted" if widget.isEnabled() else "track"
    painter.drawPixmap(
        widget.width() - theme.px(_EDGE) - size,
        (widget.height() - size) // 2,
        theme.pixmap("chevron-down", size, painter.device().devicePixelRatioF(), role),
    )


class _Lines(QStyledItemDelegate):
    """The lines of the list, as the style sheet has them; headings small, over a rule."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        if not index.data(_HEADING):
            super().paint(painter, option, index)
            return
        rect = option.rect
        inside = rect.adjusted(theme.px(6), 0, -theme.px(6), -theme.px(3))
        painter.save()
        if index.row() > 0:
            painter.setPen(theme.tint("border"))
            painter.drawLine(rect.left(), rect.top() + 2, rect.right(), rect.top() + 2)
        painter.setFont(theme.font("title"))
        painter.setPen(theme.tint("muted"))
        sides = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(inside, sides, str(index.data()))
        painter.restore()
