"""A window in another language says all of its words in it."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Iterator

import pyqtgraph as pg
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGraphicsTextItem,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from ebmviz.core.language import said
from ebmviz.core.language.collected import texts
from ebmviz.core.language.table import Table
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import spoken
from tests.slow import slow
from tests.ui.conftest import Student

BEGIN, END = "⟦", "⟧"
WORD = re.compile(r"[a-z]{3,}")
# What is the same in every language: names of functions and people, formulas, keys, the program's.
FORMULA = re.compile(r"[=∇∑Σ‖]|\b(softmin|softargmax|logsumexp|tanh|silu|relu|adam|lbfgs)\b")
SAME = re.compile(r"^(ebmviz|Source: .*|\d.*|Float|Close|Export(\.\.\.)?)$")
"""The last four are of Qt and pyqtgraph, which have their own."""


@functools.cache
def bracketed() -> Table:
    """Each text in ⟦brackets⟧: they are looked for once, in all of the source."""
    return Table({each.template: f"{BEGIN}{each.template}{END}" for each in texts()})


@pytest.fixture
def foreign() -> Iterator[None]:
    """The window speaks in brackets."""
    said.speak(bracketed())
    spoken.install()
    yield
    spoken.remove()
    said.speak(None)


def shown(window: QWidget) -> Iterator[str]:
    """All words that can be read in it, or are told at the pointer."""
    for widget in window.findChildren(QWidget):
        yield widget.toolTip()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(i) for i in range(widget.count()))
        if isinstance(widget, QMenu):
            yield widget.title()
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        if isinstance(widget, Reading):
            yield from (each.text() for each in widget._drawn)
        if isinstance(widget, pg.GraphicsView):
            items = widget.scene().items()
            yield from (i.toPlainText() for i in items if isinstance(i, QGraphicsTextItem))
    for action in window.findChildren(QAction):
        yield from (action.text(), action.toolTip())


def plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", text)).replace("\xa0", " ").strip()


@pytest.mark.usefixtures("foreign")
@pytest.mark.parametrize(
    "scene", ["ellipse", *map(slow, ("jem", "vae", "hopfield")), "information"]
)
def test_all_that_a_window_says_is_said_in_its_language(
    sit_down: Callable[..., Student], scene: str
) -> None:
    window = sit_down(scene).window
    every = {plain(text) for text in shown(window)}
    words = {t for t in every if WORD.search(t) and not FORMULA.search(t) and not SAME.match(t)}
    assert len(words) > 150
    left = {text for text in words if BEGIN not in text}
    assert not left, sorted(left)


def test_without_a_language_nothing_of_qt_is_touched(student: Student) -> None:
    assert not said.spoken()
    assert student.window.acts["reset"].text() == "Reset to the initial weights"
