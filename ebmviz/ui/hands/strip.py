"""The tools at the map: a narrow strip beside it, which covers nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton, QWidget

from ebmviz.core import palette
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.buttons import ActionButton
from ebmviz.ui.hands.tools import TOOLS
from ebmviz.ui.look import theme

_GAP = 2
_CELL = 30  # of a button with its gap


class ToolStrip(QWidget):
    """A button for each tool, and one for each class of the data. classed(k) is sent when a class
    is chosen. In a low window there are two columns, and none where those are too high.
    """

    classed = Signal(int)

    def __init__(self, acts: dict[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("tools")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._buttons: list[QToolButton] = [ActionButton(acts[tool.action]) for tool in TOOLS]
        for button in self._buttons:
            button.setProperty("flat", True)
        self._chips: list[Chip] = []
        self._classes = QButtonGroup(self)
        self._columns = self._room = 0
        self._most = 2
        self._offered = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.fit(0)

    @property
    def classes(self) -> int:
        """How many there are to choose from."""
        return len(self._chips)

    def choose(self, k: int) -> None:
        """Show which class is chosen."""
        if k < len(self._chips):
            self._chips[k].setChecked(True)

    def offer(self, names: tuple[str, ...], chosen: int) -> None:
        """The classes of the data, by name; none where they have none."""
        if [chip.name for chip in self._chips] != list(names):
            for chip in self._chips:
                self._classes.removeButton(chip)
                chip.hide()  # at once: a loop within may keep it for a while
                chip.deleteLater()
            self._chips = [Chip(k, name) for k, name in enumerate(names)]
            for k, chip in enumerate(self._chips):
                self._classes.addButton(chip)
                chip.clicked.connect(lambda _=False, k=k: self.classed.emit(k))
            self._columns = 0
            self.fit(self._room, self._most)
        self.choose(chosen)

    def allow(self, on: bool) -> None:
        """Whether there is anything to hold them to."""
        if on != self._offered:
            self._offered = on
            self.fit(self._room, self._most)

    def fit(self, height: int, most: int = 2) -> None:
        """To so much room, in so many columns at most; idle while nothing changes."""
        self._room, self._most = height, most
        every = [*self._buttons, *self._chips]
        rows = max(1, height // theme.px(_CELL))
        columns = -(-len(every) // rows)
        self.setVisible(self._offered and columns <= most)
        columns = min(columns, most)
        if columns == self._columns:
            return
        self._columns = columns
        self._grid.setSpacing(theme.px(_GAP))
        each = -(-len(every) // columns)
        while self._grid.count():
            self._grid.takeAt(0)
        for n, button in enumerate(every):
            self._grid.addWidget(button, n % each, n // each)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(each, 1)


class Chip(QToolButton):
    """A class, in its colour."""

    def __init__(self, k: int, name: str) -> None:
        super().__init__()
        self._role = palette.class_role(k)
        self.setObjectName(f"tools.class.{k}")
        self.setAccessibleName(f"Class {name}")
        self.setCheckable(True)
        self.setProperty("flat", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name = name
        tips.give(self, f"Class {name}: of painted points, and of those selected ({k + 1})")

    def sizeHint(self) -> QSize:
        return QSize(theme.px(28), theme.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tint(self._role))
        radius = theme.px(7 if self.isChecked() else 5)
        painter.drawEllipse(self.rect().center(), radius, radius)
