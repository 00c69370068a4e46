"""A lab at a rate under which it diverges: huge maps are drawn again in every look."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import pytest

from ebmviz.figures.lab import verdict
from tests.ui.conftest import Student

SCENES = {"horn-learned": 10.0, "implicit-regression": 1e4}
"""And the rate."""


@pytest.mark.parametrize("name", SCENES)
def test_it_lives_through_every_look(
    name: str, sit_down: Callable[..., Student], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "ebmviz")
    student = sit_down(name)
    window = student.window
    window.edit({"optimizer.lr": SCENES[name]})
    window.edit({"view.lab": True})
    student.settled()
    window.toggle()

    def some_diverged() -> bool:
        shot = window.stage.shot
        return bool(shot and "lab_alive" in shot.snapshot.arrays
                    and not shot.snapshot.arrays["lab_alive"].all())  # fmt: skip

    student.until(some_diverged)
    for act in ("theme", "bigger", "theme", "smaller", "theme", "usual", "present", "present"):
        window.acts[act].trigger()
        window.grab()
        student.bot.wait(1)
    if window.client.playing:
        window.toggle()
    student.settled()
    shot = window.stage.shot
    assert shot is not None
    alive = shot.snapshot.arrays["lab_alive"]
    words = [verdict(shot, lane) for lane in range(len(alive))]
    assert [w == "diverged" for w in words] == [not a for a in alive], words
    assert np.count_nonzero(~alive)
    assert window.client.alive and not caplog.records, caplog.text
