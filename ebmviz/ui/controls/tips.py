"""Tooltips. Qt would guess whether one is rich text, and read files for a plain text that looks so:
here only our own `Html` is rich.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QStandardItem
from PySide6.QtWidgets import QGraphicsItem, QTableWidgetItem, QToolTip, QWidget

from ebmviz.core import markup

_RICH = "<qt>"
Tipped = QWidget | QAction | QStandardItem | QTableWidgetItem | QGraphicsItem


def give(target: Tipped, text: str) -> None:
    """The tooltip of a widget, an action or an item; empty for none."""
    target.setToolTip(written(text))


def follow(target: QWidget, action: QAction) -> None:
    """The tooltip of its action; Qt's own for an action that was given none is its plain text."""
    tip = action.toolTip()
    target.setToolTip(tip if tip.startswith(_RICH) else written(tip))


def show(at: QPoint, text: str, owner: QWidget) -> None:
    """Show a tooltip now, at a place of the screen."""
    QToolTip.showText(at, written(text), owner)


def written(text: str) -> str:
    """Rich text that Qt need not guess about, the words of a plain text escaped."""
    if not text:
        return ""
    return f"{_RICH}{inside(text)}</qt>"


def inside(text: str) -> markup.Html:
    """The same as a part of another rich text."""
    return text if isinstance(text, markup.Html) else markup.Html(markup.escaped(text))
