"""Sessions that runs which did not close properly have left behind: recovered or discarded."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ebmviz.files.recovery import Orphan
from ebmviz.ui.controls.text import Plain
from ebmviz.ui.look import theme
from ebmviz.ui.session import left_behind
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.leftovers import Leftovers

_SIZE = 560, 320
_ROLE = Qt.ItemDataRole.UserRole


class KeptSessions(QDialog):
    """All of them, newest first. Whoever has seen the list is not asked at the next start."""

    def __init__(self, parent: QWidget, document: Document) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Recover sessions")
        self._document = document
        self.said = Plain()
        self.said.setText("Looking …")
        self.said.setWordWrap(True)
        self.list = QListWidget()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.recover = buttons.addButton("Recover", role)
        self.discard = buttons.addButton("Discard", role)
        buttons.rejected.connect(self.close)
        self.recover.clicked.connect(self._recover)
        self.discard.clicked.connect(self._discard)
        self.list.currentItemChanged.connect(self._fit)
        column = QVBoxLayout(self)
        for widget in (self.said, self.list, buttons):
            column.addWidget(widget)
        self.resize(*(theme.px(n) for n in _SIZE))
        self._fit()
        self._leftovers = Leftovers(self)
        self._leftovers.found.connect(self._fill)
        self._leftovers.look(document.recovery.orphans, ())

    def _fill(self, orphans: list[Orphan]) -> None:
        for orphan in orphans:
            item = QListWidgetItem(left_behind.sentence(orphan, time.time()))
            item.setData(_ROLE, orphan)
            self.list.addItem(item)
            if not orphan.told:
                self._document.recovery.tell(orphan)
        self.list.setCurrentRow(0)
        self._fit()
        self.said.setText(
            "Recover opens a session as it was. Discard deletes it for good."
            if orphans
            else "Nothing to recover: ebmviz has always closed properly."
        )

    def _fit(self) -> None:
        orphan = self._chosen()
        self.recover.setEnabled(orphan is not None and orphan.readable)
        self.discard.setEnabled(orphan is not None)

    def _chosen(self) -> Orphan | None:
        item = self.list.currentItem()
        found: Orphan | None = item.data(_ROLE) if item else None
        return found

    def _recover(self) -> None:
        orphan = self._chosen()
        self.close()
        if orphan:
            self._document.recover(orphan)

    def _discard(self) -> None:
        orphan = self._chosen()
        if orphan:
            self._document.recovery.discard(orphan)
            self.list.takeItem(self.list.currentRow())
        self._fit()


def show(parent: QWidget, document: Document) -> None:
    """Open the list beside the window."""
    KeptSessions(parent, document).show()
