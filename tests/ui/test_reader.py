"""What a stop says is read beside the map, in the presenter mode too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from ebmviz.core.lesson import shipped
from ebmviz.ui.lesson.reader import Reader
from tests.ui.conftest import Student
from tests.ui.hands import taught_in_haste

LESSON = "free-energy"


def reader(student: Student) -> Reader:
    found = student.window.findChild(Reader, "reader")
    assert isinstance(found, Reader)
    return found


@pytest.fixture
def taught(student: Student) -> Student:
    taught_in_haste(student, LESSON)
    return student


def go(student: Student, name: str) -> None:
    student.window.acts[name].trigger()
    student.until(lambda: not student.window.lessons.travel.moving)


@pytest.mark.slow
def test_without_a_stop_there_is_nothing_to_read(student: Student) -> None:
    assert reader(student).isHidden()
    assert student.window.form.isVisible()


def test_it_says_what_the_stop_says_and_its_answer_once_it_is_shown(taught: Student) -> None:
    here, stops = reader(taught), shipped.lesson(LESSON).stops
    assert here.isVisible()
    assert here.lesson.text() == shipped.lesson(LESSON).title
    for number, stop in enumerate(stops):
        assert here.name.text() == stop.name
        assert here.text.said() == stop.text
        assert here.detail.text() == f"{number + 1} of {len(stops)}"
        assert here.buttons["reveal"].isVisible() == stop.asks
        if stop.asks:
            go(taught, "reveal")
            assert here.text.said() == stop.answer
            return
        go(taught, "next-stop")
    pytest.fail("the lesson asks nothing")


@pytest.mark.slow
def test_it_is_folded_away_and_the_panel_stays(taught: Student) -> None:
    here = reader(taught)
    fold = here.findChild(QToolButton, "reader.fold")
    assert fold is not None
    taught.bot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert not here.text.isVisible()
    assert taught.window.form.isVisible()


@pytest.mark.slow
def test_another_document_has_no_lesson(taught: Student) -> None:
    taught.window.acts["new"].trigger()
    taught.settled()
    assert reader(taught).isHidden()
    taught.window.acts["undo"].trigger()
    taught.settled()
    assert reader(taught).isVisible()


@pytest.mark.slow
def test_the_presenter_mode_has_the_text_in_place_of_the_panel(taught: Student) -> None:
    window, here = taught.window, reader(taught)
    small = here.text.height()
    window.acts["present"].trigger()
    window.resize(1024, 768)
    taught.settled()
    assert here.isVisible()
    assert not window.form.isVisible()
    assert here.text.height() > small, "larger type"
    assert not window.central.side.isVisible(), "one plot large"
    bar = window.panel.horizontalScrollBar()
    assert bar.maximum() == 0, "no line is cut"
    window.acts["new"].trigger()
    taught.settled()
    assert not window.panel.isVisible()
    window.acts["present"].trigger()
    assert window.panel.isVisible()
    assert window.form.isVisible()


@pytest.mark.slow
def test_the_plot_that_a_stop_asks_for_is_large(student: Student) -> None:
    """In front of a class, and no longer than that."""
    window = student.window
    lesson = shipped.lesson(LESSON)
    large = next(i for i, stop in enumerate(lesson.stops) if stop.large != "map")
    window.lessons.open_shipped(LESSON)
    student.settled()
    window.acts["present"].trigger()
    assert window.central.enlarged.card is None
    window.lessons.travel.go(large, cut=True)
    student.until(lambda: not window.lessons.travel.moving)
    card = window.central.enlarged.card
    assert card is not None
    assert card.figure.name == lesson.stops[large].large
    assert card.isVisible()
    assert not window.stage.main.isVisible()
    window.lessons.travel.go(0, cut=True)
    student.until(lambda: not window.lessons.travel.moving)
    assert window.central.enlarged.card is None
    assert window.stage.main.isVisible()
    window.lessons.travel.go(large, cut=True)
    student.until(lambda: not window.lessons.travel.moving)
    window.acts["present"].trigger()
    assert window.central.enlarged.card is None
    assert window.central.side.isVisible()


@pytest.mark.slow
def test_the_small_picture_of_a_stop_is_of_what_is_large(student: Student) -> None:
    window = student.window
    window.lessons.open_shipped(LESSON)
    student.settled()
    card = window.stage.side[0]
    of_map = window.lessons.pictures.now()
    window.central.enlarged.toggle(card)
    student.until(lambda: card.isVisible() and card.width() > window.stage.main.width())
    of_card = window.lessons.pictures.now()
    assert of_card != of_map
    window.acts["present"].trigger()
    window.central.enlarged.toggle(card)
    student.until(lambda: not window.stage.main.isVisible())
    shown = window.lessons.pictures.now()
    assert len(set(shown)) > 20, "a plot, not an empty ground"
