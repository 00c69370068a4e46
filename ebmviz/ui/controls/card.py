"""The rounded panel with a title row that everything in the window sits on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme

PAD = 12


class Card(QFrame):
    """Put the content in `body`. The title is in capitals, the detail beside it is not.

    A detail that has no room beside the title goes below it, and stays there until the card has
    another size or title: what changes all the time must not jump. Actions stay at the title,
    which is cut for them, unless the card `yields`: then they go below a title that would be.
    """

    yields = False

    def __init__(self, title: str = "", detail: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self.title = _Heading()
        self.detail = Reading("body")
        self.detail_below = self.actions_below = False
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.detail, 1)
        self._head.addStretch(0)  # keeps actions at the right while the detail is below
        self._actions: list[QWidget] = []
        self._apart = QHBoxLayout()  # of actions without room beside the title
        self._apart.addStretch(1)
        self.body = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addLayout(self.body)
        self.set_title(title, detail)
        self._fit()

    def set_title(self, title: str, detail: str = "") -> None:
        """`detail` is for mathematics, which capitals would change: `F_β(y)`."""
        again = title != self._title
        self._title = title
        self.title.write(title)
        self.title.setVisible(bool(title))
        self.detail.write(detail)
        self.detail.setVisible(bool(detail))
        self._seat(again)

    def add_action(self, widget: QWidget) -> None:
        """Puts a widget at the right end of the title row."""
        self._actions.append(widget)
        self._head.addWidget(widget)

    def on_head(self, at: QPoint) -> bool:
        """Whether a place in it is on its title row."""
        return self.rect().contains(at) and at.y() < self._head.geometry().bottom() + theme.px(4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._seat(again=True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()
            self._seat(again=True)

    def _seat(self, again: bool) -> None:
        """The detail beside the title, or below."""
        gap = self._head.spacing()
        room = self.width() - 2 * theme.px(PAD)
        room -= self.title.sizeHint().width() + gap
        actions = sum(w.sizeHint().width() + gap for w in self._actions if not w.isHidden())
        apart = self.yields and not self.title.isHidden() and room < actions
        self._set_apart(apart)
        room -= 0 if apart else actions
        below = not self.title.isHidden() and self.detail.wanted() > room
        below = below or (self.detail_below and not again)
        if below != self.detail_below:
            self.detail_below = below
            (self._head if below else self._column).removeWidget(self.detail)
            if below:
                self._column.insertWidget(1, self.detail)
            else:
                self._head.insertWidget(1, self.detail, 1)

    def _set_apart(self, apart: bool) -> None:
        """The actions in a row below title and detail, or beside them."""
        if apart == self.actions_below:
            return
        self.actions_below = apart
        before, row = (self._head, self._apart) if apart else (self._apart, self._head)
        if apart:
            self._column.insertLayout(self._column.count() - 1, self._apart)
        for widget in self._actions:
            before.removeWidget(widget)
            row.addWidget(widget)
        if not apart:
            self._column.removeItem(self._apart)
            self._apart.setParent(None)

    def _fit(self) -> None:
        pad = theme.px(PAD) - 1  # the border is one pixel
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(theme.px(8))
        for row in (self._head, self._apart):
            row.setSpacing(theme.px(8))
        self.body.setSpacing(theme.px(4))


class _Heading(Reading):
    """A title that asks for its own width, and takes less where there is less."""

    def __init__(self) -> None:
        super().__init__("title")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def write(self, text: str, *shorter: str) -> None:
        if text != self._ways[0][0]:
            super().write(text, *shorter)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.wanted() + 1, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().sizeHint().height())
