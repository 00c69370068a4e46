"""Training → Engine elsewhere…: asked for, refused, seen, and left again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog

from tests.ui.conftest import Student
from tests.ui.test_undo_training import same, train


def answer(monkeypatch: pytest.MonkeyPatch, text: str, wanted: bool = True) -> list[str]:
    """What stands in the field when it is asked, which is then answered so."""
    offered: list[str] = []

    def ask(*_: object, text: str = "", **__: object) -> tuple[str, bool]:
        offered.append(text)
        return given

    given = (text, wanted)
    monkeypatch.setattr(QInputDialog, "getText", ask)
    return offered


@pytest.mark.process
def test_an_engine_elsewhere_is_seen_for_as_long_as_it_is_one(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, command = student.window, f"{sys.executable} -P -m ebmviz engine --link"
    lamp, client = window.toolbar.lamp, window.client
    weights, here = train(student, 5), client.pid
    there = f"{Path(sys.executable).name}: "
    offered = answer(monkeypatch, command)
    window.acts["engine-place"].trigger()
    student.until(lambda: client.ready and client.pid != here)
    student.settled()
    student.until(lambda: lamp.text().startswith(there))
    assert student.step == 5
    assert same(student.weights(), weights)
    away = client.pid
    again = answer(monkeypatch, "")
    window.acts["engine-place"].trigger()
    student.until(lambda: client.ready and client.pid != away)
    student.settled()
    student.until(lambda: not lamp.text().startswith(there))
    assert (offered, again) == ([""], [command])
    assert same(student.weights(), weights)


@pytest.mark.parametrize("text", ["ssh:", "srun 'x", "ssh:lab"])
def test_what_cannot_be_is_said_and_the_engine_stays(
    student: Student, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    window, here = student.window, student.engine
    monkeypatch.setattr(window.client, "plugins", ("/home/me/own.py",))
    answer(monkeypatch, text)
    window.acts["engine-place"].trigger()
    assert window.banner.isVisible()
    assert student.engine is here
    answer(monkeypatch, text, wanted=False)
    window.banner.hide()
    window.acts["engine-place"].trigger()
    assert not window.banner.isVisible()
    assert student.engine is here
