"""A text to read beside a picture: what a stop says, set by matplotlib."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

from ebmviz.core.lesson import latex
from ebmviz.core.lesson.prose import Block, Run, read
from ebmviz.core.palette import Theme, color
from ebmviz.export import style
from ebmviz.export.legend import renderer

_GAP, _APART = 0.36, 0.85  # between lines and between paragraphs, in the size of the letters
_POINT, _MEASURED = 72.0, 12.0
_INSET = 1.3  # of items, in the size of the letters
_SPACES = re.compile(r"(\s+)")
_mathtext: MathTextParser[Any] = MathTextParser("path")


class Extent(NamedTuple):
    """Inches."""

    width: float
    above: float
    below: float


Word = tuple[Run, ...]
"""Runs without a space between, such as a formula and the comma behind it."""


class Placed(NamedTuple):
    """So many inches from the left, in letters of `size` points."""

    x: float
    run: Run
    size: float


class Line(NamedTuple):
    """above and below: how far its runs go from the base line."""

    runs: tuple[Placed, ...]
    above: float
    below: float
    ends: bool  # its paragraph


class Prose:
    """A text in lines no wider than `room` inches, of letters of `size` points; smaller ones where
    a formula has no place to be broken at.
    """

    def __init__(self, text: str, size: float, room: float) -> None:
        self._size = size
        blocks = read(style.clean(text))
        self._lines = [line for each in blocks for line in _set(each, size, room)]

    @property
    def height(self) -> float:
        """Inches."""
        gaps = [self._after(line) for line in self._lines[:-1]]
        return sum(line.above + line.below for line in self._lines) + sum(gaps)

    def draw(self, page: Figure, left: float, top: float, theme: Theme) -> None:
        """On a page, at so many inches from its left and its bottom."""
        for line in self._lines:
            base = top - line.above
            for x, run, size in line.runs:
                _draw(page, run, (left + x, base), size, theme)
            top = base - line.below - self._after(line)

    def _after(self, line: Line) -> float:
        return (_APART if line.ends else _GAP) * self._size / _POINT


def fitting(texts: list[str], sizes: tuple[float, ...], room: tuple[float, float]) -> float:
    """The first of the sizes at which all texts fit a room, in inches; the last if none does."""
    for size in sizes:
        if all(Prose(text, size, room[0]).height <= room[1] for text in texts):
            return size
    return sizes[-1]


def _rows(block: Block) -> Iterator[tuple[Run, ...]]:
    """What begins a line of its own."""
    for run in block.runs if block.kind == "code" else ():
        yield from ((run._replace(text=line),) for line in run.text.split("\n"))
    if block.kind == "heading":
        yield tuple(Run(r.text, "strong" if r.style == "plain" else r.style) for r in block.runs)
    elif block.kind != "code":
        yield block.runs


def _words(runs: tuple[Run, ...]) -> Iterator[Word]:
    """Words, at the spaces outside of formulas and code."""
    word: list[Run] = []
    for run in runs:
        whole = run.style in ("formula", "code")
        for part in [run.text] if whole else _SPACES.split(run.text):
            if whole or part.strip():
                word.append(Run(part, run.style))
            elif part and word:
                yield tuple(word)
                word = []
    if word:
        yield tuple(word)


def _cut(word: Word, size: float, room: float) -> Iterator[Word]:
    """It, or where it is wider than a line its parts: of a formula, those between its operators."""
    if _wide(word, size) <= room:
        yield word
        return
    part: list[Run] = []
    for run in word:
        formula = run.style == "formula" and _shown(run)[1]
        cut = latex.pieces(run.text) if formula else _letters(run, size, room)
        for i, text in enumerate(cut):
            if i:
                yield tuple(part)
                part = []
            part.append(Run(text, run.style))
    yield tuple(part)


def _letters(run: Run, size: float, room: float) -> list[str]:
    """As many at once as have room."""
    count = max(1, int(len(run.text) * min(1.0, room / _wide((run,), size))))
    return [run.text[i : i + count] for i in range(0, len(run.text), count)]


def _wide(word: Word, size: float) -> float:
    return sum(_extent(run, size).width for run in word)


def _set(block: Block, size: float, room: float) -> Iterator[Line]:
    head, rows = block.mark, list(_rows(block))
    inset = _INSET * size / _POINT if head else 0.0
    for at, row in enumerate(rows):
        yield from _filled(row, head if at == 0 else "", inset, size, room, at == len(rows) - 1)


def _filled(
    runs: tuple[Run, ...], head: str, inset: float, size: float, room: float, ends: bool
) -> Iterator[Line]:
    space = _extent(Run("n n"), size).width - _extent(Run("nn"), size).width
    placed = [Placed(0.0, Run(head), size)] if head else []
    x, begun, width = inset, False, room - inset
    for word in (part for whole in _words(runs) for part in _cut(whole, size, width)):
        letters = size * min(1.0, width / _wide(word, size))
        wide = _wide(word, letters)
        if begun and x + space + wide > room:
            yield _line(placed, size, ends=False)
            placed, x, begun = [], inset, False
        x += space if begun else 0.0
        for run in word:
            placed.append(Placed(x, run, letters))
            x += _extent(run, letters).width
        begun = True
    if placed:
        yield _line(placed, size, ends)


def _line(placed: list[Placed], size: float, ends: bool) -> Line:
    usual = _extent(Run("Ag"), size)
    found = [_extent(each.run, each.size) for each in placed]
    above = max(usual.above, *(each.above for each in found))
    return Line(tuple(placed), above, max(usual.below, *(each.below for each in found)), ends)


def _extent(run: Run, size: float) -> Extent:
    found, times = _measured(run), size / _MEASURED
    return Extent(found.width * times, found.above * times, found.below * times)


@lru_cache(4096)
def _measured(run: Run) -> Extent:
    """Of letters of one size: others are as much larger or smaller."""
    shown, mathematics = _shown(run)
    page = _measuring()
    measure: Any = renderer(page).get_text_width_height_descent
    wide, high, below = measure(shown, _font(run, _MEASURED), mathematics)
    return Extent(wide / page.dpi, (high - below) / page.dpi, below / page.dpi)


@lru_cache(1)
def _measuring() -> Figure:
    page = Figure((1, 1), dpi=_POINT * 8)
    FigureCanvasAgg(page)
    return page


@lru_cache(4096)
def _shown(run: Run) -> tuple[str, bool]:
    """As matplotlib reads it; a formula that it does not is shown as it was written."""
    if run.style == "formula":
        try:
            _mathtext.parse(f"${run.text}$")
        except ValueError:
            return run.text, False
        return f"${run.text}$", True
    return run.text, False


def _font(run: Run, size: float) -> FontProperties:
    return FontProperties(
        family="DejaVu Sans Mono" if run.style == "code" else "DejaVu Sans",
        weight="bold" if run.style == "strong" else "normal",
        style="italic" if run.style == "em" else "normal",
        size=size,
    )


def _draw(page: Figure, run: Run, at: tuple[float, float], size: float, theme: Theme) -> None:
    shown, mathematics = _shown(run)
    page.text(
        *at,
        shown,
        fontproperties=_font(run, size),
        transform=page.dpi_scale_trans,
        color=color("text", theme),
        va="baseline",
        parse_math=mathematics,
    )
