"""`ebmviz` without a screen, without its libraries, or with a bad file."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.commands.program import Run


def test_without_a_screen_the_window_names_what_works(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for words in ((), ("ellipse",), ("a.ebmviz",)):
        done = run(*words)
        assert (done.status, done.out) == (2, "")
        assert "no screen" in done.sentence
        assert "ebmviz figures" in done.sentence
        assert "xvfb-run" in done.sentence


def test_a_bad_file_is_said_in_the_terminal(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path / "gone.ebmviz").status == 1
    assert run("nonsense").status == 2


def test_missing_libraries_are_named_by_package(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from ebmviz.commands.base import display

    missing = {"libEGL.so.1", "libxcb-cursor.so.0"}
    monkeypatch.setattr(display, "_loads", lambda library: library not in missing)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    done = run("ellipse")
    assert done.status == 1
    assert "apt-get install libegl1`" in done.sentence
    assert "dnf install mesa-libEGL`" in done.sentence
    monkeypatch.delenv("QT_QPA_PLATFORM")
    done = run("ellipse")
    assert "apt-get install libegl1 libxcb-cursor0`" in done.sentence
    missing.clear()
    monkeypatch.setattr(display, "_x11_answers", lambda: False)
    done = run("ellipse")
    assert done.status == 1
    assert "the screen :0 does not answer" in done.sentence


@pytest.mark.parametrize(
    ("text", "columns", "status"),
    [
        ("t,u,v\n1,2,3\n4,5,7\n", "", 0),  # the window asks
        ("t,u,kind\n1,2,low\n4,5,high\n", "", 0),
        ("t,u,v\n1,2,3\n4,5,7\n", "t,w", 1),
        ("t\n1\n4\n", "", 1),  # nothing to choose from
        ("t,u,v\n1,2,3\n4,#N/A,7\n4,5\n", "", 1),
    ],
)
def test_a_table_that_leaves_a_choice_opens_the_window(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, columns: str, status: int
) -> None:
    (tmp_path / "wide.csv").write_text(text)
    opened = Mock(return_value=0)
    monkeypatch.setattr("ebmviz.ui.app.run", opened)
    words = ("--columns", columns) if columns else ()
    assert run(*words, tmp_path / "wide.csv").status == status
    assert opened.called == (status == 0)
