"""What a list shows of a name that has no room, and where the whole of it is."""

from __future__ import annotations

import html
from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core.params import Param
from ebmviz.figures.base.figure import Figure
from ebmviz.figures.registry import FIGURES
from ebmviz.ui.app import application
from ebmviz.ui.controls.card import PAD
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.look import theme
from ebmviz.ui.menus import actions
from ebmviz.ui.views.plot_card import PlotCard
from ebmviz.ui.views.toolbar import Toolbar
from tests.ui.hands import in_row

TIP = Qt.ItemDataRole.ToolTipRole
NAMES = {
    "sub": "Spirals, cold · Author 2031, Figures 12–19",
    "colon": "Gated mixture: three experts and a judge",
    "words": "A name of many words that knows no sign between them",
    "short": "Moons <b>",
}


@pytest.fixture
def combo(qtbot: QtBot) -> Combo:
    theme.apply(application(), "dark")
    made = Combo()
    qtbot.addWidget(made)
    made.set_choices(NAMES, refused={"colon": "Not here."})
    made.resize(190, 28)
    made.show()
    return made


def test_a_subtitle_goes_first_and_whole_words_last(combo: Combo) -> None:
    shown = {}
    for key in NAMES:
        combo.set_key(key)
        shown[key] = combo.shown()
    assert shown["sub"] == "Spirals, cold"
    assert shown["colon"] == "Gated mixture"
    assert shown["words"].endswith(" …")
    assert NAMES["words"].startswith(shown["words"].removesuffix(" …") + " ")
    assert shown["short"] == NAMES["short"]
    combo.resize(500, 28)
    combo.set_key("sub")
    assert combo.shown() == NAMES["sub"]


def test_the_whole_name_is_in_the_tooltip(combo: Combo) -> None:
    for i, (key, name) in enumerate(NAMES.items()):
        combo.set_key(key)
        assert combo.toolTip() == f"<qt>{html.escape(name)}</qt>"
        assert ("Not here." if key == "colon" else name[:6]) in combo.itemData(i, TIP)
    combo.set_help("What it is for")
    combo.set_key("words")
    assert combo.toolTip().startswith(f"<qt>{NAMES['words']}<br>What it is for")
    combo.set_key("short")
    assert combo.toolTip() == "<qt>What it is for</qt>"


def test_scenes_are_named_without_an_ellipsis(qtbot: QtBot, speed: Param) -> None:
    theme.apply(application(), "dark")
    home = QObject()
    acts = actions.make(home)
    actions.dress(acts)
    host = QWidget()
    qtbot.addWidget(host)
    bar = Toolbar(acts, speed)
    column = QVBoxLayout(host)
    column.addWidget(bar)
    column.setContentsMargins(0, 0, 0, 0)
    host.show()
    for width in (1264, 1008, 1077, 1140, 944, 1500, 1230, 800):
        host.resize(width, 44)
        for _ in range(3):
            QApplication.processEvents()
        parts = in_row(bar._row)
        shown = [part for part in parts if part and part.isVisible()]
        for a, b in pairwise(shown):
            assert a.geometry().right() < b.x(), (width, a, b)
        assert shown[-1].geometry().right() < bar.width() == width
        if width >= 1008:  # the lamp is said shorter first
            cut = []
            for key in bar._titles:
                bar.scenes.set_key(key)
                cut += [key] * ("…" in bar.scenes.shown())
            assert len(cut) <= 2, cut
            assert bar.lamp._room == ("full" if width > 1240 else "rate"), cut
    host.resize(1264, 44)
    QApplication.processEvents()
    for key, title in bar._titles.items():
        bar.scenes.set_key(key)
        assert bar.scenes.shown()
        assert "…" not in bar.scenes.shown()
        assert title in html.unescape(bar.scenes.toolTip())
        assert title in html.unescape(bar.scenes.itemData(bar.scenes.currentIndex(), TIP))
    texts = set()
    for key in bar._titles:
        bar.scenes.set_key(key)
        texts.add(bar.scenes.shown())
    assert len(texts) == len(bar._titles)  # cut short, no two are the same


@pytest.fixture
def speed() -> Param:
    from tests.scenes import CATALOGUE

    view = CATALOGUE.component("view", "view")
    return next(p for p in view.params if p.name == "speed")


@pytest.mark.parametrize("figure", [f for f in FIGURES.values() if f.live], ids=lambda f: f.name)
def test_the_title_of_a_card_has_room(qtbot: QtBot, figure: Figure) -> None:
    theme.apply(application(), "dark")
    card = PlotCard(figure)
    qtbot.addWidget(card)
    menu = 22 + 8  # the button that chooses another figure, and the gap before it
    assert card.title.wanted() <= 292 - 2 * PAD - menu
