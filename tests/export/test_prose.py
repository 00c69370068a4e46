"""A text beside a picture is set within its room, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ebmviz.core.lesson import shipped
from ebmviz.export import style
from ebmviz.export.prose import Prose, fitting
from tests.slow import sparing

DPI = 100
SIZE = 11.0


@pytest.fixture(autouse=True)
def _as_exported() -> Iterator[None]:
    with matplotlib.rc_context(style.settings()):
        yield


def ink(text: str, room: float, size: float = SIZE) -> tuple[float, float, float]:
    """Right, top and bottom of what is drawn of it, in inches from where it begins."""
    page = Figure((room + 2, 12), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(page)
    Prose(text, size, room).draw(page, 1, 11, "light")
    canvas.draw()
    dark = np.asarray(canvas.buffer_rgba())[..., :3].min(2) < 128
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    return columns[-1] / DPI - 1, rows[0] / DPI - 1, rows[-1] / DPI - 1


@pytest.mark.parametrize("room", [2.0, 3.5, 8.0])
def test_lines_keep_within_their_room(room: float) -> None:
    text = "words and *slanted* ones, **bold** ones, `code` and $E = \\|y - z\\|^2$, again. " * 4
    right, top, bottom = ink(text, room)
    assert room / 2 < right <= room + 0.02
    assert top >= -1.5 / DPI  # but for the rounding to pixels
    assert bottom <= Prose(text, SIZE, room).height + 0.02


LONG = (
    r"$F_\beta(y) = -\frac{1}{\beta} \ln \int e^{-\beta E(y, z)} \, dz + \langle E \rangle - T S$",
    r"so $\left( a + b + c + d + e + f + g + h + i + j + k + l + m + n \right)^2$, whole",
    r"- an item: $x_1 + x_2 + x_3 + x_4 + x_5 + x_6 + x_7 + x_8 + x_9 + x_{10}$.",
    "a_word_that_nobody_could_ever_have_meant_to_be_read_in_a_single_breath",
)


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("room", [1.1, 2.0])
def test_what_is_wider_than_a_line_is_broken_or_smaller(text: str, room: float) -> None:
    right, _, bottom = ink(text, room)
    assert 0.6 * room < right <= room + 0.02
    assert bottom <= Prose(text, SIZE, room).height + 0.02


def test_a_formula_is_broken_before_it_gets_smaller() -> None:
    """As high as lines of letters that are not."""
    lines = Prose("$a + b = c$", SIZE, 0.4).height / Prose("$a$", SIZE, 0.4).height
    assert lines > 2.5


def test_a_narrower_room_makes_it_higher() -> None:
    text = "many words " * 30
    heights = [Prose(text, SIZE, room).height for room in (8.0, 4.0, 2.0)]
    assert heights == sorted(heights)
    assert 1.5 * heights[0] < heights[1] < heights[2] / 1.5


def test_paragraphs_and_items_begin_a_line() -> None:
    line = Prose("one", SIZE, 5).height
    assert Prose("one two", SIZE, 5).height == line
    assert Prose("one\ntwo", SIZE, 5).height == line  # a line of the source is none
    for text in ("one\n\ntwo", "- one\n- two", "1. one\n2. two", "one\n- two"):
        assert Prose(text, SIZE, 5).height > 2 * line, text


def test_what_is_no_formula_is_shown_as_it_was_written() -> None:
    """A price, a lone dollar, and one that matplotlib cannot read."""
    for text in ("costs 5$ or 6$", "$", "a $\\nonsense{x}$ b", "2 * 3 * 4", "a_b", "\\*x\\*"):
        right, _, _ = ink(text, 4)
        assert 0.05 < right < 2


def test_the_first_size_that_fits_is_taken() -> None:
    sizes = 20.0, 12.0, 6.0
    text = "some words to read " * 6
    high = {size: Prose(text, size, 3).height for size in sizes}
    assert fitting([text], sizes, (3, high[20.0])) == 20.0
    assert fitting(["short", text], sizes, (3, high[12.0])) == 12.0
    assert fitting([text], sizes, (3, 0.1)) == 6.0


@pytest.mark.parametrize("name", sparing(shipped.names(), ("memory", "free-energy")))
def test_the_texts_of_lessons_are_set(name: str) -> None:
    """In a column of a film, with letters that can still be read, and every formula typeset."""
    said = [
        text for stop in shipped.lesson(name).stops for text in (stop.text, stop.answer) if text
    ]
    assert fitting(said, (15.0, 12.0, 10.0, 9.0, 8.0, 7.0), (2.78, 4.6)) >= 8.0
