"""What every stop of every shipped lesson says can be read at a glance: no line is wider than its
column, and in front of a class all of it is on the screen, with the way on.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.state import LessonState
from ebmviz.ui.lesson.reader import Reader
from ebmviz.ui.panel.form import WIDTH
from ebmviz.ui.presenting.hall import presented
from tests.slow import slow
from tests.ui.conftest import Student


def said(name: str) -> Iterator[LessonState]:
    """At every stop of a lesson, and at every answer."""
    lesson = shipped.lesson(name)
    for at, stop in enumerate(lesson.stops):
        yield LessonState(lesson, at)
        if stop.asks:
            yield LessonState(lesson, at, revealed=True)


@pytest.fixture
def reader(student: Student) -> Reader:
    found = student.window.findChild(Reader, "reader")
    assert isinstance(found, Reader)
    return found


def show(student: Student, state: LessonState) -> None:
    """What a stop says, without going there."""
    student.window.store.teach(state, "test")
    for _ in range(3):  # the height of the text, of the card, and the bar that scrolls it
        QApplication.processEvents()


@pytest.mark.parametrize("presents", [False, slow(True)], ids=["1280x800", "in front of a class"])
def test_every_text_fits(student: Student, reader: Reader, presents: bool) -> None:
    window = student.window
    show(student, next(said("free-energy")))
    if presents:
        window.acts["present"].trigger()
        student.until(window.isFullScreen)
        window.showNormal()  # the screen has another size
        window.resize(1024, 768)
        student.until(lambda: window.central.size() == QSize(1024, 768))
        student.settled()
    faults = []
    for name in shipped.names():
        for state in said(name):
            show(student, state)
            port = window.panel.viewport()
            place = f"{name} {(state.at or 0) + 1}{' answer' * state.revealed}"
            wide = reader.text.document().idealWidth() - reader.text.viewport().width()
            if max(wide, reader.width() - port.width()) > 0:
                faults.append(f"{place}: a line is cut")
            next_one = reader.buttons["next-stop"]
            below = next_one.mapTo(port, next_one.rect().bottomLeft()).y() + 1 - port.height()
            if presents and below > 0:
                faults.append(f"{place}: {below} pixels are below the screen")
    window.looks.apply("dark", 1.0)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("screen", "expected"),
    [((800, 600), 1.4), ((1024, 768), 1.4), ((1920, 1080), 1.97), ((3840, 2160), 2.5)],
)
def test_a_large_screen_has_large_text(screen: tuple[int, int], expected: float) -> None:
    scale = presented(QSize(*screen))
    if scale < 2.5:
        assert presented(QSize(*screen) / 2, 2.0) == pytest.approx(scale / 2, abs=0.01)
    assert scale == pytest.approx(expected, abs=0.01)
    if screen[0] == 1920:
        assert 0.3 < scale * WIDTH / 1920 < 0.36, "a third is text"
