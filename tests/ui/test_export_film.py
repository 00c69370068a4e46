"""A film leaves the window: of the session as it is, made beside it, whole or not at all."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from ebmviz import cli
from ebmviz.core import library
from ebmviz.core.film.kinds import STOPS, SWEEP, TRAINING
from ebmviz.core.snapshot import Array
from ebmviz.files.session import save
from ebmviz.ui.publish.exporter import Beside
from ebmviz.ui.publish.film_dialog import FilmDialog
from ebmviz.ui.publish.film_form import FilmForm
from tests.commands.program import CATALOGUE
from tests.ui.conftest import Student
from tests.ui.hands import child_of


def opened(student: Student) -> FilmDialog:
    """The dialog, for a small and short film."""
    student.window.publisher.export_film()
    dialog = child_of(student.window, FilmDialog)
    for name, key in {"format": "png", "shape": "1:1", "height": "480", "look": "light"}.items():
        dialog.form.boxes[name].set_key(key)
    return dialog


def choose(dialog: FilmDialog, name: str, key: str) -> None:
    box = dialog.form.boxes[name]
    box.set_key(key)
    box.activated.emit(box.currentIndex())


def pictures(path: Path) -> list[Array]:
    found = []
    with Image.open(path) as image:
        for i in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(i)
            found.append(np.asarray(image.convert("RGB")))
    return found


def trained(student: Student, steps: int) -> None:
    student.window.edit({"view.resolution": 32})
    student.window.client.advance(steps)
    student.until(lambda: student.step == steps)
    student.settled()


@pytest.mark.slow
def test_it_is_of_the_session_as_it_is(student: Student, tmp_path: Path) -> None:
    """As the command makes it of the file, to the byte; and the window goes on meanwhile."""
    trained(student, 4)
    kept: list[object] = []
    document = student.window.document
    document.with_weights(kept.append)
    student.until(lambda: kept)
    session = tmp_path / "a.ebmviz"
    save(document.store.runs.session(document.state, kept[0]), session, CATALOGUE)  # type: ignore[arg-type]
    dialog, path = opened(student), tmp_path / "a.png"
    choose(dialog, "kind", TRAINING)
    assert dialog.form.lines["steps"].text() == "0 .. 4"
    dialog.form.lines["seconds"].setText("0.1")
    with student.bot.waitSignal(dialog.saved, timeout=120_000):
        dialog.save_to(path)
        student.window.client.advance(2)
        student.until(lambda: student.step == 6)
    assert dialog.note.text() == "Saved a.png."
    dialog.close()
    look = ["--shape", "1:1", "--height", "480", "--frames", "3"]
    assert cli.main(["film", str(session), *look, "-o", str(tmp_path / "b.png")]) == 0
    assert path.read_bytes() == (tmp_path / "b.png").read_bytes()
    assert len(pictures(path)) == 3


@pytest.mark.slow
def test_a_sweep_of_what_is_seen(student: Student, tmp_path: Path) -> None:
    trained(student, 1)
    dialog, path = opened(student), tmp_path / "a.png"
    choose(dialog, "kind", SWEEP)
    choose(dialog, "path", "view.beta")
    assert dialog.form.lines["span"].text() == "0.001 .. 10000"
    dialog.form.lines["span"].setText("0.1 .. inf")
    dialog.form.lines["seconds"].setText("0.1")
    assert dialog.note.text().startswith("3 frames of 480 × 480")
    with student.bot.waitSignal(dialog.saved, timeout=120_000):
        dialog.save_to(path)
    first, _, last = pictures(path)
    assert (first != last).any()
    dialog.close()


@pytest.mark.slow
def test_a_cancelled_one_leaves_nothing(student: Student, tmp_path: Path) -> None:
    student.settled()
    dialog = opened(student)
    dialog.save_to(tmp_path / "a.png")
    student.until(lambda: dialog.progress.value() > 2)
    assert dialog.close_button.text() == "Cancel"
    assert not dialog.form.isEnabled()
    dialog.close_button.click()
    assert dialog.note.text() == "Cancelled: nothing was written."
    assert dialog.save_button.isEnabled()
    assert not dialog.progress.isVisible()
    student.until(lambda: not dialog.findChildren(Beside))
    assert [*tmp_path.iterdir()] == []
    # Nor of one whose dialog is closed before anything has begun.
    dialog.save_to(tmp_path / "b.png")
    dialog.done(0)
    student.settled()
    assert [*tmp_path.iterdir()] == []


def test_what_goes_wrong_is_said(student: Student, tmp_path: Path) -> None:
    student.settled()
    dialog = opened(student)
    dialog.save_to(tmp_path / "none" / "a.png")
    student.bot.waitUntil(lambda: dialog.note.text().startswith("Not exported: "), timeout=60_000)
    assert "there is no such file or folder" in dialog.note.text()
    assert "ebmviz:" not in dialog.note.text()
    dialog.close()


@pytest.mark.parametrize(
    ("kind", "line", "text", "said"),
    [
        (TRAINING, "steps", "9..3", "“9..3” is not a range of steps such as 0 .. 120."),
        (TRAINING, "seconds", "long", "“long” is not a number of seconds up to 600."),
        (SWEEP, "span", "1 .. 1", "view.beta: it is 1 at both ends."),
        (SWEEP, "span", "-1 .. 1", "view.beta: −1 is below 0."),
    ],
)
def test_what_cannot_be_is_said_at_once(
    student: Student, kind: str, line: str, text: str, said: str
) -> None:
    student.settled()
    dialog = opened(student)
    choose(dialog, "kind", kind)
    dialog.form.lines[line].setText(text)
    assert dialog.note.text() == said
    dialog.save_to(Path("never.png"))
    assert dialog.note.text() == said
    dialog.close()


@pytest.mark.slow
def test_only_what_a_film_needs_is_asked(student: Student) -> None:
    student.settled()
    dialog = opened(student)
    form = dialog.form
    shown: Callable[[], set[str]] = lambda: {  # noqa: E731
        name for name in ("path", "span", "steps", "seconds") if rows[name]()
    }
    every = {**form.boxes, **form.lines}
    rows = {name: functools.partial(every[name].isVisibleTo, form) for name in every}
    assert STOPS not in [form.boxes["kind"].itemData(i) for i in range(form.boxes["kind"].count())]
    choose(dialog, "kind", TRAINING)
    assert shown() == {"steps", "seconds"}
    choose(dialog, "kind", SWEEP)
    assert shown() == {"path", "span", "seconds"}
    choose(dialog, "path", "optimizer.lr")
    assert shown() == {"path", "span", "steps", "seconds"}
    dialog.close()


@pytest.mark.parametrize("walking", [False, True])
def test_chains_walk_if_they_do_in_the_window(qtbot: QtBot, walking: bool) -> None:
    form = FilmForm(library.scene("unconditional", CATALOGUE), CATALOGUE, 0, False, walking)
    qtbot.addWidget(form)
    box, paths = form.boxes["chains"], form.boxes["path"]
    for walk in (walking, not walking):
        box.set_key("walk" if walk else "stand")
        box.activated.emit(box.currentIndex())
        assert (paths.findData("view.beta") >= 0) is walk  # it moves chains, and nothing else
        for kind in (TRAINING, SWEEP):
            form.boxes["kind"].set_key(kind)
            assert ("--chains" in form.words()) is walk
    paths.set_key("optimizer.lr")  # of each value another model
    assert "--chains" not in form.words()


@pytest.mark.slow
def test_stops_are_offered_where_there_are_some(student: Student, tmp_path: Path) -> None:
    trained(student, 2)
    student.window.lessons.stops.add()
    dialog, path = opened(student), tmp_path / "a.png"
    choose(dialog, "kind", STOPS)
    dialog.form.lines["seconds"].setText("0.1")
    with student.bot.waitSignal(dialog.saved, timeout=120_000):
        dialog.save_to(path)
    assert len(pictures(path)) == 1
    dialog.close()


@pytest.mark.slow
def test_an_experiment_without_steps_is_swept(
    sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    student = sit_down("information")
    dialog, path = opened(student), tmp_path / "a.png"
    kinds = dialog.form.boxes["kind"]
    assert [kinds.itemData(i) for i in range(kinds.count())] == [SWEEP]
    choose(dialog, "path", "experiment.s")
    assert not dialog.form.lines["steps"].isVisibleTo(dialog.form)
    dialog.form.lines["seconds"].setText("0.1")
    with student.bot.waitSignal(dialog.saved, timeout=120_000):
        dialog.save_to(path)
    first, _, last = pictures(path)
    assert (first != last).any()
    dialog.close()
