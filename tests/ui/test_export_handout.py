"""The stops of a window leave it as a handout, made beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from ebmviz.ui.publish.exporter import Beside
from tests.slow import slow
from tests.ui.conftest import Student


def two_stops(student: Student) -> None:
    window = student.window
    student.settled()
    window.lessons.stops.add()
    window.client.advance(3)
    student.until(lambda: student.step == 3)
    student.settled()
    window.lessons.stops.add()
    assert len(window.store.lesson.lesson.stops) == 2


@pytest.mark.parametrize("format", [slow("pdf"), "html"])
def test_the_stops_of_a_session_become_a_file(
    student: Student, tmp_path: Path, format: str
) -> None:
    two_stops(student)
    target = tmp_path / f"mine.{format}"
    student.window.publisher.save_handout(target)
    said = student.window.banner.text.text
    student.bot.waitUntil(lambda: f"Saved mine.{format}" in said(), timeout=120_000)
    begins = {"pdf": b"%PDF-", "html": b"<!doctype html>"}[format]
    assert target.read_bytes().startswith(begins)
    assert [each.name for each in tmp_path.glob("mine*")] == [f"mine.{format}"]


def test_a_cancelled_one_leaves_nothing(student: Student, tmp_path: Path) -> None:
    two_stops(student)
    made = student.window.publisher.save_handout(tmp_path / "mine.pdf")
    student.until(lambda: made.findChildren(Beside))
    made.bar.findChildren(QPushButton)[0].click()
    student.until(lambda: "Cancelled" in student.window.banner.text.text())
    assert not (tmp_path / "mine.pdf").exists()


def test_without_stops_a_sentence_says_so(student: Student) -> None:
    student.window.publisher.export_handout()
    assert "There are no stops yet" in student.window.banner.text.text()
