"""The dock of stops: a list to go through, and below it what is said at the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ebmviz.core.lesson import text
from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.stop import LONGEST, SECONDS, WAYS, Stop
from ebmviz.core.outside import clean
from ebmviz.core.params import Affects, number, real
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.buttons import ActionButton
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.text import Text
from ebmviz.ui.controls.textbox import TextBox
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.lesson.rows import Rows
from ebmviz.ui.lesson.stops import Stops
from ebmviz.ui.lesson.thumbnails import Thumbnails
from ebmviz.ui.look import theme
from ebmviz.ui.session.store import Store

_WIDTH, _ROOM = 300, 1500  # of the dock; of a window that has it beside the rest
_HIGH, _TOP, _EDGE, _TEXT = 620, 64, 16, 120
_BELOW, _NARROW = 108, 1200  # the bar below; a window whose cards have no room for it
_TITLE = 60  # letters
_ON_ONE = ("update-stop", "duplicate-stop", "delete-stop", "stop-up", "stop-down")
_WAYS = {"cut": "At once", "morph": "Moving"}
_MOVING = "On the way; any key or click stops it"
_EXPLAINED = (
    "Text of the stop, in Markdown: a line *** separates a question from its answer, and lines"
    " that begin with > are notes for you alone"
)


class StopsDock(QDockWidget):
    """gone(index): a stop was chosen. index: the row that edits are about, −1 for none."""

    gone = Signal(int)
    message = Signal(str)

    def __init__(
        self,
        store: Store,
        stops: Stops,
        pictures: Thumbnails,
        acts: dict[str, QAction],
        parent: QWidget,
    ) -> None:
        super().__init__("Stops", parent)
        self.setObjectName("stops")
        self._store, self._stops, self._pictures, self._acts = store, stops, pictures, acts
        self.rows = Rows()
        self.editing = QPushButton("Edit")
        self.editing.setObjectName("stop-editing")
        self.editing.setCheckable(True)
        self.editing.setProperty("segment", True)
        tips.give(self.editing, "Edit what is said, its answer and notes, and how it is reached")
        self.text = TextBox()
        self.text.setObjectName("stop-text")
        self.text.setAccessibleName("Text of the stop")
        self.text.setPlaceholderText("What is seen here, and why")
        tips.give(self.text, _EXPLAINED)
        self.way = Combo()
        self.way.setObjectName("stop-way")
        self.way.setAccessibleName("How the stop is reached")
        self.way.set_choices(_WAYS)
        self.seconds = ValueBox(
            real("Seconds", affects=Affects.NOTHING, low=0, high=LONGEST, unit="s"), SECONDS
        )
        self.seconds.setObjectName("stop-seconds")
        self.seconds.setAccessibleName("Seconds of the way to the stop")
        self._stood: tuple[int | None, bool] = (None, False)  # what was gone to last
        self._about = -1  # whose text is shown
        self._moving = False
        self._lay_out()
        self._connect()
        self.hide()
        self.show_state()

    @property
    def index(self) -> int:
        """The stop that edits are about."""
        return self.rows.currentRow()

    def toggle(self) -> None:
        """Show it, beside the cards where there is room for it, else over them, or put it away."""
        if self.isHidden():
            self.offer()
        else:
            self.hide()

    def offer(self) -> None:
        """Show it."""
        if self.isHidden():
            self.setFloating(self._room() < theme.px(_ROOM))
            if self.isFloating():
                self._float()
            self.show()
            self.show_state()
            if self.isFloating():
                self.rows.setFocus()

    def _room(self) -> int:
        parent = self.parentWidget()
        return parent.width() if parent else 0

    def _float(self) -> None:
        """Over the cards, or in a narrow window over the panel: the map stays in sight."""
        parent = self.parentWidget()
        if parent:
            high = min(theme.px(_HIGH), parent.height() - theme.px(_TOP + _BELOW))
            self.resize(theme.px(_WIDTH), high)
            right = parent.width() - self.width() - theme.px(_EDGE)
            left = theme.px(_EDGE) if parent.width() < theme.px(_NARROW) else right
            self.move(parent.mapToGlobal(QPoint(left, theme.px(_TOP))))

    def _lay_out(self) -> None:
        tools, said, below = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._way_row = QHBoxLayout()
        self._way_row.setContentsMargins(0, 0, 0, 0)
        self.kind = Text("", tone="muted")
        said.addWidget(self.kind, 1)
        said.addWidget(self.editing)
        for name in ("add-stop", *_ON_ONE):
            tools.addWidget(ActionButton(self._acts[name], text=name == "add-stop"))
        tools.addStretch(1)
        self._way = QWidget()
        self._way.setLayout(self._way_row)
        for widget in (Text("Reached", tone="muted"), self.way, self.seconds, Text("s")):
            self._way_row.addWidget(widget)
        for name, short in (("previous-stop", "Back"), ("reveal", "Answer"), ("next-stop", "Next")):
            self._acts[name].setIconText(short)
            button = ActionButton(self._acts[name], text=True, primary=name == "next-stop")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            below.addWidget(button, 1)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.addLayout(tools)
        self._column.addWidget(self.rows, 1)
        self._column.addLayout(said)
        self._column.addWidget(self.text)
        self._column.addWidget(self._way)
        self._column.addLayout(below)
        self._rows_of = (tools, said, self._way_row, below)
        self.setWidget(inside)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_column"):
            self._dress()

    def _dress(self) -> None:
        gap = theme.px(8)
        self._column.setContentsMargins(gap, gap, gap, gap)
        self._column.setSpacing(gap)
        for row in self._rows_of:
            row.setSpacing(theme.px(4))
        self.text.setFixedHeight(theme.px(_TEXT))
        self.seconds.setFixedWidth(theme.px(56))
        self.setMinimumWidth(theme.px(_WIDTH))
        self.rows.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_WIDTH), theme.px(_HIGH))

    def _connect(self) -> None:
        self.rows.chosen.connect(self.gone)
        self.rows.moved.connect(self._stops.move)
        self.rows.renamed.connect(self._stops.rename)
        self.rows.currentRowChanged.connect(lambda _: self._show_one())
        self.text.committed.connect(self._said)
        self.editing.toggled.connect(lambda _: self._show_one())
        self.way.activated.connect(lambda _: self._reach())
        self.seconds.committed.connect(lambda _: self._reach())
        self.seconds.rejected.connect(self.message)
        self._store.lessonChanged.connect(lambda _: self.show_state())
        self._stops.added.connect(self._added)
        self._pictures.changed.connect(self.show_state)

    def show_moving(self, moving: bool) -> None:
        """Whether a stop is on its way."""
        self._moving = moving
        self._show_one()

    # what is shown ----------------------------------------------------------------------

    def show_state(self) -> None:
        """The lesson as it is, and what can be done with it."""
        state, at = self._store.lesson, self._store.lesson.at
        self.rows.show_state(state, self._pictures)
        if (at, state.revealed) != self._stood:
            self._stood = at, state.revealed
            if at is not None:
                self.rows.setCurrentRow(at)
                self.rows.scrollToItem(self.rows.item(at))
        title = clean(named(state.lesson.title), _TITLE)
        self.setWindowTitle(f"Stops · {title}" if title else "Stops")
        self._show_one()

    def _show_one(self) -> None:
        """The chosen stop, and which actions do something."""
        state, index = self._store.lesson, self.index
        stops, own = state.lesson.stops, state.stop
        chosen = stops[index] if 0 <= index < len(stops) else None
        asks = bool(own and own.asks)
        hidden = asks and not state.revealed
        can = {
            **dict.fromkeys(_ON_ONE, chosen is not None),
            "stop-up": index > 0,
            "stop-down": 0 <= index < len(stops) - 1,
            "next-stop": hidden or (-1 if state.at is None else state.at) < len(stops) - 1,
            "previous-stop": state.revealed or bool(state.at),
            "reveal": asks,
        }
        for name, on in can.items():
            self._acts[name].setEnabled(on)
        shown = asks and state.revealed
        self._acts["reveal"].setText("Show the question" if shown else "Show the answer")
        self._acts["reveal"].setIconText("Question" if shown else "Answer")
        self._show_said(chosen, revealed=shown and index == state.at)
        self.way.set_key(chosen.way if chosen else WAYS[0])
        self.seconds.set_value(chosen.seconds if chosen else SECONDS)
        self.seconds.setEnabled(chosen is not None and chosen.way != WAYS[0])

    def _show_said(self, chosen: Stop | None, revealed: bool) -> None:
        """All of it while it is edited; else what a class may see, the answer once it is shown."""
        edits = self.editing.isChecked()
        self.editing.setEnabled(chosen is not None)
        self.text.setReadOnly(not edits)
        self.text.setEnabled(chosen is not None)
        self._way.setVisible(edits)
        asks = bool(chosen and chosen.asks)
        kind = "Text" if edits or not asks else "Answer" if revealed else "Question"
        self.kind.setText(_MOVING if self._moving else kind)
        typing = self.text.isModified() and self._about == self.index
        self._about = self.index
        if typing:
            return
        if chosen is None:
            self.text.set_text("")
        elif edits:
            self.text.set_text(text.body(chosen))
        else:
            self.text.set_text(chosen.answer if revealed and chosen.answer else chosen.text)

    def _added(self, index: int) -> None:
        self.editing.setChecked(True)
        self.rows.setCurrentRow(index)

    def _said(self, said: str) -> None:
        if 0 <= self._about < len(self._store.lesson.lesson.stops):
            self._stops.say(self._about, said)

    def _reach(self) -> None:
        if self.index >= 0:
            way = next(each for each in WAYS if each == self.way.key())
            self._stops.reach(self.index, way, number(self.seconds.value()))
