"""Between engine and screen: orders leave at once, and no frame delays the one that is awaited."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.protocol import AnyMessage, Fetch, Frame, Grant, Play, Reset, Sample, SetScene
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.figures.base.figure import Shot
from ebmviz.ui.app import application
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.views import stage as stages
from tests.ui.conftest import PATIENCE, Student
from tests.ui.hands import export_dialog

EVERY = ("map", "contours", "gradient", "manifold", "data", "arrows", "nearest")
SIDE = ("section", "tilde", "lens", "curves")
# Writes down how many bytes it has been sent so far.
ECHO = """
import os, sys
count = 0
while data := os.read(0, 1 << 16):
    count += len(data)
    with open(sys.argv[1] + ".new", "w") as file:
        file.write(str(count))
    os.replace(sys.argv[1] + ".new", sys.argv[1])
"""


def test_an_order_leaves_before_the_event_loop_turns(qtbot: QtBot, tmp_path: Path) -> None:
    application()
    heard = tmp_path / "heard"
    client = EngineClient([sys.executable, "-c", ECHO, str(heard)])
    client.start()
    qtbot.waitUntil(heard.exists, timeout=PATIENCE)  # the first grant
    before = int(heard.read_text())
    client.grant()
    deadline = time.monotonic() + PATIENCE / 1e3
    while int(heard.read_text()) == before:  # nobody runs an event loop here
        assert time.monotonic() < deadline
    client.stop()


@pytest.fixture
def alone(student: Student, monkeypatch: pytest.MonkeyPatch) -> Iterator[Student]:
    """With an engine that stands still, and a clock that does: frames come from the test."""
    student.settled()
    student.engine.silence()
    monkeypatch.setattr(stages, "time", SimpleNamespace(perf_counter=lambda: 1000.0))
    yield student
    student.engine.wake()


class Theatre:
    """Hands frames to the window, and sees which are drawn."""

    def __init__(self, student: Student) -> None:
        self.window = student.window
        shot = self.window.stage.shot
        assert shot is not None
        self.first: Snapshot = shot.snapshot
        self.granted: list[int] = []
        self.drawn: list[tuple[int, int]] = []
        client: Any = self.window.client
        client.grant = lambda: self.granted.append(1)
        self.window.stage.drawn.connect(self._drawn)

    def _drawn(self, shot: Shot, _: Frame) -> None:
        self.drawn.append((shot.snapshot.generation, shot.snapshot.step))

    def frame(self, step: int, generation: int, side: tuple[str, ...] = SIDE) -> None:
        measured = self.first.arrays, self.first.metrics
        snapshot = Snapshot(generation, step, *measured, needs=(*EVERY, *side))
        frame = Frame(
            generation=generation,
            step=step,
            needs=(*EVERY, *side),
            metrics=self.first.metrics,
            playing=True,
            device="cpu",
            steps_per_s=1.0,
            compute_ms=1.0,
        )
        self.window.client.framed.emit(snapshot, frame)


@pytest.mark.slow
def test_a_training_frame_does_not_delay_the_answer_that_is_awaited(alone: Student) -> None:
    theatre = Theatre(alone)
    window = alone.window
    now = window.client.generation
    theatre.frame(1, now)
    window.edit({"view.beta": 2.0}, True)
    theatre.frame(2, now)
    theatre.frame(3, now)
    assert theatre.drawn == [(now, 1)]
    assert len(theatre.granted) == 3  # the engine goes on all the same
    theatre.frame(4, now + 1)
    theatre.frame(5, now + 1)
    assert theatre.drawn == [(now, 1), (now + 1, 4), (now + 1, 5)]
    assert window.stage.shot is not None
    assert window.stage.shot.scene.view.beta == 2.0


@pytest.mark.slow
def test_a_drag_shows_every_answer_even_when_it_has_moved_on(alone: Student) -> None:
    theatre = Theatre(alone)
    now = alone.window.client.generation
    theatre.frame(0, now)
    for beta in (2.0, 3.0, 4.0):
        alone.window.edit({"view.beta": beta}, True)
    theatre.frame(0, now + 1)
    theatre.frame(0, now + 2)
    theatre.frame(0, now + 1)  # never backwards
    theatre.frame(0, now + 3)
    assert [generation for generation, _ in theatre.drawn] == [now, now + 1, now + 2, now + 3]


@pytest.mark.slow
def test_training_is_still_seen_while_an_answer_takes_long(
    alone: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = Theatre(alone)
    now = alone.window.client.generation
    alone.window.edit({"view.beta": 2.0}, True)
    for i in range(4):
        clock = SimpleNamespace(perf_counter=lambda i=i: 1e9 + i)
        monkeypatch.setattr(stages, "time", clock)
        theatre.frame(1 + i, now)
    assert theatre.drawn == [(now, 1), (now, 2), (now, 3), (now, 4)]


@pytest.mark.slow
def test_a_side_card_is_drawn_when_its_turn_comes(
    alone: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = Theatre(alone)
    stage = alone.window.stage
    seen: list[str] = []

    def show(name: str, shot: Shot) -> None:
        if shot.snapshot.step > 0:  # cards of the engine's own frames may still wait for their turn
            seen.append(name)

    for card in stage.side:
        show_card = functools.partial(show, card.figure.needs[0])
        monkeypatch.setattr(card, "show_shot", show_card)
    now = alone.window.client.generation
    turns = [card.figure.needs for card in stage.side]
    for i, turn in enumerate((*turns, ())):
        theatre.frame(1 + i, now, turn)
    whole = stage.whole
    assert whole is not None
    assert whole.snapshot.step == 0  # none of these was
    alone.until(lambda: len(seen) == 3)
    assert sorted(seen) == ["curves", "lens", "section"]  # one that waited keeps its place
    theatre.frame(9, now)
    alone.until(lambda: len(seen) == 6)
    assert stage.whole is stage.shot


@pytest.mark.slow
def test_the_engine_hears_once_of_another_document(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, client = student.window, student.window.client
    said: list[Any] = []
    real = client._send

    def send(message: AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        if not isinstance(message, Grant | Fetch):
            said.append(message)
        real(message, arrays)

    monkeypatch.setattr(client, "_send", send)
    window.document.adopt(library.scene("ellipse-warm", window.store.catalogue), None, None)
    assert [type(each) for each in said] == [Play, Sample, SetScene, Reset]
    assert not said[0].on
    assert not said[1].on
    assert said[2].awaiting_weights
    assert said[2].scene.name == "ellipse-warm"
    student.settled()
    window.edit({"view.beta": 3.0})
    assert isinstance(said[-1], SetScene)
    assert not said[-1].awaiting_weights


@pytest.mark.slow
def test_a_figure_is_drawn_of_now_not_of_the_last_frame_that_held_everything(
    alone: Student,
) -> None:
    theatre = Theatre(alone)
    stage, figure = alone.window.stage, alone.window.stage.side[1].figure
    now = alone.window.client.generation
    got: list[int] = []

    def fetch() -> None:
        stage.fetch(figure, lambda shot: got.append(shot.snapshot.step))

    theatre.frame(1, now)
    fetch()
    assert got == [1]  # it is the one on the screen
    theatre.frame(2, now, ())
    fetch()
    assert got == [1]  # the first is of the past
    theatre.frame(3, alone.window.client.generation)
    assert got == [1, 3]


@pytest.mark.slow
def test_a_figure_is_drawn_of_the_last_frame_when_no_engine_is_there(
    alone: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = Theatre(alone)
    stage, figure = alone.window.stage, alone.window.stage.side[1].figure
    now = alone.window.client.generation
    got: list[int] = []
    theatre.frame(1, now)
    theatre.frame(2, now, ())
    with monkeypatch.context() as patch:  # the window's end stops the engine that there is
        patch.setattr(EngineClient, "alive", False)
        stage.fetch(figure, lambda shot: got.append(shot.snapshot.step))
    assert got == [1]


def test_an_export_asks_for_frames_that_hold_everything(student: Student) -> None:
    window = student.window
    window.acts["play"].trigger()
    student.until(lambda: student.step >= 5)
    window.publisher.export()
    wanted = window.client.generation
    student.until(lambda: window.stage.whole and window.stage.whole.snapshot.generation >= wanted)
    stage = window.stage
    assert stage.whole is not None
    assert stage.whole.snapshot.has("map", "section", "lens_p", "curve_step")

    export_dialog(window).reject()
    assert window.client.generation == wanted + 1
