"""The first rows of a table, with the roles of its columns above their names."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem

from ebmviz.core.outside import clean
from ebmviz.files.tables.columns import Column, Table
from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme

ROWS = 6
_WIDEST, _NARROWEST = 220, 64
_LETTERS = 20  # of a name, which Qt would cut without a sign where there are two lines


class ColumnsPreview(QTableWidget):
    """Nothing in it can be changed, and the keyboard passes it by."""

    def __init__(self, table: Table) -> None:
        super().__init__(min(ROWS, table.count), len(table.columns))
        self._table = table
        self._heads: list[QTableWidgetItem] = []
        self.setObjectName("columns.preview")
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.horizontalHeader().setSectionsClickable(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for n, column in enumerate(table.columns):
            self._heads.append(QTableWidgetItem())
            self.setHorizontalHeaderItem(n, self._heads[n])
            for row in range(self.rowCount()):
                cell = column.cells[row]
                item = QTableWidgetItem(clean(cell, 60))
                tips.give(item, clean(cell))
                item.setTextAlignment(_side(column) | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, n, item)
        self.show_roles({}, {})
        self._fit()

    def show_roles(self, taken: Mapping[str, int], symbols: Mapping[str, str]) -> None:
        """The numbers of columns, from 1, by their roles; and what these are called."""
        for n, column in enumerate(self._table.columns):
            roles = ", ".join(symbols[r] for r, at in taken.items() if at == column.at)
            item = self._heads[n]
            item.setText(f"{roles}\n{column_title(column, _LETTERS)}")
            tips.give(item, column_title(column, 300))
            font = self.font()
            font.setBold(bool(roles))
            item.setFont(font)

    def reveal(self, at: int) -> None:
        """Scrolls to the column of a number from 1."""
        for n, column in enumerate(self._table.columns):
            if column.at == at:
                self.scrollTo(self.model().index(0, n))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        if not hasattr(self, "_table"):
            return
        self.resizeColumnsToContents()
        for n in range(self.columnCount()):
            width = self.columnWidth(n) + theme.px(8)  # the bold of a role is wider
            self.setColumnWidth(n, max(theme.px(_NARROWEST), min(theme.px(_WIDEST), width)))
        self.resizeRowsToContents()
        height = self.horizontalHeader().sizeHint().height() + 4
        height += sum(self.rowHeight(row) for row in range(self.rowCount()))
        self.setFixedHeight(height + self.horizontalScrollBar().sizeHint().height())


def column_title(column: Column, limit: int = 40) -> str:
    """Name and unit of a column."""
    unit = f" [{clean(column.unit, 12)}]" if column.unit else ""
    return f"{clean(column.name, limit)}{unit}"


def _side(column: Column) -> Qt.AlignmentFlag:
    words = column.kind == "words"
    return Qt.AlignmentFlag.AlignLeft if words else Qt.AlignmentFlag.AlignRight
