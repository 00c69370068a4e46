"""What a lesson and a branch of a file say is shown letter for letter, and leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.ui.lesson.reader import Reader
from tests.ui.conftest import Student
from tests.ui.test_branches import look_at
from tests.ui.test_plain_text import EVIL, check
from tests.ui.test_undo_training import train

NAME = '<img src="/dev/zero"><b>'
LINKS = "[x](http://x.invalid/a) ![x](/dev/zero) <a href='file:///dev/zero'>b</a> http://x.invalid"
SAID = f"{EVIL} {LINKS} $\\href{{http://x.invalid}}{{y}}$ $x^2$"


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def acts(document: QTextDocument) -> list[str]:
    """What in a text leads anywhere, or is taken from anywhere."""
    found = []
    for block in blocks(document):
        pieces = block.begin()
        while not pieces.atEnd():
            form = pieces.fragment().charFormat()
            if form.isAnchor() or form.anchorHref():
                found.append(f"leads to {form.anchorHref()}")
            if form.isImageFormat() and not form.toImageFormat().name().isdigit():  # a formula
                found.append(f"shows {form.toImageFormat().name()}")
            pieces += 1
    return found


def seen(student: Student) -> int:
    """How many texts there are, none of which does anything."""
    texts = student.window.findChildren(QTextEdit)
    for text in texts:
        assert acts(text.document()) == []
        if isinstance(text, QTextBrowser):
            assert not text.openLinks()
    check(student.window)
    return len(texts)


def reader(student: Student) -> Reader:
    found = student.window.findChild(Reader, "reader")
    assert isinstance(found, Reader)
    return found


@pytest.mark.parametrize("presents", [False, True])
def test_a_hostile_lesson_and_its_branches_are_letters(
    student: Student, tmp_path: Path, presents: bool
) -> None:
    window = student.window
    stops = (
        Stop("a", "ellipse", text=SAID, answer=SAID, notes=SAID),
        Stop(EVIL, "ellipse", text=f"- {SAID}\n- {LINKS}\n\n### {SAID}", notes=LINKS),
    )
    train(student, 6)
    look_at(student, 3)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 4)
    branching = window.stage.branching
    for number in (0, 1):
        branching.rename(number, f"{number}{NAME}")
    window.store.teach(LessonState(Lesson(EVIL, LINKS, 1, stops)), "test")
    path = tmp_path / "lesson.ebmviz"
    saved: list[bool] = []
    window.document.save_to(path, lambda: saved.append(True))
    student.until(lambda: saved or window.banner.isVisible())
    assert saved, window.banner.text.text()

    window.document.open(path)
    student.until(lambda: len(window.store.lesson.lesson.stops) == 2)
    student.settled()
    assert window.store.lesson.lesson.title == EVIL
    assert sorted(window.stage.branching.names.values()) == [f"0{NAME}", f"1{NAME}"]
    if presents:
        window.acts["present"].trigger()
    for state in (
        LessonState(window.store.lesson.lesson, 0),
        LessonState(window.store.lesson.lesson, 0, revealed=True),
        LessonState(window.store.lesson.lesson, 1),
    ):
        window.store.teach(state, "test")
        student.settled()
        assert seen(student) > 0
        said = reader(student).text.spoken()
        assert "<img src=" in said
        assert "http://x.invalid/a" in said
    if presents:
        window.acts["present"].trigger()


@pytest.mark.usefixtures("qapp")
def test_such_a_text_is_found_where_it_is_one() -> None:
    """Of the check itself: it sees a link and a picture where Qt makes them."""
    document = QTextDocument()
    document.setHtml("<p><a href='http://x.invalid'>b</a> <img src='/dev/zero'></p>")
    assert acts(document) == ["leads to http://x.invalid", "shows /dev/zero"]
    document.setPlainText(LINKS)
    assert acts(document) == []
