"""A text in a plot is whole: near an edge it moves inwards, and takes more lines where it must."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from ebmviz.core.plot import Note
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.items import paint_of
from ebmviz.ui.plots.notes import Words

WORDS = "−0.043: impossible for a KL"


def alpha(note: Note, wide: int, high: int = 200) -> np.ndarray:
    """What is painted of it on axes from 0 to 10, y up: (high, wide)."""
    picture = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.translate(0, high)
    painter.scale(wide / 10, -high / 10)
    paint_of(note, "dark")(painter, QRectF(0, 0, 10, 10))
    painter.end()
    seen = picture.convertToFormat(QImage.Format.Format_Alpha8)
    rows = np.frombuffer(seen.constBits(), np.uint8).reshape(high, seen.bytesPerLine())
    return rows[:, :wide] / 255


@pytest.fixture(autouse=True, params=[1.0, 2.0])
def text_size(request: pytest.FixtureRequest) -> Iterator[None]:
    theme.apply(application(), "dark", request.param)
    yield
    theme.apply(application(), "dark")


@pytest.mark.parametrize("at", [(0.1, 9.9), (9.9, 0.1), (0.1, 0.1), (3.3, 6.6)])
def test_it_is_whole_wherever_it_stands(at: tuple[float, float]) -> None:
    middle, there = alpha(Note(5, 5, WORDS), 700), alpha(Note(*at, WORDS), 700)
    assert there.sum() == pytest.approx(middle.sum(), rel=0.02)


@pytest.mark.parametrize("wide", [180, 300])
def test_it_takes_as_many_lines_as_it_must(wide: int) -> None:
    middle, there = alpha(Note(5, 5, WORDS), 700), alpha(Note(5, 5, WORDS), wide)
    assert there.sum() == pytest.approx(middle.sum(), rel=0.03)


def test_a_number_on_a_mark_stays_there() -> None:
    at = alpha(Note(0, 5, "12", "panel"), 700)
    whole = alpha(Note(5, 5, "12", "panel"), 700)
    assert at.sum() < 0.9 * whole.sum()


def test_none_lies_over_another_and_the_first_stays() -> None:
    """Names of axes come before the numbers at their ends."""
    taken: list[QRectF] = []
    assert has_room(Note(5, 5, "y_1"), taken)
    assert not has_room(Note(5.1, 5, "−14"), taken)
    assert has_room(Note(5, 9, "14"), taken)
    assert len(taken) == 2


def test_numbers_on_marks_may_be_close() -> None:
    taken: list[QRectF] = []
    assert all(has_room(Note(5, 5, number, "panel"), taken) for number in "123")


def has_room(note: Note, taken: list[QRectF]) -> bool:
    scale = QTransform.fromScale(30, 30)
    return Words(note, "dark").has_room(scale, QRectF(0, 0, 10, 10), taken)


def test_what_stands_outside_stays_outside() -> None:
    assert alpha(Note(-5, 5, "12"), 700).sum() == 0
