"""The glossary, which the Help menu shows."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ebmviz.core import markup
from ebmviz.core.symbols.glossary import Entry, entries
from ebmviz.ui.controls.prose import Prose
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import Pointing

_SIZE = 640, 620
_GAP = "\n\n\u00a0\n\n"
_SIGN = re.compile(r"([\\`*_{}\[\]<>#$|~])")


class Glossary(QDialog):
    """Every word with its formula; typing finds the ones that have it in any of their texts."""

    def __init__(self, parent: QWidget, pointing: Pointing) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("glossary")
        self.setWindowTitle("Glossary")
        self.wanted = QLineEdit()
        self.wanted.setObjectName("glossary.wanted")
        self.wanted.setPlaceholderText("Find a word")
        self.wanted.setClearButtonEnabled(True)
        self.page = Prose(own=True)
        self.page.setObjectName("glossary.page")
        pointing.join(self.page)
        inside = QWidget()
        QVBoxLayout(inside).addWidget(self.page, 0, Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.addWidget(self.wanted)
        column.addWidget(area, 1)
        self.wanted.textChanged.connect(self.narrow)
        self.resize(*(theme.px(n) for n in _SIZE))
        self.narrow("")

    def narrow(self, word: str) -> None:
        """Show the entries that have `word` in them."""
        found = [each for each in entries() if word.casefold() in _plain(each).casefold()]
        self.page.say(_GAP.join(map(_said, found)) or "Nothing of that name.")


def show(parent: QWidget, pointing: Pointing) -> None:
    """Open it beside the window, which stays usable."""
    Glossary(parent, pointing).show()


def _plain(entry: Entry) -> str:
    texts = (entry.term, entry.symbol, entry.says, entry.formula, entry.source)
    return markup.to_plain("\n".join(texts))


def _said(entry: Entry) -> str:
    """In Markdown, in lines of their own."""
    head = f"**{_words(entry.term)}** \u2003${entry.symbol}$"
    lines = (head, _words(entry.says), f"${entry.formula}$", f"*{_words(entry.source)}*")
    return "  \n".join(lines)


def _words(text: str) -> str:
    return _SIGN.sub(r"\\\1", markup.to_plain(text))
