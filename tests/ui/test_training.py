"""Training at the window: play, pause, step, reset, the past, divergence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.ui.conftest import Student
from tests.ui.hands import click


def test_training_moves_the_map_and_the_weights(student: Student) -> None:
    before, radii = student.settled()["map"], student.radii()
    click(student, "play")
    student.until(lambda: student.step >= 5)
    assert student.window.acts["play"].text() == "Pause"
    click(student, "play")
    after = student.settled()["map"]
    assert np.abs(after - before).max() > 0.1
    assert np.abs(student.radii() - radii).max() > 0.05
    assert student.window.acts["play"].text() == "Train"


@pytest.mark.slow
def test_timeline_shows_the_past_and_playing_goes_on_from_the_newest(student: Student) -> None:
    window = student.window
    before = student.settled()["map"]
    window.client.advance(12)
    student.until(lambda: student.step == 12)
    newest = student.settled()["map"]
    window.bottom.time.setValue(0)
    student.until(lambda: student.step == 0)
    # The compiled kernel may be loaded between two frames: other roundings.
    assert np.allclose(student.settled()["map"], before, rtol=1e-6, atol=1e-6)
    window.acts["present-step"].trigger()
    student.until(lambda: student.step == 12)
    assert np.allclose(student.settled()["map"], newest, rtol=1e-6, atol=1e-6)
    click(student, "step")
    student.until(lambda: student.step == 13)


@pytest.mark.slow
def test_reset_returns_to_the_same_weights(student: Student) -> None:
    radii = student.radii()
    click(student, "play")
    student.until(lambda: student.step >= 3)
    click(student, "reset")
    student.until(lambda: student.step == 0 and not student.window.client.playing)
    assert np.array_equal(student.radii(), radii)


def test_divergence_is_said_and_the_last_good_weights_stay(student: Student) -> None:
    window = student.window
    window.edit({"optimizer.lr": 5000.0, "view.speed": math.inf})
    click(student, "play")
    student.until(lambda: window.banner.isVisible())
    assert "diverged" in window.banner.text.text()
    assert "η" in window.banner.text.text()
    student.until(lambda: window.acts["play"].text() == "Train")
    assert np.isfinite(student.radii()).all()
    window.edit({"optimizer.lr": 0.01})
    click(student, "reset")
    student.until(lambda: student.step == 0)
    click(student, "step")
    student.until(lambda: student.step == 1)
