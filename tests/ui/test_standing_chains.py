"""Chains of the window: a saved session and a crashed engine bring them back where they stood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.files.session import load
from tests.ui.conftest import Student

COUNT = 3000  # all of them are drawn


def drawn(student: Student) -> Any:
    """The chains on the screen."""
    shot = student.window.stage.shot
    return shot.snapshot.arrays.get("chains") if shot else None


def steps(student: Student) -> float:
    return student.metrics.get("sampler_steps", 0.0)


@pytest.fixture
def walked(student: Student) -> Student:
    """Chains have walked some steps, and stand."""
    window = student.window
    window.edit({"sampler.chains": COUNT, "sampler.pace": 1e3, "view.resolution": 64})
    window.acts["sample"].trigger()
    student.until(lambda: steps(student) >= 5)
    window.acts["sample"].trigger()
    window.edit({"view.contours": 5})  # answered after the chains have been told to stand
    student.settled()
    return student


def test_a_session_opens_with_its_chains(
    walked: Student, sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    window, path = walked.window, tmp_path / "a.ebmviz"
    saved: list[bool] = []
    window.document.save_to(path, lambda: saved.append(True))
    walked.until(lambda: saved)
    session = load(path, library.shipped_catalogue())
    kept = session.checkpoint.weights
    stood, done = kept["chains/y"], int(kept["chains/steps"][0])
    assert stood.shape == (COUNT, 2)
    assert done >= 5
    assert np.array_equal(stood, drawn(walked))

    again = sit_down(scene=session.scene, session=session, path=path)
    again.until(lambda: drawn(again) is not None)
    assert np.array_equal(drawn(again), stood)
    assert not again.window.client.sampling
    assert not again.window.document.dirty
    again.until(lambda: steps(again) == done)
    # They walk on from there when they are told to.
    again.window.acts["sample"].trigger()
    again.until(lambda: steps(again) > done)


@pytest.mark.slow
def test_a_session_without_chains_opens_without(
    walked: Student, sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    fresh = sit_down()
    path = tmp_path / "none.ebmviz"
    saved: list[bool] = []
    fresh.window.document.save_to(path, lambda: saved.append(True))
    fresh.until(lambda: saved)
    assert not [
        n for n in load(path, library.shipped_catalogue()).checkpoint.weights if "chains" in n
    ]
    # Also in a window where chains of the document before stand.
    walked.window.document.give_up()
    walked.window.document.open(path)
    walked.until(lambda: walked.window.document.path == path)
    walked.until(lambda: drawn(walked) is None)


@pytest.mark.slow
def test_a_killed_engine_comes_back_with_the_chains(walked: Student) -> None:
    stood = walked.weights().weights["chains/y"]
    engine = walked.engine
    engine.die()
    walked.another_engine(engine)
    assert np.array_equal(walked.weights().weights["chains/y"], stood)
    walked.until(lambda: drawn(walked) is not None)
    assert np.array_equal(drawn(walked), stood)
