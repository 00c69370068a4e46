"""A real window; its engine runs in a thread, and in a process where a test is marked `process`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.figures.base.figure import Shot
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.session import engine as session_engine
from ebmviz.ui.window import Window
from tests.ui import thread_engine
from tests.ui.thread_engine import ThreadEngine

PATIENCE = 30_000
# pyqtgraph drops moves that follow each other faster than a hand can make them.
pg.setConfigOption("mouseRateLimit", -1)


@pytest.fixture(autouse=True)
def engine_thread(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Torch takes seconds to load: only what is about the process has one of its own."""
    if request.node.get_closest_marker("process"):
        yield
        return
    monkeypatch.setattr(session_engine, "EngineProcess", thread_engine.engine)
    yield
    thread_engine.all_ended()


class Student:
    """Sits at the window: waits for what it shows, and asks it things."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.bot = window, qtbot

    def until(self, condition: Callable[[], Any]) -> None:
        """Wait for a state, never for a time."""
        self.bot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    def settled(self) -> dict[str, Any]:
        """The arrays of the frame that shows the newest scene, in full unless it is training."""
        window = self.window
        wanted = window.client.generation

        def done() -> bool:
            shot = window.stage.shot
            if shot is None or shot.snapshot.generation < wanted:
                return False
            arrays = shot.snapshot.arrays
            rough = "map" in arrays and len(arrays["map"]) < window.store.scene.view.resolution
            return not rough or window.acts["play"].text() == "Pause"

        self.until(done)
        shot = window.stage.shot
        assert shot is not None
        return dict(shot.snapshot.arrays)

    def weights(self) -> Checkpoint:
        """A checkpoint fetched now."""
        got: list[Checkpoint] = []
        self.window.client.fetch(got.append)
        self.until(lambda: got)
        return got[0]

    def radii(self) -> np.ndarray:
        """w of the ellipse."""
        return np.asarray(self.weights().weights["w"])

    @property
    def engine(self) -> ThreadEngine:
        """To be told what becomes of it."""
        found = self.window.client._process
        assert isinstance(found, ThreadEngine)
        return found

    def another_engine(self, than: ThreadEngine) -> None:
        """Wait for the one that comes after it, at work."""
        client = self.window.client
        self.until(lambda: client._process not in (None, than) and client.ready)  # type: ignore[comparison-overlap]

    @property
    def shown(self) -> Shot:
        """The frame on the screen, and the scene that it shows."""
        assert self.window.stage.shot is not None
        return self.window.stage.shot

    @property
    def metrics(self) -> dict[str, float]:
        """Of the frame on the screen: the cards beside the map may not have had their turn."""
        shot = self.window.stage.shot
        return shot.snapshot.metrics if shot else {}

    @property
    def step(self) -> int:
        """The step on the screen."""
        shot = self.window.stage.shot
        return shot.snapshot.step if shot else -1


@pytest.fixture
def sit_down(qtbot: QtBot) -> Iterator[Callable[..., Student]]:
    """Opens windows; closes them and their engines afterwards."""
    opened: list[Window] = []

    def open_window(name: str = "ellipse", wait: bool = True, **given: Any) -> Student:
        app = application()
        theme.apply(app, "dark")
        scene = given.pop("scene", None) or library.scene(name, library.shipped_catalogue())
        with theme.dressed_together(app):
            window = Window(scene, **given)
        opened.append(window)
        window.resize(1280, 800)
        window.show()
        student = Student(window, qtbot)
        if wait:
            student.until(lambda: window.stage.shot is not None)
        return student

    yield open_window
    for window in opened:
        window.document.close()
        window.client.stop()
        window.hide()
        window.deleteLater()


@pytest.fixture
def student(sit_down: Callable[..., Student]) -> Student:
    """At the lecture's ellipse, with the first landscape on the screen."""
    return sit_down()
