"""The lab: the same scene under many values, side by side, in the landscape's place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.lanes.lane import Lane, without
from ebmviz.core.lanes.of_lab import lab_lanes, overs, said
from ebmviz.core.lanes.over import Over
from ebmviz.core.markup import to_plain
from ebmviz.core.plot import Sheet
from ebmviz.core.scene import Scene
from ebmviz.core.traits import begun_by
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.lab import headings, placed
from ebmviz.figures.registry import FIGURES, LAB
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.ellipsis import beginnings
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.plots.mosaic import Mosaic
from ebmviz.ui.pointing.pointing import Pointed
from ebmviz.ui.views.lab_row import LabRow

_HINT = "click: go on with it · double click: see it alone · right click: more"
_ALONE = "one of {count} · double click or Esc: all again"


class LabView(Card):
    """Tells adopted(key) for a lane that was clicked, and edited(changes, live) for its view."""

    adopted = Signal(str)
    edited = Signal(dict, bool)
    message = Signal(str)
    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__("Lab", _HINT)
        self.setObjectName("lab.card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.row = LabRow()
        self.row.edited.connect(self.edited)
        self.row.refused.connect(self.message)
        self.mosaic = Mosaic(clickable=True, told=True)
        self.mosaic.chosen.connect(self._clicked)
        self.mosaic.taken.connect(self._adopt)
        self.mosaic.opened.connect(self._open)
        self.mosaic.dropped.connect(self._drop)
        self.mosaic.asked.connect(self._ask)
        self.mosaic.pointed.connect(self.pointed)
        self.caption = Reading()
        for widget in self.row.beside:
            self.add_action(widget)
        self.body.addWidget(self.row)
        self.body.addWidget(self.mosaic, 1)
        self.body.addWidget(self.caption)
        self.menu = QMenu(self)
        self.shown: list[str] = []  # keys in the order of the tiles
        self._lanes: dict[str, Lane] = {}
        self._overs: tuple[Over, ...] = ()
        self._own, self._alone, self._watched = "", "", False
        self._waiting = -1  # a tile that was clicked, and may be clicked again
        self._second = QTimer(self)
        self._second.setSingleShot(True)
        self._second.timeout.connect(lambda: self._adopt(self._waiting))
        self.hide()

    def show_scene(self, scene: Scene, catalogue: Catalogue) -> None:
        """Which lanes there are, and which is the model's own."""
        try:
            self._overs = overs(scene, catalogue)
            self._lanes = {lane.key: lane for lane in lab_lanes(scene, catalogue)}
        except UserError:
            self._overs, self._lanes = (), {}  # the row says why
        own = (k for k, lane in self._lanes.items() if lane.scene.values == scene.values)
        self._own = next(own, "")
        self._alone = scene.view.lane if scene.view.lane in self._lanes else ""
        self._entitle()
        self.row.show_scene(scene, catalogue)
        self._mark()

    def show_shot(self, shot: Shot) -> None:
        """Draw all lanes, or the one that is to be seen alone."""
        drawn = FIGURES[LAB].shown((shot,))
        assert isinstance(drawn, Sheet)
        keys = shot.snapshot.labels.get("lab", ())
        self.shown = [keys[lane] for row in placed(shot) for lane in row]
        self.mosaic.show_sheet(drawn, headings(shot))
        wait = f"Press {begun_by(shot.scene.facts)}: all runs train at once."
        said = drawn.caption or (wait if shot.snapshot.step == 0 else "")
        self.caption.write(*beginnings(said))
        self.caption.setVisible(bool(said) and not (self._watched and said is wait))
        self._mark()

    def light(self, at: Pointed) -> None:
        """What shows a symbol, in each of the runs."""
        for each in (self.mosaic, self.caption):
            each.light(at)

    def watch(self, on: bool = True) -> None:
        """In front of a class, nothing that asks for a hand: the landscapes have its room."""
        self._watched = on
        for each in (self.row, *self.row.beside):
            each.setVisible(not on)
        self._entitle()

    def _entitle(self) -> None:
        said = _ALONE.format(count=len(self._lanes)) if self._alone else _HINT
        self.set_title("Lab", "" if self._watched else said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape: all lanes again."""
        if event.key() == Qt.Key.Key_Escape and self._alone:
            self._show_alone("")
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._second.stop()

    def _mark(self) -> None:
        self.mosaic.mark(self.shown.index(self._own) if self._own in self.shown else -1)

    def _clicked(self, index: int) -> None:
        """Go on with a lane, unless a second click makes it a double one."""
        self._waiting = index
        self._second.start(QApplication.doubleClickInterval())

    def _adopt(self, index: int) -> None:
        self._second.stop()
        if 0 <= index < len(self.shown):
            self.adopted.emit(self.shown[index])

    def _open(self, index: int) -> None:
        self._second.stop()
        if index < len(self.shown):
            self._show_alone("" if self._alone else self.shown[index])

    def _show_alone(self, key: str) -> None:
        self.edited.emit({"view.lane": key}, False)

    def _drop(self, index: int) -> None:
        if index < len(self.shown) and not self._alone:
            self._leave_out(self.shown[index], len(self._overs) - 1)

    def _ask(self, index: int, at: QPoint) -> None:
        self._second.stop()
        if index < len(self.shown):
            self._fill(self.shown[index], index)
            self.menu.popup(at)

    def _fill(self, key: str, index: int) -> None:
        self.menu.clear()
        add = self.menu.addAction
        add("Go on with this run\tEnter").triggered.connect(lambda: self._adopt(index))
        alone = "All runs again\tEsc" if self._alone else "Show it alone\tZ"
        add(alone).triggered.connect(lambda: self._show_alone("" if self._alone else key))
        if self._alone or key not in self._lanes:
            return
        for axis, name in enumerate(self._lanes[key].names):
            if len(self._overs[axis].values) > 1:
                action = add(f"Leave out {to_plain(name)}")
                action.triggered.connect(lambda _=False, axis=axis: self._leave_out(key, axis))

    def _leave_out(self, key: str, axis: int) -> None:
        if key in self._lanes and len(self._overs[axis].values) > 1:
            self.edited.emit(said(without(self._overs, self._lanes[key], axis)), False)
