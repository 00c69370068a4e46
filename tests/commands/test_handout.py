"""The command that writes lessons as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.files.lessons import load
from ebmviz.files.session import Session, save
from ebmviz.handout import seen
from tests.commands.program import Run

FILE = Path(__file__).parents[1] / "core" / "lesson" / "ellipse.md"


@pytest.mark.slow
def test_a_lesson_becomes_its_files(run: Run, tmp_path: Path) -> None:
    done = run("handout", FILE, "-o", tmp_path)
    assert (done.status, done.err) == (0, "")
    assert [line.split("  ")[0] for line in done.out.splitlines()] == [
        str(tmp_path / f"ellipse.{format}") for format in ("pdf", "html")
    ]
    assert (tmp_path / "ellipse.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "ellipse.html").read_bytes().startswith(b"<!doctype html>")


def test_a_session_with_stops_is_called_by_its_file(run: Run, tmp_path: Path) -> None:
    catalogue = library.shipped_catalogue()
    lesson = load(FILE)
    scene = library.scene("ellipse", catalogue)
    file = tmp_path / "Monday.ebmviz"
    save(Session(scene, lesson=type(lesson)("My stops", stops=lesson.stops[:1])), file, catalogue)
    assert run("handout", file, "--format", "html", "-o", tmp_path).status == 0
    assert b"<h1>My stops</h1>" in (tmp_path / "Monday.html").read_bytes()
    assert not (tmp_path / "Monday.pdf").exists()


def test_nothing_is_written_where_a_stop_cannot_be_shown(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = seen.drawn

    def broken(*given: object) -> tuple[seen.Picture, ...]:
        if len(told) == 2:
            raise UserError("there is nothing to see")
        told.append(given)
        return draw(*given)  # type: ignore[arg-type]

    told: list[object] = []
    monkeypatch.setattr(seen, "drawn", broken)
    done = run("handout", FILE, "--format", "pdf", "-o", tmp_path)
    assert done.status == 1
    assert "the stop “What does training do?” cannot be shown: there is nothing" in done.sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ((), 2, "name a LESSON or a FILE, or all"),
        (("losess",), 2, "losses"),
        (("losses", "--format", "docx"), 2, "pdf, html"),
        (("nothing.md",), 1, "nothing.md"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, words: tuple[str, ...], status: int, says: str
) -> None:
    done = run("handout", *words)
    assert done.status == status
    assert says in done.sentence


def test_a_session_without_stops_has_no_handout(run: Run, session: Path) -> None:
    done = run("handout", session)
    assert (done.status, "there are no stops in it" in done.sentence) == (1, True)
