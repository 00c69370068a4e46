"""An engine that does not answer can be left, and what it had sent last is saved."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.scene import Scene, replace
from ebmviz.files.opening import with_points
from ebmviz.files.session import load
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.pulse import Patience
from ebmviz.ui.session.requests import Late
from tests.ui.conftest import Student
from tests.ui.hands import LEFT

pytestmark = pytest.mark.usefixtures("qapp")  # timers need one, whichever test comes first
HASTE = Patience(beat_ms=40, silent=5, start=10_000, answer=5)
DUMB = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]


@pytest.fixture
def dumb() -> Iterator[EngineClient]:
    """The client of a program that reads nothing and says nothing."""
    client = EngineClient(DUMB, patience=Patience(beat_ms=10, silent=5, start=20, answer=5))
    yield client
    client.stop()


@pytest.fixture
def hasty(sit_down: Callable[..., Student]) -> Student:
    """At a window that loses its patience within a fraction of a second."""
    student = sit_down(client=EngineClient(patience=HASTE))
    student.window.client.advance(4)
    student.until(lambda: student.window.client.kept and student.window.client.kept.step == 4)
    return student


def ellipse() -> Scene:
    return library.scene("ellipse", library.shipped_catalogue())


def stopped(student: Student) -> int:
    pid = student.window.client.pid
    os.kill(pid, signal.SIGSTOP)
    return pid


def lamp(student: Student) -> str:
    return student.window.toolbar.lamp.accessibleName()


@pytest.mark.slow
def test_an_engine_that_never_greets_is_given_up(dumb: EngineClient, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dumb.silent, timeout=20_000) as told:
        dumb.start()
    assert told.args == [True]
    assert dumb.alive
    assert not dumb.answers
    assert not dumb.greeted_us
    before, began = dumb.pid, time.monotonic()
    dumb.restart()
    assert dumb.pid not in (0, before)
    assert time.monotonic() - began < 3
    assert not dumb.pulse.silent, "the new one is given its time"


def test_a_drag_over_many_own_points_sends_them_once(dumb: EngineClient) -> None:
    catalogue = library.shipped_catalogue()
    points = np.random.default_rng(3).normal(size=(100_000, 2))
    scene = with_points(ellipse(), points, "own", catalogue)
    dumb.start()
    for i in range(200):
        dumb.set_scene(replace(scene, {"view.beta": 1.0 + i}, catalogue), ("map",))
        assert dumb.queued < 5e6
    assert dumb.queued > 1e5, "the points themselves are among it"


@pytest.mark.parametrize("had", [True, False])
def test_who_waits_for_a_checkpoint_hears_of_it(
    dumb: EngineClient, qtbot: QtBot, had: bool
) -> None:
    dumb.start()
    if had:
        dumb.kept = Checkpoint({"train/step": np.asarray([7])}, {}, {})
    got: list[Checkpoint] = []
    said: list[str] = []
    dumb.fetch(got.append, said.append)
    qtbot.waitUntil(lambda: bool(got or said), timeout=20_000)
    assert [(kept.step, isinstance(kept, Late)) for kept in got] == ([(7, True)] if had else [])
    assert bool(said) != had


def test_weights_of_another_model_are_not_given_out(dumb: EngineClient, qtbot: QtBot) -> None:
    dumb.start()
    dumb.kept = Checkpoint({"train/step": np.asarray([7])}, {}, {})
    got: list[Checkpoint] = []
    dumb.fetch(got.append)
    dumb.forget()
    dumb.kept = Checkpoint({"train/step": np.asarray([99])}, {}, {})
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    assert got[0].step == 7


@pytest.mark.process
def test_a_stopped_engine_is_said_and_can_be_restarted(hasty: Student) -> None:
    window = hasty.window
    pid = stopped(hasty)
    hasty.until(lambda: lamp(hasty) == "does not answer")
    assert window.banner.isVisible()
    assert window.banner.button.isVisible()
    os.kill(pid, signal.SIGCONT)
    hasty.until(lambda: "idle" in lamp(hasty))
    assert not window.banner.isVisible()
    stopped(hasty)
    hasty.until(lambda: window.banner.isVisible())
    began = time.monotonic()
    hasty.bot.mouseClick(window.banner.button, LEFT)
    assert window.client.pid not in (0, pid)
    assert time.monotonic() - began < 3
    hasty.settled()
    hasty.until(lambda: hasty.step == 4)


@pytest.mark.slow
def test_a_stopped_engine_is_saved_and_closed(
    hasty: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = hasty.window, tmp_path / "a.ebmviz"
    hasty.engine.silence()
    window.document.save_to(path)
    hasty.until(path.exists)
    hasty.until(lambda: "as of step 4" in window.banner.text.text())
    assert load(path, window.store.catalogue).checkpoint.step == 4
    window.edit({"optimizer.lr": 0.125})
    monkeypatch.setattr(QMessageBox, "exec", lambda self: QMessageBox.StandardButton.Save)
    began = time.monotonic()
    window.close()
    hasty.until(lambda: not window.isVisible() and not window.client.alive)
    assert time.monotonic() - began < 10
    assert load(path, window.store.catalogue).scene["optimizer.lr"] == 0.125


@pytest.mark.slow
def test_a_restart_leaves_a_scene_that_is_still_being_computed(hasty: Student) -> None:
    window = hasty.window
    shown = hasty.window.store.scene
    window.client.fetch()
    hasty.settled()
    hasty.engine.silence()
    window.edit({"view.beta": 7.5})
    assert window.client.answers, "it has not been silent for long"
    window.acts["restart"].trigger()
    assert window.store.scene == shown
    hasty.settled()
