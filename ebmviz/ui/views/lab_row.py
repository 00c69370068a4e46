"""What stands above the lab: what varies, over which values, in which colours and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QWidget

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.lanes.of_lab import AT, MOST, overs, said
from ebmviz.core.lanes.over import BETWEEN, Over, parsed
from ebmviz.core.lanes.suggested import choices, suggested, varied
from ebmviz.core.markup import to_plain
from ebmviz.core.scene import Scene, fields
from ebmviz.ui.controls import focus, tips
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme

_NONE = ""  # no second path
_HELP = "Values, separated by commas; 1..12 for whole numbers. Enter applies them"
_WIDE = 128
_BESIDE = 3  # values of a second path, to begin with


class Axis(QObject):
    """One path and its values: a list to choose from, and a box to write in; values that have names
    are chosen in a menu of the box, too. written is sent with other values.
    """

    written = Signal()

    def __init__(self, name: str, said: str, parent: QObject) -> None:
        super().__init__(parent)
        self.path, self.values = Combo(), QLineEdit()
        self.path.setObjectName(f"lab.path.{name}")
        self.path.setAccessibleName(said)
        self.path.set_help(said)
        self.values.setObjectName(f"lab.values.{name}")
        self.values.setAccessibleName(f"{said}: values")
        self.values.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.values.editingFinished.connect(self._finished)
        self.values.returnPressed.connect(lambda: focus.rest(self.values))
        tips.give(self.values, _HELP)
        self.menu = QMenu(self.values)
        self._opens = QAction("Choose values", self.values)
        self._opens.triggered.connect(self._open)

    def show_over(self, over: Over | None, named: Mapping[str, str]) -> None:
        """What the scene says, unless something else is being written. named: values by name."""
        self.path.set_key(over.path if over else _NONE)
        self.values.setVisible(over is not None)
        if named:
            self.values.addAction(self._opens, QLineEdit.ActionPosition.TrailingPosition)
        else:
            self.values.removeAction(self._opens)
        words = over.text.partition("=")[2].split(",") if over else []
        self._fill(named, words)
        if not (self.values.hasFocus() and self.values.isModified()):
            self.values.setText(", ".join("∞" if word == "inf" else word for word in words))
            self.values.setCursorPosition(0)

    @property
    def text(self) -> str:
        """As `parsed` reads it."""
        return f"{self.path.key()}={self.values.text()}"

    def dress(self) -> None:
        """The icon in the colour of the theme."""
        self._opens.setIcon(theme.icon("chevron-down", theme.current(), "muted"))

    def _fill(self, named: Mapping[str, str], chosen: Sequence[str]) -> None:
        self.menu.clear()
        for word, name in named.items():
            action = self.menu.addAction(to_plain(name))
            action.setCheckable(True)
            action.setChecked(word in chosen)
            action.triggered.connect(lambda on, word=word: self._choose(named, chosen, word, on))

    def _choose(self, named: Mapping[str, str], chosen: Sequence[str], word: str, on: bool) -> None:
        kept = [each for each in named if (on if each == word else each in chosen)]
        if kept:
            self.values.setText(",".join(kept))
            self.written.emit()

    def _open(self) -> None:
        self.menu.popup(self.values.mapToGlobal(QPoint(0, self.values.height())))

    def _finished(self) -> None:
        if self.values.isModified():
            self.values.setModified(False)
            self.written.emit()


class LabRow(QWidget):
    """Tells edited(changes, live), and refused(sentence) of values that cannot be. beside: what
    goes into the title row of its card.
    """

    edited = Signal(dict, bool)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.first = Axis("first", "What varies from run to run", self)
        self.second = Axis("second", "What varies beside it, as columns", self)
        self.scale, self.order = Combo(), Combo()
        self._scene: Scene | None = None
        self._catalogue: Catalogue | None = None
        for axis in (self.first, self.second):
            axis.path.activated.connect(lambda _=0, axis=axis: self._chosen(axis))
            axis.written.connect(self._written)
        for combo, path in ((self.scale, "view.lane_scale"), (self.order, "view.lane_order")):
            combo.setObjectName(path)
            combo.activated.connect(lambda _=0, c=combo, at=path: self._tell({at: c.key()}))
        words = (Text("Colours", tone="muted"), Text("Sort", tone="muted"))
        self.beside = (words[0], self.scale, words[1], self.order)
        self._line = QHBoxLayout(self)
        self._line.addWidget(Text("Over", tone="muted"))
        self._add(self.first)
        self._line.addWidget(Text("and", tone="muted"))
        self._add(self.second)
        self._fit()

    def _add(self, axis: Axis) -> None:
        self._line.addWidget(axis.path, 3)
        self._line.addWidget(axis.values, 4)

    def show_scene(self, scene: Scene, catalogue: Catalogue) -> None:
        """Everything as the scene has it; a path that cannot vary any more stays to be read."""
        self._scene, self._catalogue = scene, catalogue
        offered = varied(scene, catalogue)
        try:
            shown = overs(scene, catalogue)
        except UserError as error:
            shown = ()
            self.refused.emit(str(error))
        self.first.path.set_choices(offered)
        here = shown[0].path if shown else ""
        rest = {path: name for path, name in offered.items() if path != here}
        self.second.path.set_choices({_NONE: "nothing else", **rest})
        pair = (*shown, None, None)
        for axis, over in ((self.first, pair[0]), (self.second, pair[1])):
            axis.show_over(over, choices(over.path, scene, catalogue) if over else {})
        declared = fields(scene, catalogue)
        for combo, at in ((self.scale, "view.lane_scale"), (self.order, "view.lane_order")):
            combo.set_choices(declared[at].choices)
            combo.set_key(scene.word(at))
            combo.setAccessibleName(declared[at].label)
            combo.set_help(declared[at].help)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_line"):
            self._fit()

    def _chosen(self, axis: Axis) -> None:
        """Another path: with values to begin with."""
        assert self._scene
        assert self._catalogue
        path, first = axis.path.key(), overs(self._scene, self._catalogue)[0]
        values = suggested(path, self._scene, self._catalogue) if path else ""
        if axis is self.first:
            self._vary([f"{path}={values}"])
        elif path:  # not so many that the other has no room beside them
            few = msgspec.structs.replace(first, values=first.values[: MOST // _BESIDE])
            self._vary([few.text, f"{path}={','.join(values.split(',')[:_BESIDE])}"])
        else:
            self._vary([first.text])

    def _written(self) -> None:
        self._vary([each.text for each in (self.first, self.second) if each.path.key()])

    def _vary(self, parts: list[str]) -> None:
        """Ask for these lanes; of the losses alone as older sessions have them."""
        assert self._scene
        assert self._catalogue
        try:
            found = parsed(BETWEEN.join(parts), self._scene, self._catalogue, AT, MOST)
        except UserError as error:
            self.refused.emit(str(error).removeprefix(f"{AT}: "))
            return
        self._tell({"view.lane": "", **said(found)})

    def _tell(self, changes: dict[str, object]) -> None:
        self.edited.emit(changes, False)

    def _fit(self) -> None:
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(6))
        for combo in (self.scale, self.order):
            combo.setFixedWidth(theme.px(_WIDE))
        for axis in (self.first, self.second):
            axis.values.setMinimumWidth(theme.px(60))
            axis.dress()
