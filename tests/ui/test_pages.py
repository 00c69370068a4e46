"""Pages of Help in the window's look: selectable, no wider than the window, and links lead on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core import pages, palette
from ebmviz.core.formulas import laid
from ebmviz.core.markup import to_plain
from ebmviz.core.symbols.written import named
from ebmviz.ui.app import application
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.menus import actions
from ebmviz.ui.menus.page import Page
from ebmviz.ui.pointing.pointing import NOTHING, Pointed
from tests.slow import sparing
from tests.ui.conftest import Student
from tests.ui.hands import child_of


@pytest.mark.parametrize("name", ["mathematics", "changelog"])
def test_a_page_can_be_selected_and_nothing_of_it_is_cut(qtbot: QtBot, name: str) -> None:
    assert name in [spec.name for spec in actions.SPECS if spec.menu == "Help" and spec.outside]
    page = Page(None, name, name)
    qtbot.addWidget(page)
    page.show()
    QApplication.processEvents()
    assert page.page.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert page.page.horizontalScrollBar().maximum() == 0
    said = page.page.toPlainText()
    assert "**" not in said
    assert "_β" not in said
    assert "](" not in said


def test_every_heading_can_be_gone_to(qtbot: QtBot) -> None:
    page = Page(None, "mathematics", "Mathematics")
    qtbot.addWidget(page)
    page.show()
    bar, before = page.page.verticalScrollBar(), 0
    for name in list(pages.anchors(pages.read("mathematics.md")))[1:]:
        page.page.anchorClicked.emit(QUrl(f"#{name}"))
        assert bar.value() > before or bar.value() == bar.maximum()
        before = bar.value()
    page.page.anchorClicked.emit(QUrl("#5-variational-free-energy-vae-information"))
    assert 0 < bar.value() < before


@pytest.mark.slow
def test_a_page_follows_the_theme_and_stays_where_it_is_read(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    page = Page(None, "mathematics", "Mathematics")
    qtbot.addWidget(page)
    page.show()
    page.page.anchorClicked.emit(QUrl("#3-losses"))
    links = set()
    for look in ("light", "dark"):
        theme.apply(application(), look)
        QApplication.processEvents()
        top = page.page.cursorForPosition(QPoint(60, 10)).block().text()
        assert top == "3. Losses", look
        links.add(re.findall(r"#[0-9a-f]{6}", page.page.toHtml().partition("<a href")[2])[0])
    assert links == {palette.color("accent", "light"), palette.color("accent", "dark")}


@pytest.fixture
def mathematics(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Page:
    """As no reader of LaTeX is loaded for it."""
    monkeypatch.setattr(laid, "lay", lambda latex: pytest.fail(latex))
    theme.apply(application(), "light")
    page = Page(None, "mathematics", "Mathematics")
    qtbot.addWidget(page)
    page.show()
    return page


def test_every_formula_of_the_page_is_typeset(mathematics: Page) -> None:
    said = pages.formulas(pages.read("mathematics.md"))
    shown = [piece.said for piece in mathematics.page.inline.pieces.values() if piece.said]
    assert len(said) > 200
    assert [text.strip("([“.,;:)”’") for text in shown] == [
        to_plain(text).strip("([“.,;:)”’") for text in said
    ]
    assert "$" not in mathematics.page.spoken()


@pytest.mark.parametrize(
    ("width", "scale"),
    sparing([(w, s) for w in (520, 700, 1200) for s in (1.0, 1.4)], [(520, 1.0), (1200, 1.4)]),
)
def test_no_formula_of_the_page_is_cut(
    mathematics: Page, width: int, scale: float, qtbot: QtBot
) -> None:
    theme.apply(application(), "light", scale)
    page = mathematics.page
    mathematics.resize(round(width * scale), 600)
    qtbot.waitUntil(lambda: page._wide == page.viewport().width())
    mathematics.resize(round(width * scale), page.document().size().toSize().height() + 200)
    mathematics.grab()
    assert page.inline.places.keys() == page.inline.pieces.keys(), "all of them are drawn"
    right = max(place.right() for place in page.inline.places.values())
    assert right <= page.viewport().width()
    for name, place in page.inline.places.items():
        for other, area in page.inline.places.items():
            assert name == other or not place.adjusted(1, 6, -1, -6).intersects(area), name


def test_what_is_copied_has_the_text_of_formulas(mathematics: Page) -> None:
    mathematics.page.selectAll()
    mathematics.page.copy()
    copied = QApplication.clipboard().text()
    assert "cold is β → ∞ (minimum)" in copied
    assert "as in Canziani 2020: Fᵦ(y) = −(1/β) ln (1/N_z) Σ_z exp(−βE(y, z)), with" in copied
    assert not {"\N{OBJECT REPLACEMENT CHARACTER}", "\N{WORD JOINER}", "$"} & set(copied)
    assert mathematics.page.accessibleDescription() == mathematics.page.spoken()


def test_words_and_formulas_of_a_page_are_found(mathematics: Page, qtbot: QtBot) -> None:
    page, bar = mathematics.page, mathematics.page.verticalScrollBar()
    mathematics.wanted.setFocus()
    qtbot.keyClicks(mathematics.wanted, "chebyshev")
    (hit,) = page.extraSelections()
    assert hit.cursor.selectedText() == "Chebyshev"
    assert page.viewport().rect().intersects(page.cursorRect())
    assert bar.value() > 0
    mathematics.wanted.clear()
    assert not page.extraSelections()
    qtbot.keyClicks(mathematics.wanted, "argmin_z")
    assert page.viewport().rect().intersects(page.cursorRect())
    mathematics.wanted.setText("E_C")
    count, seen = len(page.extraSelections()), []
    for _ in range(count):
        seen.append(page.textCursor().position())
        qtbot.keyClick(mathematics.wanted, Qt.Key.Key_Return)
    assert seen == sorted(set(seen))
    assert page.textCursor().position() == seen[0], "around"
    qtbot.keyClick(mathematics.wanted, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.textCursor().position() == seen[-1]
    assert mathematics.isVisible()
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert mathematics.wanted.hasFocus()
    mathematics.wanted.setText("no such thing")
    assert not page.extraSelections()


def test_a_symbol_of_the_page_can_be_pointed_at(mathematics: Page, qtbot: QtBot) -> None:
    told: list[Pointed] = []
    mathematics.page.pointed.connect(told.append)
    mathematics.grab()
    inline = mathematics.page.inline
    name = next(n for n, piece in inline.pieces.items() if piece.said.startswith("β → ∞"))
    names, box = inline.pieces[name].symbols()[0]
    base = inline.places[name].topLeft() + QPointF(0, inline.pieces[name].extent()[1])
    qtbot.mouseMove(mathematics.page.viewport(), (base + box.center()).toPoint())
    assert told == [Pointed(named("β"))]
    mathematics.page.light(Pointed(names))
    assert inline.lit
    mathematics.page.light(NOTHING)
    assert not inline.lit


def test_help_opens_the_pages(sit_down: Callable[..., Student]) -> None:
    student = sit_down(wait=False)
    for name, title in (("mathematics", "Mathematics"), ("changelog", "What is new")):
        student.window.acts[name].trigger()
        page = student.window.findChild(Page, name)
        assert page is not None
        assert page.isVisible()
        assert page.windowTitle() == title
        page.close()


@pytest.mark.slow
def test_a_formula_in_the_panel_says_its_source(sit_down: Callable[..., Student]) -> None:
    student = sit_down(wait=False)
    store, form = student.window.store, student.window.form
    for part in ("data", "energy", "objective"):
        source = store.catalogue.component(part, store.scene.kind(part)).source
        formula = child_of(form.section(part), Text, f"{part}.formula")
        assert source
        assert tips.written(f"Source: {source}") == formula.toolTip()
