"""The command line that the window gives shows what the window shows."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QImage

from ebmviz.cli import main
from ebmviz.ui.hands.weights import NEED
from tests.ui.conftest import Student


def line_of(student: Student) -> str:
    """What the action puts onto the clipboard; empty where it says why there is none."""
    clipboard, banner = QGuiApplication.clipboard(), student.window.banner
    student.settled()
    clipboard.setText("")
    banner.text.setText("")
    student.window.acts["copy-line"].trigger()
    student.until(lambda: banner.text.text())
    return clipboard.text()


def said(student: Student) -> str:
    return student.window.banner.text.text()


def map_of(image: QImage, student: Student) -> np.ndarray:
    """The pixels where the map is."""
    window, view = student.window, student.window.landscape
    corner = view.mapTo(window, view.rect().topLeft())
    part = image.copy(QRect(corner, view.size())).convertToFormat(QImage.Format.Format_RGB32)
    return np.array(part.constBits()).reshape(part.height(), part.width(), 4)


def train(student: Student, steps: int) -> None:
    wanted = student.step + steps
    student.window.client.advance(steps)
    student.until(lambda: student.step == wanted)


def test_the_program_draws_the_same_map_by_the_line(student: Student, tmp_path: Path) -> None:
    window = student.window
    window.resize(1100, 760)
    window.edit({"view.beta": 4.0, "optimizer.lr": 0.05, "view.arrows": "off"})
    train(student, 12)
    line = line_of(student)
    assert "Copied" in said(student)
    words = shlex.split(line)
    assert words[:3] == ["ebmviz", "screenshot", "ellipse"]
    assert words[words.index("--steps") + 1] == "12"
    at = words.index("-o") + 1
    words[at] = str(tmp_path / words[at])
    window.banner.hide()
    assert main(words[1:]) == 0
    there = map_of(QImage(words[at]), student)
    # The window draws in full once nothing moves.
    student.until(lambda: np.array_equal(map_of(window.grab().toImage(), student), there))


@pytest.mark.slow
def test_a_run_under_two_settings_is_in_no_line(student: Student) -> None:
    train(student, 5)
    assert "--steps 5" in line_of(student)
    student.window.edit({"optimizer.lr": 0.05})
    train(student, 5)
    assert not line_of(student)
    assert "settings were changed" in said(student)
    student.window.acts["reset"].trigger()
    student.until(lambda: student.step == 0)
    assert "optimizer.lr=0.05" in line_of(student)


@pytest.mark.slow
def test_a_moved_weight_is_in_no_line(student: Student) -> None:
    assert NEED in student.window.store.scene.facts
    student.window.client.move_weight(0, (1.0, 0.0))
    student.until(lambda: student.radii()[0] == np.float32(1.0))
    assert not line_of(student)
    assert "weights were moved" in said(student)


def test_what_is_saved_is_told_by_its_file(student: Student, tmp_path: Path) -> None:
    window, path = student.window, tmp_path / "two words.ebmviz"
    train(student, 5)
    window.edit({"optimizer.lr": 0.05})
    train(student, 5)
    done: list[bool] = []
    window.document.save_to(path, lambda: done.append(True))
    student.until(lambda: done)
    window.edit({"view.beta": 2.0})
    words = shlex.split(line_of(student))
    assert words[2:5] == [str(path), "--set", "view.beta=2"]
    assert "--steps" not in words
    train(student, 1)
    assert not line_of(student)


def test_a_comparison_is_in_no_line(student: Student) -> None:
    train(student, 4)
    student.window.edit({"view.compare": "0@2"})
    assert not line_of(student)
    assert "a comparison" in said(student)
