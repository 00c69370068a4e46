"""Points from a picture, and data into files, at the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QFileDialog

from ebmviz.core.samples import samples_of
from ebmviz.files.tables.roles import roles, samples
from ebmviz.files.tables.table import read_table
from ebmviz.ui.hands.picture import PictureDialog, dark, read
from tests.ui.conftest import Student
from tests.ui.hands import drop


def half_dark(wide: int = 200, high: int = 100) -> QImage:
    """Black on the left, clear on the right."""
    image = QImage(wide, high, QImage.Format.Format_ARGB32)
    image.fill(QColor(255, 255, 255, 0))
    painter = QPainter(image)
    painter.fillRect(0, 0, wide // 2, high, QColor("black"))
    painter.end()
    return image


def test_how_dark_a_picture_is(tmp_path: Path) -> None:
    shade = dark(half_dark())
    assert shade.shape == (100, 200)
    assert set(shade[:, :100].ravel()) == {1.0}
    assert not shade[:, 100:].any()
    grey = QImage(3, 2, QImage.Format.Format_RGB32)
    grey.fill(QColor(255, 0, 0))
    assert dark(grey) == pytest.approx(0.701, abs=1e-3)
    large = tmp_path / "large.png"
    assert half_dark(3000, 1500).save(str(large))
    small = read(large)
    assert (small.width(), small.height()) == (1024, 512)
    assert dark(half_dark(3000, 1500)).shape == (512, 1024)


def test_a_picture_that_is_dropped_becomes_points_and_the_data_become_a_file(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, store = student.window, student.window.store
    student.settled()
    picture = tmp_path / "dark.png"
    assert half_dark().save(str(picture))
    answers = [(False, 7, True), (True, 500, False), (True, 300, True)]

    def answer(dialog: PictureDialog) -> int:
        accepted, count, replaces = answers.pop(0)
        dialog.count.setText(str(count))
        dialog.count.setModified(True)
        dialog.replaces.setChecked(replaces)
        dialog.accept()
        return int(accepted)

    monkeypatch.setattr(PictureDialog, "exec", answer)
    before = store.scene
    drop(student, picture)
    assert store.scene == before  # Cancel
    drop(student, picture)
    own = samples_of(store.scene)
    assert own is not None
    assert own.rows.shape == (524, 2)
    assert (own.rows[24:, 0] <= 0).all()
    window.acts["undo"].trigger()
    assert store.scene == before
    QGuiApplication.clipboard().setImage(half_dark())
    window.acts["paste"].trigger()
    own = samples_of(store.scene)
    assert own is not None
    assert own.rows.shape == (300, 2)
    assert not answers
    # Twice as wide as high, and 0.9 of the map.
    left, right, *_ = window.landscape.framed(store.scene.view)
    assert own.rows[:, 0].min() == pytest.approx(0.45 * (left - right), rel=0.03)
    assert np.ptp(own.rows[:, 1]) == pytest.approx(np.ptp(own.rows[:, 0]), rel=0.05)
    wrong = tmp_path / "wrong.jpg"
    wrong.write_bytes(b"no picture")
    drop(student, wrong)
    assert "wrong.jpg: not a picture" in window.banner.text.text()
    for suffix in (".csv", ".npy"):
        file = tmp_path / f"data{suffix}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, f=file, **__: (str(f), ""))
        window.acts["export-data"].trigger()
        table = read_table(file)
        assert np.array_equal(samples(table, roles(table)).rows, own.rows)
    assert "300 points" in window.banner.text.text()
