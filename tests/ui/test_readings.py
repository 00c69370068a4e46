"""No reading ends inside a number: it gives way to a shorter one, or ends in an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core import markup
from ebmviz.ui.app import application
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.ellipsis import first_that_fits, shortened
from ebmviz.ui.controls.engine_status import WIDTHS, Lamp
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme
from tests.slow import slow
from tests.ui.conftest import Student

NUMBER = re.compile(r"[−\d][\d.\N{NO-BREAK SPACE}]*")
LINES = (
    "F_β = ⟨E⟩ − TS = 10.062 + 0.212 = 10.274",
    "y′ = (−1.75, 0.31)",
    "step 12\N{NO-BREAK SPACE}345 / 1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567",
    "cpu · 1\N{NO-BREAK SPACE}240 steps/s · 58 frames/s",
)


def fits(room: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= room


@pytest.mark.parametrize("line", LINES)
def test_whole_words_go(line: str) -> None:
    whole = set(NUMBER.findall(line))
    for room in range(len(line) + 2):
        short = shortened(line, fits(room))
        assert len(short) <= room
        assert set(NUMBER.findall(short)) <= whole, short
        assert short == line or short.endswith("…") or room == 0
    assert shortened(line, fits(len(line))) == line


def test_a_shorter_way_to_say_it_comes_before_an_ellipsis() -> None:
    ways = ("y_1 = 0.25, y_2 = 1.50", "(0.25, 1.50)")
    assert first_that_fits(ways, fits(30)) == ways[0]
    assert first_that_fits(ways, fits(12)) == ways[1]
    assert first_that_fits(ways, fits(9)) == "(0.25 …"


def test_of_a_word_alone_letters_are_kept_and_of_a_number_none() -> None:
    assert shortened("Variational autoencoder", fits(9)) == "Variatio…"
    assert shortened("Variational", fits(4)) == "Var…"
    assert shortened("Variational", fits(3)) == "…"
    assert shortened("Cross-entropy alone", fits(8)) == "Cross-e…"
    for number in ("0.251234", "10⁵", "−12 345", "x₁=0.25"):
        assert shortened(number, fits(4)) in (number, "…")


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.4, 2.0])
def test_what_a_reading_shows_has_room_and_the_rest_is_in_its_tooltip(
    qtbot: QtBot, scale: float
) -> None:
    theme.apply(application(), "dark", scale)
    reading = Reading()
    qtbot.addWidget(reading)
    reading.show()
    for line in LINES:
        reading.write(line)
        for width in range(5, 400, 7):
            reading.resize(width, 40)
            QApplication.processEvents()
            shown = markup.to_plain(reading.text())
            assert reading.fontMetrics().horizontalAdvance(shown) <= width
            cut = reading.text() != line
            assert bool(reading.toolTip()) == cut
            if cut:
                assert markup.to_html(line) in reading.toolTip()
    theme.apply(application(), "dark")


def test_the_line_at_the_right_has_the_room_first(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    reading = Reading()
    qtbot.addWidget(reading)
    reading.show()
    reading.write("F_β(y), β = 10")
    reading.write_aside("y_1 = 0.25, y_2 = −1.00, F_β = 0.334", "(0.25, −1.00), F_β = 0.334")
    for width in range(10, 600, 9):
        reading.resize(width, 20)
        QApplication.processEvents()
        metrics = reading.fontMetrics()
        sides = [markup.to_plain(text) for text in (reading.text(), reading.aside())]
        assert sum(map(metrics.horizontalAdvance, sides)) <= width
    assert reading.text() == "F_β(y), β = 10"
    assert reading.aside().startswith("y_1")


@pytest.mark.parametrize("scale", [1.0, 1.7])
def test_a_detail_without_room_beside_the_title_goes_below(qtbot: QtBot, scale: float) -> None:
    theme.apply(application(), "dark", scale)
    card = Card("Latent lens", "y′ = (−2.35, −1.98)")
    qtbot.addWidget(card)
    card.show()
    for width, below in ((200, True), (400, False), (230, True)):
        card.resize(theme.px(width), theme.px(100))
        QApplication.processEvents()
        assert card.detail_below is below
        assert card.detail.text() == "y′ = (−2.35, −1.98)"
        assert below == (card.detail.y() > card.title.y() + card.title.height() / 2)
    card.set_title("Latent lens", "short")  # while a number changes nothing jumps
    assert card.detail_below
    card.set_title("Loss", "short")
    assert not card.detail_below
    theme.apply(application(), "dark")


def test_the_lamp_ends_between_its_words(qtbot: QtBot) -> None:
    theme.apply(application(), "dark", 1.4)
    lamp = Lamp()
    qtbot.addWidget(lamp)
    lamp.show_state("good", "cuda:0 · 123 456 steps/s · 1 000 frames/s of many more")
    assert lamp.width() == theme.px(WIDTHS["full"])
    assert "1 000 frames/s of many more" in lamp.toolTip()
    theme.apply(application(), "dark")


@pytest.mark.parametrize("width", [960, slow(1060), slow(1280)])
def test_the_probe_is_read_whole_in_a_small_window(student: Student, width: int) -> None:
    student.window.resize(width, 700)
    student.window.store.set("view.probe", (-1.85, -1.44))
    card = student.window.stage.side[1]
    student.until(lambda: card.detail.text() == "y′ = (−1.85, −1.44)")
