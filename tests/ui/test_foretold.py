"""What will take long is said before it does, with the way out, and for as long as it lasts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from ebmviz.core import library
from ebmviz.core.errors import Problem
from ebmviz.ui.session import engine as session_engine
from tests.ui.conftest import Student
from tests.ui.thread_engine import ThreadEngine

LONG = "about 80 s to the first picture"


@pytest.mark.slow
def test_a_long_wait_offers_a_way_out_until_there_is_a_picture(student: Student) -> None:
    window, banner = student.window, student.window.banner
    window.edit({"view.beta": 0.5}, False)
    window.client.foretold.emit(LONG)
    assert banner.isVisible()
    assert banner.text.text().startswith("About 80 s")
    assert "restart" in banner.button.text().lower()
    student.settled()
    assert not banner.isVisible()


def test_its_way_out_leads_back_to_the_scene_before(student: Student) -> None:
    window, engine = student.window, student.engine
    # Chosen, but not shown yet: the event loop has not had its turn.
    window.edit({"view.beta": 0.25}, False)
    window.client.foretold.emit(LONG)
    before = window.stage.accepted
    window.banner.button.click()
    student.another_engine(engine)
    student.settled()
    assert before is not None
    assert window.store.scene == before


@pytest.mark.slow
def test_a_new_document_is_left_for_the_one_before(student: Student, tmp_path: Path) -> None:
    window = student.window
    window.edit({"view.beta": 0.25}, False)
    student.settled()
    window.document.save_to(tmp_path / "mine.ebmviz")
    student.until(lambda: window.document.path is not None)
    window.client.advance(7)
    student.until(lambda: bool(window.client.kept and window.client.kept.step == 7))
    before, engine = window.store.scene, student.engine
    window.document.adopt(library.scene("kmeans", window.store.catalogue), None, None)
    window.client.foretold.emit(LONG)
    assert window.banner.text.text().endswith(
        "Restarting the engine, or another scene, gives it up."
    )
    window.banner.button.click()
    student.another_engine(engine)
    student.settled()
    assert window.store.scene == before
    assert window.document.name == "mine.ebmviz"
    assert window.document.step == 7
    assert window.document.dirty


def test_what_an_engine_that_is_gone_asked_for_goes_with_it(student: Student) -> None:
    """Here the menu starts another, or the dialog one elsewhere: no sentence says it is to do."""
    window, banner, engine = student.window, student.window.banner, student.engine
    student.settled()
    window.client.lost.emit(Problem("died", "there is no machine here"), False)
    assert banner.isVisible()
    assert banner.button.isVisible()
    window.rescue.restart()
    student.another_engine(engine)
    assert not banner.isVisible()


@pytest.mark.slow
def test_a_restart_goes_on_with_a_document_that_was_shown(student: Student) -> None:
    window, engine = student.window, student.engine
    window.document.begin(library.scene("kmeans", window.store.catalogue))
    student.settled()
    window.rescue.restart()
    student.another_engine(engine)
    assert window.store.scene.name == "kmeans"


def test_at_the_start_a_restart_leads_to_the_ellipse(
    sit_down: Callable[..., Student], monkeypatch: pytest.MonkeyPatch
) -> None:
    born: list[ThreadEngine] = []

    def engine(_command: list[str], parent: QObject) -> ThreadEngine:
        """The first is busy from its start: it may be done with the scene before it is told."""
        born.append(ThreadEngine(parent))
        if len(born) == 1:
            born[0].be_busy()
        return born[-1]

    monkeypatch.setattr(session_engine, "EngineProcess", engine)
    student = sit_down("kmeans", wait=False)
    window = student.window
    student.until(lambda: window.client.greeted_us)
    window.client.foretold.emit(LONG)
    window.banner.button.click()
    student.another_engine(born[0])
    student.settled()
    assert window.store.scene.name == "ellipse"


def test_a_device_that_failed_is_said_until_it_is_read(student: Student) -> None:
    """Training goes on: nothing is asked, and no other message takes its place for good."""
    window, banner = student.window, student.window.banner
    window.client.fallen.emit("the device cuda:0 failed: training goes on on the CPU")
    window.edit({"view.beta": 0.5}, False)
    student.settled()
    assert banner.isVisible()
    assert banner.text.text() == "The device cuda:0 failed: training goes on on the CPU."
    assert not banner.button.isVisible()
