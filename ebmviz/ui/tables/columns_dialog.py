"""The dialog that asks what the columns of a table are, and which scene shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from ebmviz.core import assets, axes, library, markup
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.numerals import counted
from ebmviz.core.outside import short
from ebmviz.core.samples import LABELLED, Shape
from ebmviz.core.scene import Scene
from ebmviz.files import opening
from ebmviz.files.tables.columns import Column, Table
from ebmviz.files.tables.roles import Roles, chosen, said, samples
from ebmviz.files.tables.suggestion import settled, suggested
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.text import Plain, Text
from ebmviz.ui.look import theme
from ebmviz.ui.tables.columns_preview import ColumnsPreview, column_title

_LINES = 3  # of the note, so that nothing moves when it grows
_NONE = "none"
_HERE = "here"
_SLOTS = ("y1", "y2", "x", "label", "v1", "v2")  # two in each column of the form
_SECOND = _SLOTS[4:]
_OPEN, _CANCEL = QDialogButtonBox.StandardButton.Open, QDialogButtonBox.StandardButton.Cancel


class ColumnsDialog(QDialog):
    """Shows the first rows of a table, asks for the roles of its columns, and says what they make.
    Columns that are not all numbers are shown, and refused as y and x with the first cell that is
    none. Tables with the same headings begin with what was chosen last time.
    """

    def __init__(
        self, table: Table, name: str, scene: Scene, catalogue: Catalogue, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Columns of points")
        self._table, self._scene, self._catalogue = table, scene, catalogue
        self._name = name
        self._fitting: dict[
            tuple[str, ...], dict[str, str]
        ] = {}  # scenes by the data that they take
        self.taken: Roles | None = None
        self.boxes = {role: Combo() for role in _SLOTS}
        self.names = {role: Text("", kind="body" if role == "label" else "math") for role in _SLOTS}
        self.where = Combo()
        self.where.setObjectName("columns.scene")
        self.where.setAccessibleName("Scene")
        head, self.note = Plain(), Plain()
        head.setText(f"{short(name)}: {counted(table.count, 'row')}. What are its columns?")
        for label in (head, self.note):
            label.setWordWrap(True)
        self.preview = ColumnsPreview(table)
        self.buttons = QDialogButtonBox(_CANCEL | _OPEN)
        self.buttons.button(_OPEN).setDefault(True)
        self.buttons.button(_OPEN).setProperty("primary", True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.px(12))
        column.addWidget(head)
        self.form = self._form()
        column.addLayout(self.form)
        column.addWidget(self.preview)
        column.addWidget(self.note)
        column.addWidget(self.buttons)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setMinimumHeight(_LINES * self.note.fontMetrics().lineSpacing())
        self.setMinimumWidth(theme.px(620))
        self._begin()
        self._look()

    @property
    def base(self) -> Scene:
        """The scene that takes the points: the present one, or another as it begins."""
        name = self.where.key()
        if name in ("", _HERE):
            return self._scene
        return opening.begun(name, self._name, self._catalogue)

    def accept(self) -> None:
        """Open, remembering the roles for tables with the same headings."""
        self._look()
        if self.taken is None:
            return
        text = ",".join(f"{role}={c.at}" for role, c in self.taken.columns.items())
        QSettings().setValue(self._place, text)
        super().accept()

    def _form(self) -> QGridLayout:
        table, grid = self._table, QGridLayout()
        titles = {str(c.at): markup.quoted(column_title(c)) for c in table.columns}
        refused = {str(c.at): c.fault or "it is empty" for c in table.columns if _unfit(c)}
        empty = {str(c.at): "it is empty" for c in table.columns if c.kind == "empty"}
        none = {_NONE: "–"}
        for n, (role, box) in enumerate(self.boxes.items()):
            box.set_choices(
                titles if role == "y1" else none | titles, empty if role == "label" else refused
            )
            box.setObjectName(f"columns.{role}")
            box.activated.connect(lambda _, box=box: self._chose(box))
            row, side = n % 2, 3 * (n // 2)
            grid.addWidget(self.names[role], row, side)
            grid.addWidget(box, row, side + 1)
        grid.addWidget(Text("Scene"), 2, 0)
        grid.addWidget(self.where, 2, 1, 1, 7)
        self.where.activated.connect(lambda _: self._look())
        for stretch in (1, 4):
            grid.setColumnStretch(stretch, 1)
        for gap in (2, 5):
            grid.setColumnMinimumWidth(gap, theme.px(8))
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(8))
        return grid

    def _begin(self) -> None:
        first = self._last() or suggested(self._table, self._scene, self._catalogue)
        for role, box in self.boxes.items():
            box.set_key(str(first[role].at) if role in first else _NONE)

    def _chose(self, box: Combo) -> None:
        self._look()
        if box.key() != _NONE:
            self.preview.reveal(int(box.key()))

    def _look(self) -> None:
        """What the roles make, and which scenes take it."""
        by_number = {str(c.at): c for c in self._table.columns}
        keys = {role: box.key() for role, box in self.boxes.items()}
        columns = {role: by_number[key] for role, key in keys.items() if key in by_number}
        self.taken, fault = None, ""
        try:
            taken = chosen(columns)
            self._offer(taken.shape)
            made = samples(self._table, taken)
            if why := taken.shape.refused_by(self.base, self._catalogue):
                fault = opening.unused(self.base, self._catalogue, why)
            else:
                self.taken = taken
        except UserError as error:
            fault = str(error).removeprefix(self._table.where).lstrip(":, ").partition(", as in")[0]
        self._call(columns)
        told = said(self._table, self.taken, made, self.base.facts) if self.taken else fault
        self.note.setText(f"{told[:1].upper()}{told[1:]}.")
        self.note.setProperty("tone", "muted" if self.taken else "bad")
        self.note.style().polish(self.note)
        self.buttons.button(_OPEN).setEnabled(self.taken is not None)

    def _call(self, columns: Mapping[str, Column]) -> None:
        """Roles go by the names of the chosen scene's axes; a second view is asked for where some
        scene here has one.
        """
        facts = self.base.facts
        views = "takes:views" in facts or "takes:views" in self._scene.facts
        self.form.setColumnStretch(7, int(views))
        for role, symbol in axes.symbols(facts).items():
            self.boxes[role].setAccessibleName(markup.to_plain(symbol))
            self.names[role].write(symbol)
            if role in _SECOND:
                self.boxes[role].setVisible(views)
                self.names[role].setVisible(views)
        taken = {role: column.at for role, column in columns.items()}
        self.preview.show_roles(taken, axes.plain(facts))

    def _offer(self, shape: Shape) -> None:
        """The scenes that take such data, the present one first."""
        here = shape.refused_by(self._scene, self._catalogue)
        if shape.roles not in self._fitting:
            every = {name: library.scene(name, self._catalogue) for name in assets.scene_names()}
            self._fitting[shape.roles] = {
                name: scene.title
                for name, scene in every.items()
                if not shape.refused_by(scene, self._catalogue)
            }
        fitting = self._fitting[shape.roles]
        present = f"The present one, {markup.quoted(self._scene.title)}"
        refused = {_HERE: opening.unused(self._scene, self._catalogue, here)} if here else {}
        key = self.where.key()
        self.where.set_choices({_HERE: present, **fitting}, refused)
        if (here and key == _HERE) or (key not in fitting and key != _HERE):
            self.where.set_key(shape.scene if here else _HERE)

    @property
    def _place(self) -> str:
        names = "\n".join(c.name for c in self._table.columns)
        return f"columns/{hashlib.sha256(names.encode('utf-8', 'replace')).hexdigest()[:16]}"

    def _last(self) -> dict[str, Column]:
        """The columns chosen last time, if they still will do in this scene."""
        by_number = {str(c.at): c for c in self._table.columns}
        pairs = (part.partition("=") for part in str(QSettings().value(self._place, "")).split(","))
        found = {role: by_number[at] for role, _, at in pairs if at in by_number}
        if any(role not in _SLOTS or (role != "label" and _unfit(c)) for role, c in found.items()):
            return {}
        try:
            shape = chosen(found).shape
        except UserError:
            return {}
        fits = not shape.refused_by(self._scene, self._catalogue)
        return found if fits or shape is LABELLED else {}


def ask(
    table: Table, name: str, scene: Scene, catalogue: Catalogue, parent: QWidget
) -> tuple[Scene, Roles] | None:
    """The scene that takes a table's points, and their columns: asked for where there is a choice,
    or the scene cannot use the only one; None where nobody chose.
    """
    if only := settled(table, scene, catalogue):
        return scene, only
    dialog = ColumnsDialog(table, name, scene, catalogue, parent)
    accepted = dialog.exec()
    taken, base = dialog.taken, dialog.base
    dialog.deleteLater()
    return (base, taken) if accepted and taken else None


def _unfit(column: Column) -> bool:
    return column.numbers is None
