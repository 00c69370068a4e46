"""The dialog that asks which columns of a table are the points."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ebmviz.core import markup
from ebmviz.core.columns import Column, Roles, Table
from ebmviz.core.outside import clean, short
from ebmviz.ui.combo import Combo
from ebmviz.ui.text import Plain, Text

ROWS = 6
"""Of the preview."""


class ColumnsDialog(QDialog):
    """Shows the first rows of a table, and asks for y₁ and y₂. Columns that are not all numbers are
    shown, and refused with the first cell that is none. Tables with the same headings begin with
    what was chosen last time.
    """

    def __init__(self, table: Table, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Columns of points")
        self._table = table
        self.y1, self.y2 = Combo(), Combo()
        head = Plain()
        head.setWordWrap(True)
        head.setText(f"{short(name)}: {table.count} rows. Which columns are the points?")
        titles = {str(c.at): markup.quoted(_title(c)) for c in table.columns}
        refused = {str(c.at): c.fault or "it is empty" for c in table.columns if _unfit(c)}
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for box, symbol in ((self.y1, "y_1"), (self.y2, "y_2")):
            box.set_choices(titles, refused)
            box.setObjectName(f"columns.{symbol}")
            box.setAccessibleName(markup.to_plain(symbol))
            form.addRow(Text(symbol, kind="math"), box)
        chosen = self._last() or [str(c.at) for c in table.offered if not _unfit(c)][:2]
        for box, key in zip((self.y1, self.y2), chosen, strict=False):
            box.set_key(key)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Open
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(len(chosen) == 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addWidget(head)
        column.addLayout(form)
        column.addWidget(_preview(table))
        column.addWidget(self.buttons)
        self.setMinimumWidth(460)

    def roles(self) -> Roles:
        """What was chosen, remembered for tables with the same headings."""
        text = f"{self.y1.key()},{self.y2.key()}"
        QSettings().setValue(self._place, text)
        by_number = {str(c.at): c for c in self._table.columns}
        return Roles(by_number[self.y1.key()], by_number[self.y2.key()])

    @property
    def _place(self) -> str:
        names = "\n".join(c.name for c in self._table.columns)
        return f"columns/{hashlib.sha256(names.encode('utf-8', 'replace')).hexdigest()[:16]}"

    def _last(self) -> list[str]:
        """The columns chosen last time, if they still will do."""
        found = str(QSettings().value(self._place, "")).split(",")
        fit = {str(c.at) for c in self._table.columns if not _unfit(c)}
        return found if len(found) == 2 and set(found) <= fit else []


def _unfit(column: Column) -> bool:
    return column.numbers is None


def _title(column: Column) -> str:
    unit = f" [{clean(column.unit, 12)}]" if column.unit else ""
    return f"{clean(column.name, 40)}{unit}"


def _preview(table: Table) -> QTableWidget:
    shown = table.columns
    grid = QTableWidget(min(ROWS, table.count), len(shown))
    grid.setObjectName("columns.preview")
    grid.setHorizontalHeaderLabels([_title(c) for c in shown])
    grid.verticalHeader().hide()
    grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for n, column in enumerate(shown):
        side = Qt.AlignmentFlag.AlignLeft if column.kind == "words" else Qt.AlignmentFlag.AlignRight
        for row in range(grid.rowCount()):
            item = QTableWidgetItem(clean(column.cells[row], 60))
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            grid.setItem(row, n, item)
    grid.resizeColumnsToContents()
    grid.resizeRowsToContents()
    height = grid.horizontalHeader().sizeHint().height() + 4
    height += sum(grid.rowHeight(row) for row in range(grid.rowCount()))
    grid.setFixedHeight(height + grid.horizontalScrollBar().sizeHint().height())
    return grid
