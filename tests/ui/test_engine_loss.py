"""An engine that is killed comes back, and no work is lost."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import Qt

from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child, click


@pytest.mark.process
@pytest.mark.slow
def test_a_killed_engine_comes_back_and_training_goes_on(student: Student) -> None:
    window = student.window
    click(student, "play")
    student.until(lambda: student.step >= 10)
    kept = student.weights()
    pid = window.client.pid
    os.kill(pid, signal.SIGKILL)
    student.until(lambda: window.banner.isVisible())
    # The window answers while there is no engine, or a new one is still starting.
    child(student, "view.beta.box").clear()
    student.bot.keyClicks(child(student, "view.beta.box"), "3")
    student.bot.keyClick(child(student, "view.beta.box"), Qt.Key.Key_Return)
    assert window.store.scene.view.beta == 3
    assert "signal 9" in window.banner.text.text()
    student.until(lambda: window.client.pid not in (0, pid))
    student.settled()
    assert window.stage.shot is not None
    assert window.stage.shot.scene.view.beta == 3
    student.until(lambda: student.step > kept.step)
    assert window.client.playing
    # The steps before the crash are still in the record.
    steps = student.weights().history["step"]
    assert steps[0] == 0
    assert set(range(kept.step)) <= set(steps.tolist())


def test_a_second_loss_waits_for_a_click(student: Student) -> None:
    window = student.window
    click(student, "step")
    student.until(lambda: student.step == 1)
    student.weights()
    first = student.engine
    first.die()
    student.another_engine(first)
    student.settled()
    student.weights()
    student.engine.die()
    student.until(lambda: not window.client.alive)
    student.until(lambda: window.banner.button.isVisible())
    # Changes made now are not lost.
    window.edit({"view.beta": 2.0})
    student.bot.mouseClick(window.banner.button, LEFT)
    student.until(lambda: window.stage.shot and window.stage.shot.scene.view.beta == 2.0)
    student.settled()
    assert student.step == 1
