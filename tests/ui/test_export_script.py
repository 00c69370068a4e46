"""A scene leaves the window as a Python script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import Student


def test_a_script_trains_as_far_as_the_window_has(student: Student, tmp_path: Path) -> None:
    window, target = student.window, tmp_path / "mine.py"
    window.edit({"optimizer.lr": 0.125})
    window.client.advance(3)
    student.until(lambda: student.step == 3)
    window.publisher.save_script(target)
    student.until(lambda: "Saved mine.py" in window.banner.text.text())
    text = target.read_text("utf-8")
    compile(text, "mine.py", "exec")
    assert "SEED, STEPS = 7, 3\n" in text
    assert "torch.optim.SGD(w.values(), lr=0.125)" in text


@pytest.mark.slow
def test_a_scene_without_a_script_says_so(sit_down: Callable[..., Student], tmp_path: Path) -> None:
    student, target = sit_down("hopfield-modern"), tmp_path / "mine.py"
    student.window.publisher.save_script(target)
    student.until(lambda: "nothing to train" in student.window.banner.text.text())
    assert not target.exists()
