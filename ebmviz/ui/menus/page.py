"""A page of Help beside the window: text to read, to search, to copy and to follow the links of."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextCursor,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QDialog, QLineEdit, QTextEdit, QVBoxLayout, QWidget

from ebmviz.core import pages
from ebmviz.core.searched import Hit, hits
from ebmviz.ui.controls.formula_text import FormulaText
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import Pointing
from ebmviz.ui.pointing.subject import GROUND

_SIZE = 860, 720
_INDENT, _SIDE = 20, 12
_COLUMN = 0.36  # of the width of a page, for a formula in a table
_PAUSE_MS = 60  # in which a window that is made wider or narrower rests
_SEEN = 0.55  # of the accent, on the hit that was gone to


class PageText(FormulaText):
    """A page as it is written, with formulas in our notation."""

    def __init__(self, page: str) -> None:
        super().__init__(own=True)
        self._page = page
        self._look: object = None
        self._wide = 0  # before it is seen for the first time
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_PAUSE_MS)
        self._resized.timeout.connect(self._dress)

    def room(self, cursor: QTextCursor) -> float:
        """Beside the marks of lists, and the other columns of a table."""
        whole = self.viewport().width() - 2.0 * theme.px(_INDENT + _SIDE)
        return whole * (_COLUMN if cursor.currentTable() else 1.0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        changed = event.type() == QEvent.Type.PaletteChange and getattr(self, "_wide", 0) > 0
        if changed and self._look != (theme.current(), theme.scale()):
            self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._wide == 0:
            self._dress()
        elif self.viewport().width() != self._wide:
            self._resized.start()

    def _dress(self) -> None:
        bar = self.verticalScrollBar()
        read = bar.value()
        self._look, self._wide = (theme.current(), theme.scale()), self.viewport().width()
        document = self.document()
        document.setDefaultFont(theme.font("body"))
        document.setIndentWidth(theme.px(_INDENT))
        self.setHtml(pages.to_html(self.marked(self._page)))  # a link takes its colour now
        self.space()
        self.typeset()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._widen(frame)
        bar.setValue(read)

    def _widen(self, table: QTextTable) -> None:
        """Columns that are narrower than one of their formulas, of which Qt does not know."""
        form, columns = table.format().toTableFormat(), range(table.columns())
        lengths = [QTextLength() for _ in columns]
        for column in columns:
            cells = (table.cellAt(row, column) for row in range(table.rows()))
            blocks = [cell.firstCursorPosition().block() for cell in cells]
            wide = max(map(self.inline.widest, blocks))
            if wide > self.document().documentLayout().blockBoundingRect(blocks[0]).width():
                pad = 2 * (form.cellPadding() + form.cellSpacing())
                lengths[column] = QTextLength(QTextLength.Type.FixedLength, wide + pad)
        form.setColumnWidthConstraints(lengths)
        table.setFormat(form)


class Page(QDialog):
    """A page of resources/, such as "mathematics"; colours and sizes are those of the window. What
    is typed above is found in it, in words and formulas; Enter goes to the next, with Shift to the
    one before.
    """

    def __init__(self, parent: QWidget | None, name: str, title: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.wanted = QLineEdit()
        self.wanted.setObjectName(f"{name}.wanted")
        self.wanted.setPlaceholderText("Find a word or a formula")
        self.wanted.setClearButtonEnabled(True)
        self.page = PageText(pages.read(f"{name}.md"))
        self.page.setObjectName(f"{name}.page")
        self.page.anchorClicked.connect(self.follow)
        self._hits: list[Hit] = []
        self._at = 0
        column = QVBoxLayout(self)
        column.addWidget(self.wanted)
        column.addWidget(self.page)
        self.wanted.textChanged.connect(self.seek)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.wanted.setFocus)
        room = QGuiApplication.primaryScreen().availableSize() * 0.9  # it has a frame
        wide, high = (theme.px(n) for n in _SIZE)
        self.resize(min(wide, room.width()), min(high, room.height()))

    def seek(self, wanted: str) -> None:
        """Go to the first place that has these letters, and show all of them."""
        self._hits = hits(self.page.spoken_parts(), wanted)
        self._go(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.wanted.hasFocus():
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._go(self._at + (-1 if back else 1))
        else:
            super().keyPressEvent(event)

    def follow(self, link: QUrl) -> None:
        """Scroll to the heading that a link names."""
        self.page.scrollToAnchor(link.fragment())

    def _go(self, number: int) -> None:
        self._at = number % len(self._hits) if self._hits else 0
        self.page.setExtraSelections([self._shown(n) for n in range(len(self._hits))])
        if self._hits:
            cursor = QTextCursor(self.page.document())
            cursor.setPosition(self._hits[self._at].start)
            self.page.setTextCursor(cursor)
            self.page.ensureCursorVisible()

    def _shown(self, number: int) -> QTextEdit.ExtraSelection:
        shown = QTextEdit.ExtraSelection()
        shown.cursor = QTextCursor(self.page.document())
        shown.cursor.setPosition(self._hits[number].start)
        shown.cursor.setPosition(self._hits[number].end, QTextCursor.MoveMode.KeepAnchor)
        strength = _SEEN if number == self._at else GROUND
        shown.format.setBackground(theme.tint("accent", strength))
        return shown


def show(parent: QWidget, name: str, title: str, pointing: Pointing) -> None:
    """Open it beside the window, which stays usable."""
    page = Page(parent, name, title)
    pointing.join(page.page)
    page.finished.connect(page.deleteLater)
    page.show()
