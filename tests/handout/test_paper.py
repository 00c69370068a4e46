"""The PDF: a page for each stop and answer, no word lost, every font inside."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from ebmviz.core.lesson.prose import read
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.handout.paper import sheet
from ebmviz.handout.paper.lines import broken
from tests.handout.lesson import HOSTILE, SHORT, files, short


def told(program: str, *words: str) -> str:
    if not shutil.which(program):
        pytest.fail(f"{program} is missing: apt-get install poppler-utils")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


def written(lesson: Lesson, folder: Path) -> str:
    path = folder / "lesson.pdf"
    path.write_bytes(short("pdf") if lesson is SHORT else files(lesson, "pdf")["pdf"])
    return str(path)


def test_a_page_for_each_stop_and_each_answer(tmp_path: Path) -> None:
    path = written(SHORT, tmp_path)
    pages = told("pdftotext", path, "-").split("\f")[:-1]
    assert len(pages) == 1 + len(SHORT.stops) + sum(stop.asks for stop in SHORT.stops)
    assert all(stop.name in pages[0] for stop in SHORT.stops)
    assert "Answer: What does training do?" in pages[3]
    assert all(str(n) in page.split("\n") for n, page in enumerate(pages, 1))
    about = told("pdfinfo", path)
    assert re.search(r"Title:\s+The ellipse, cold and trained", about)
    assert "(A4)" in about


def test_every_font_is_inside_and_its_words_can_be_searched(tmp_path: Path) -> None:
    rows = told("pdffonts", written(SHORT, tmp_path)).splitlines()[2:]
    assert len(rows) >= 3
    for row in rows:
        assert "CID TrueType" in row, row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], row


def test_a_long_text_goes_on_overleaf_and_loses_no_word(tmp_path: Path) -> None:
    words = [f"word{i}" for i in range(1500)]
    text = "\n\n".join(" ".join(words[i : i + 100]) for i in range(0, 1500, 100))
    lesson = Lesson("Long", stops=(Stop("A stop", "ellipse", text=text),))
    pages = told("pdftotext", written(lesson, tmp_path), "-").split("\f")[:-1]
    assert len(pages) > 4
    assert re.findall(r"word\d+", "".join(pages)) == words


def test_a_stranger_s_lesson_is_words(tmp_path: Path) -> None:
    path = written(HOSTILE, tmp_path)
    said = " ".join(told("pdftotext", path, "-").split())
    assert "<iframe src='https://example.org'></iframe> and a picture, a link" in said
    assert b"/URI" not in Path(path).read_bytes()
    assert b"/JavaScript" not in Path(path).read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 3000,
        "$" + "a + " * 70 + "b$",
        "$" + "W" * 290 + "$",
        "- item with $\\sum_{k=1}^K \\frac{a_k}{b_k}$\n- " + "long " * 80,
        "`code " + "y" * 400 + "`",
    ],
)
def test_no_line_is_wider_than_the_page_or_into_another(text: str) -> None:
    lines = broken(read(text), 11.5, sheet.ROOM)
    for line in lines:
        assert all(at + piece.width <= sheet.ROOM + 1 for at, piece in line.pieces)
        assert all(piece.ascent <= line.above for _, piece in line.pieces)
        assert all(piece.descent <= line.below for _, piece in line.pieces)


@pytest.mark.slow
def test_letters_that_no_font_has_stop_nothing(tmp_path: Path) -> None:
    odd = msgspec.structs.replace(SHORT.stops[0], text="文字 и ελληνικά ž ŷ 🙂", name="名")
    lesson = msgspec.structs.replace(SHORT, stops=(odd,))
    assert "ελληνικά" in told("pdftotext", written(lesson, tmp_path), "-")
