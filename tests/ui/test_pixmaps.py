"""Pictures that are kept hold their pixels alone."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from ebmviz.ui.look import theme
from ebmviz.ui.plots import marks

COUNT, PIXELS = 200, 4 * 12 * 12


class _Info(ctypes.Structure):
    """What glibc's mallinfo2 returns."""

    _names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in _names.split()]


def held(make: Callable[[int], object]) -> float:
    """Bytes in use by each of COUNT things."""
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = _Info
    before = libc.mallinfo2().uordblks
    things = [make(i) for i in range(COUNT)]
    each = (libc.mallinfo2().uordblks - before) / len(things)
    return float(each)


def painted(_: int) -> QPixmap:
    made = QPixmap(12, 12)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setBrush(QColor("red"))
    painter.drawEllipse(0, 0, 11, 11)
    painter.end()
    return made


@pytest.mark.usefixtures("qtbot")
def test_a_picture_that_was_painted_on_keeps_its_painter() -> None:
    assert held(painted) > 4 * PIXELS  # or `dried` is no longer needed


@pytest.mark.usefixtures("qtbot")
def test_a_dried_picture_keeps_its_pixels_alone() -> None:
    assert held(lambda i: theme.dried(painted(i))) < 3 * PIXELS
    wet = painted(0)
    wet.setDevicePixelRatio(1.5)
    dry = theme.dried(wet)
    assert dry.toImage() == wet.toImage()
    assert dry.devicePixelRatio() == 1.5


@pytest.mark.usefixtures("qtbot")
def test_marks_of_many_sizes_take_little_room() -> None:
    def mark(i: int) -> QPixmap:
        return marks._sprite("disc", 9 + i / 1000, "accent", 255, "dark", 1.0)

    mark(-1)
    assert held(mark) < 3 * PIXELS
