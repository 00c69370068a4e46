"""The glossary, which the Help menu shows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from ebmviz.core import markup, palette
from ebmviz.core.symbols.glossary import Entry, entries
from ebmviz.ui.look import theme

_SIZE = 640, 620


class Glossary(QDialog):
    """Every word with its formula; typing finds the ones that have it in any of their texts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("glossary")
        self.setWindowTitle("Glossary")
        self.wanted = QLineEdit()
        self.wanted.setObjectName("glossary.wanted")
        self.wanted.setPlaceholderText("Find a word")
        self.wanted.setClearButtonEnabled(True)
        self.page = QTextBrowser()
        self.page.setObjectName("glossary.page")
        column = QVBoxLayout(self)
        column.addWidget(self.wanted)
        column.addWidget(self.page)
        self.wanted.textChanged.connect(self.narrow)
        self.resize(*(theme.px(n) for n in _SIZE))
        self.narrow("")

    def narrow(self, word: str) -> None:
        """Show the entries that have `word` in them."""
        found = [each for each in entries() if word.casefold() in _plain(each).casefold()]
        said = "".join(map(_html, found)) or "<p>Nothing of that name.</p>"
        self.page.setHtml(said)


def show(parent: QWidget) -> None:
    """Open it beside the window, which stays usable."""
    Glossary(parent).show()


def _plain(entry: Entry) -> str:
    texts = (entry.term, entry.symbol, entry.says, entry.formula, entry.source)
    return markup.to_plain("\n".join(texts))


def _html(entry: Entry) -> str:
    muted = palette.color("muted", theme.current())
    term, symbol, says, formula, source = (
        markup.to_html(text)
        for text in (entry.term, entry.symbol, entry.says, entry.formula, entry.source)
    )
    return (
        f"<p style='margin-bottom: 14px'><b>{term}</b> &nbsp; <i>{symbol}</i><br>{says}<br>"
        f"<i>{formula}</i><br><span style='color: {muted}'>{source}</span></p>"
    )
