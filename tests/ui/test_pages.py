"""Pages of Help in the window's look: selectable, no wider than the window, and links lead on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core import pages, palette
from ebmviz.ui.app import application
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.menus import actions
from ebmviz.ui.menus.page import Page
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


def test_help_opens_the_pages(sit_down: Callable[..., Student]) -> None:
    student = sit_down(wait=False)
    for name, title in (("mathematics", "Mathematics"), ("changelog", "What is new")):
        student.window.acts[name].trigger()
        page = student.window.findChild(Page, name)
        assert page is not None
        assert page.isVisible()
        assert page.windowTitle() == title
        page.close()


def test_a_formula_in_the_panel_says_its_source(sit_down: Callable[..., Student]) -> None:
    student = sit_down(wait=False)
    store, form = student.window.store, student.window.form
    for part in ("data", "energy", "objective"):
        source = store.catalogue.component(part, store.scene.kind(part)).source
        formula = child_of(form.section(part), Text, f"{part}.formula")
        assert source
        assert tips.written(f"Source: {source}") == formula.toolTip()
