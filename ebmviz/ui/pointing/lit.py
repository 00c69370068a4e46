"""Symbols that are lit, in a text of our notation."""

from __future__ import annotations

from PySide6.QtGui import QColor

from ebmviz.core import markup
from ebmviz.core.markup import Html
from ebmviz.core.symbols import written
from ebmviz.core.symbols.written import Names
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.subject import GROUND


def html(text: str, lit: Names) -> Html:
    """The text, as rich text; what is lit of it in the accent’s colour and on a ground."""
    if not lit or not there(text, lit):
        return markup.to_html(text)
    ground = theme.tint("accent", GROUND).name(QColor.NameFormat.HexArgb)
    color = theme.tint("accent").name()  # all that a text shows that is painted fast
    return written.to_html(text, lit, f"color:{color}; background-color:{ground}")


def there(text: str, lit: Names) -> bool:
    """Whether anything of it is."""
    return any(each.names & lit for each in written.symbols(text))
