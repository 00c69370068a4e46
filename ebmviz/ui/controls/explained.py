"""Words of the glossary in a text: underlined where they first stand, and explained there."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument

from ebmviz.core import markup
from ebmviz.core.markup import Html
from ebmviz.core.symbols.glossary import Entry, entries

_ENTRY = QTextCharFormat.Property.UserProperty
_HOW = (
    QRegularExpression.PatternOption.CaseInsensitiveOption
    | QRegularExpression.PatternOption.UseUnicodePropertiesOption
)
_LEAST = 5  # letters; shorter terms are words of every sentence, or signs


def mark(document: QTextDocument, color: QColor) -> None:
    """Underline each word that is explained, once."""
    for number, (pattern, _) in enumerate(_words()):
        cursor = document.find(pattern)
        while not cursor.isNull() and cursor.charFormat().hasProperty(_ENTRY):
            cursor = document.find(pattern, cursor)  # within a longer one
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        form.setUnderlineColor(color)
        form.setProperty(_ENTRY, number)
        cursor.mergeCharFormat(form)


def at(cursor: QTextCursor) -> Html | None:
    """What is said of the word at a place, if it is one of those."""
    following = QTextCursor(cursor)
    following.movePosition(QTextCursor.MoveOperation.NextCharacter)
    for each in (cursor, following):
        form = each.charFormat()
        if form.hasProperty(_ENTRY):
            return explanation(_words()[form.intProperty(_ENTRY)][1])
    return None


def explanation(entry: Entry) -> Html:
    """The tooltip of a word: what it means, and its formula."""
    term, says, formula = map(markup.to_html, (entry.term, entry.says, entry.formula))
    return Html(f"<b>{term}</b><br>{says}<br>{formula}")


@cache
def _words() -> tuple[tuple[QRegularExpression, Entry], ...]:
    """Longer terms first: a free energy is not an energy."""
    ordered = sorted(entries(), key=lambda entry: -len(entry.term))
    return tuple(
        (QRegularExpression(rf"\b{QRegularExpression.escape(entry.term)}s?\b", _HOW), entry)
        for entry in ordered
        if len(entry.term) >= _LEAST
    )
