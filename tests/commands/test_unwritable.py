"""Places that cannot be written: said before the work, and nothing is left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ebmviz.engine.model.engine import Engine
from tests.commands.program import Run, program


def unwritable(tmp_path: Path) -> dict[str, Path]:
    """Paths that even root cannot write, by what is wrong with them."""
    (tmp_path / "folder.ebmviz").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "full.ebmviz").symlink_to("/dev/full")
    return {
        "it is a folder": tmp_path / "folder.ebmviz",
        "a part of the path is not a folder": tmp_path / "file" / "a.ebmviz",
        "no such file or folder": tmp_path / "nowhere" / "a.ebmviz",
        "the name is too long": tmp_path / ("a" * 300 + ".ebmviz"),
        "a pipe or a device": tmp_path / "full.ebmviz",
    }


def test_train_says_so_before_the_work_when_it_cannot_save(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "train", lambda *_: pytest.fail("the work came first"))
    for said, path in unwritable(tmp_path).items():
        done = run("train", "ellipse", "--steps", 5, "-o", path)
        assert (done.status, done.out) == (1, "")
        assert said in done.sentence
    assert (tmp_path / "file").read_text() == "kept"
    assert list((tmp_path / "folder.ebmviz").iterdir()) == []
    wrong = run("train", "ellipse", "-o", tmp_path / "a.png")
    assert wrong.status == 2
    assert "ends in .ebmviz" in wrong.sentence


def test_figures_say_so_when_they_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "ellipse-figure-2.svg").mkdir()
    words = ("figures", "ellipse", "--figure", "figure-2", "--format", "svg", "-o")
    for place in (tmp_path / "file", tmp_path / "file" / "in", tmp_path):
        done = run(*words, place)
        assert (done.status, done.out) == (1, "")
        assert str(place) in done.sentence
    assert (tmp_path / "file").read_text() == "kept"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ellipse-figure-2.svg", "file"]


def test_output_that_cannot_be_written_is_one_sentence() -> None:
    with open("/dev/full", "w") as full:
        done = program("scenes", stdout=full)
    assert done.returncode == 1
    assert done.stderr == "ebmviz: the output: No space left on device\n"


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        done = program("catalogue", "--json", stdout=pipe)
    assert (done.returncode, done.stderr) == (1, "")
