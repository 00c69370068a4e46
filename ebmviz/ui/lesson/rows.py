"""The list of stops: each with its picture, its name and the beginning of its text."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDropEvent, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ebmviz.core.lesson.prose import named, plain
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.stop import NAME
from ebmviz.ui.lesson.thumbnails import Thumbnails
from ebmviz.ui.look import theme

_READ = 1000  # letters, of which a row has room for fewer
_HIGH, _WIDE, _GAP, _LINE = 62, 80, 8, 18
_ROLE = int(Qt.ItemDataRole.UserRole)
_SAID, _PICTURE, _ASKS, _HERE = range(_ROLE, _ROLE + 4)
_Index = QModelIndex | QPersistentModelIndex


class Rows(QListWidget):
    """chosen(index): a click, or Return. moved(index, to): dragged. renamed(index, name)."""

    chosen = Signal(int)
    moved = Signal(int, int)
    renamed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("stop-rows")
        self.setAccessibleName("Stops of the lesson")
        self.setItemDelegate(_Row(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        self.itemClicked.connect(lambda item: self.chosen.emit(self.row(item)))
        self.itemActivated.connect(lambda item: self.chosen.emit(self.row(item)))
        self.itemChanged.connect(lambda item: self.renamed.emit(self.row(item), item.text()))

    def show_state(self, state: LessonState, pictures: Thumbnails) -> None:
        """As they are; the same row stays chosen unless another stop has been gone to."""
        row = self.currentRow()
        self.blockSignals(True)
        stops = state.lesson.stops
        while self.count() > len(stops):
            self.takeItem(self.count() - 1)
        while self.count() < len(stops):
            self.addItem(QListWidgetItem())
        for i, stop in enumerate(stops):
            item = self.item(i)
            item.setText(stop.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
            item.setData(_SAID, plain(stop.text[:_READ])[:200])
            item.setData(_PICTURE, pictures.of(stop))
            item.setData(_ASKS, stop.asks)
            item.setData(_HERE, i == state.at)
        self.setCurrentRow(min(row, len(stops) - 1))
        self.blockSignals(False)
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:
        row, to = self.currentRow(), self.place_at(event.position().toPoint().y())
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the store moves it, the list follows
        event.accept()
        self.moved.emit(row, to - (to > row))

    def place_at(self, y: int) -> int:
        """Before which row something is dropped at a height."""
        middles = (self.visualItemRect(self.item(i)).center().y() for i in range(self.count()))
        return sum(middle < y for middle in middles)


class _Row(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(theme.px(120), theme.px(_HIGH))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = QRect(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        here = bool(index.data(_HERE))
        lit = 0.12 if state & QStyle.StateFlag.State_Selected else 0.05
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.tint("text", lit))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), theme.px(5), theme.px(5))
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.tint("accent"))
            bar = QRectF(rect.left() + 2, rect.top() + theme.px(8), 3, rect.height() - theme.px(16))
            painter.drawRoundedRect(bar, 1.5, 1.5)
        self._picture(painter, _frame(rect), index)
        self._words(painter, rect, index, here)
        painter.restore()

    def _picture(self, painter: QPainter, frame: QRectF, index: _Index) -> None:
        picture = index.data(_PICTURE)
        path = QPainterPath()
        path.addRoundedRect(frame, theme.px(4), theme.px(4))
        painter.setPen(theme.tint("border"))
        painter.setBrush(theme.tint("panel"))
        painter.drawPath(path)
        number = str(index.row() + 1)
        if isinstance(picture, QPixmap):
            painter.save()
            painter.setClipPath(path)
            painter.drawPixmap(frame, picture, QRectF(picture.rect()))
            painter.restore()
        else:
            painter.setFont(theme.font("hero"))
            painter.setPen(theme.tint("muted", 0.7))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, number)

    def _words(self, painter: QPainter, rect: QRect, index: _Index, here: bool) -> None:
        name, said = _name(rect), str(index.data(_SAID) or "")
        if index.data(_ASKS):
            painter.setFont(theme.font("hero"))
            painter.setPen(theme.tint("accent"))
            mark = QRectF(name.right() - theme.px(14), name.top(), theme.px(14), name.height())
            painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, "?")
            name.setRight(name.right() - theme.px(18))
        font = theme.font("body")
        font.setBold(here)
        painter.setFont(font)
        painter.setPen(theme.tint("text"))
        text = f"{index.row() + 1}  {named(str(index.data()))}"
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.tint("muted"))
        below = _name(rect).translated(0, theme.px(_LINE + 2))
        elided = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: _Index
    ) -> QWidget:
        box = QLineEdit(parent)
        box.setObjectName("stop-name")
        box.setMaxLength(NAME)
        return box

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index
    ) -> None:
        place = _name(QRect(option.rect))
        gap = theme.px(5)
        editor.setGeometry(place.adjusted(-gap, -gap, gap, gap))


def _frame(rect: QRect) -> QRectF:
    wide, gap = theme.px(_WIDE), theme.px(_GAP)
    high = wide * 5 / 8
    corner = QPointF(rect.left() + gap, rect.top() + (rect.height() - high) / 2)
    return QRectF(corner.x(), corner.y(), wide, high)


def _name(rect: QRect) -> QRect:
    left = rect.left() + theme.px(_GAP * 2 + _WIDE)
    top = rect.center().y() - theme.px(_LINE + 1)
    return QRect(left, top, rect.right() - theme.px(_GAP) - left, theme.px(_LINE))
