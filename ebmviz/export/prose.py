"""A text to read beside a picture: a little of Markdown, with formulas between dollars, set by
matplotlib.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

from ebmviz.core.palette import Theme, color
from ebmviz.export import style
from ebmviz.export.legend import renderer

_GAP, _APART = 0.36, 0.85  # between lines and between paragraphs, in the size of the letters
_POINT, _MEASURED = 72.0, 12.0
_PIECE = re.compile(
    r"(?<![\\$])\$(?![\s$])(?P<math>[^$\n]+?)(?<![\s\\])\$(?!\d)"
    r"|\*\*(?P<bold>[^*\n]+)\*\*|\*(?P<slanted>[^*\n]+)\*|`(?P<code>[^`\n]+)`"
)
_ITEM = re.compile(r"(?:[-*]|(\d+)\.) +")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!$>])")
_mathtext: MathTextParser[Any] = MathTextParser("path")


class Piece(NamedTuple):
    """Letters in one style. kind: "", or the name of a group of the pattern above."""

    said: str
    kind: str = ""


class Extent(NamedTuple):
    """Inches."""

    width: float
    above: float
    below: float


Word = tuple[Piece, ...]
"""Pieces without a space between, such as a formula and the comma behind it."""
Placed = tuple[float, Piece]


class Line(NamedTuple):
    """Pieces, each so far from the left; above and below: how far they go from the base line."""

    pieces: tuple[Placed, ...]
    above: float
    below: float
    ends: bool  # its paragraph


class Prose:
    """A text in lines no wider than `room` inches, of letters of `size` points."""

    def __init__(self, text: str, size: float, room: float) -> None:
        self._size = size
        self._lines = [line for each in _paragraphs(text) for line in _set(each, size, room)]

    @property
    def height(self) -> float:
        """Inches."""
        gaps = [self._after(line) for line in self._lines[:-1]]
        return sum(line.above + line.below for line in self._lines) + sum(gaps)

    def draw(self, page: Figure, left: float, top: float, theme: Theme) -> None:
        """On a page, at so many inches from its left and its bottom."""
        for line in self._lines:
            base = top - line.above
            for x, piece in line.pieces:
                _draw(page, piece, (left + x, base), self._size, theme)
            top = base - line.below - self._after(line)

    def _after(self, line: Line) -> float:
        return (_APART if line.ends else _GAP) * self._size / _POINT


def fitting(texts: list[str], sizes: tuple[float, ...], room: tuple[float, float]) -> float:
    """The first of the sizes at which all texts fit a room, in inches; the last if none does."""
    for size in sizes:
        if all(Prose(text, size, room[0]).height <= room[1] for text in texts):
            return size
    return sizes[-1]


def _paragraphs(text: str) -> Iterator[tuple[str, list[Word]]]:
    """What stands before each, and its words."""
    lines: list[str] = []
    for line in (*text.splitlines(), ""):
        begins = _ITEM.match(line.strip()) is not None
        if lines and (begins or not line.strip()):
            yield _paragraph(" ".join(lines))
            lines = []
        if line.strip():
            lines.append(line.strip())


def _paragraph(text: str) -> tuple[str, list[Word]]:
    item = _ITEM.match(text)
    head = "" if item is None else f"{item[1]}." if item[1] else "•"
    return head, _words(style.clean(text[item.end() :] if item else text))


def _words(text: str) -> list[Word]:
    pieces: list[Piece] = []
    end = 0
    for match in _PIECE.finditer(text):
        pieces.append(Piece(text[end : match.start()]))
        kind = match.lastgroup or ""
        pieces.append(Piece(match[kind], kind))
        end = match.end()
    pieces.append(Piece(text[end:]))
    return [tuple(word) for word in _apart(pieces)]


def _apart(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Words, at the spaces outside of formulas and code."""
    word: list[Piece] = []
    for said, kind in pieces:
        whole = kind in ("math", "code")
        parts = [said] if whole else re.split(r"(\s+)", _ESCAPED.sub(r"\1", said))
        for part in parts:
            if whole or part.strip():
                word.append(Piece(part, kind))
            elif part and word:
                yield word
                word = []
    if word:
        yield word


def _set(paragraph: tuple[str, list[Word]], size: float, room: float) -> Iterator[Line]:
    head, words = paragraph
    inset = 1.3 * size / _POINT if head else 0.0
    space = _extent(Piece("n n"), size).width - _extent(Piece("nn"), size).width
    placed: list[Placed] = [(0.0, Piece(head))] if head else []
    x, begun = inset, False
    for word in words:
        wide = sum(_extent(piece, size).width for piece in word)
        if begun and x + space + wide > room:
            yield _line(placed, size, ends=False)
            placed, x, begun = [], inset, False
        x += space if begun else 0.0
        for piece in word:
            placed.append((x, piece))
            x += _extent(piece, size).width
        begun = True
    if placed:
        yield _line(placed, size, ends=True)


def _line(placed: list[Placed], size: float, ends: bool) -> Line:
    usual = _extent(Piece("Ag"), size)
    found = [_extent(piece, size) for _, piece in placed]
    above = max(usual.above, *(each.above for each in found))
    return Line(tuple(placed), above, max(usual.below, *(each.below for each in found)), ends)


def _extent(piece: Piece, size: float) -> Extent:
    found, times = _measured(piece), size / _MEASURED
    return Extent(found.width * times, found.above * times, found.below * times)


@lru_cache(4096)
def _measured(piece: Piece) -> Extent:
    """Of letters of one size: others are as much larger or smaller."""
    shown, mathematics = _shown(piece)
    page = _measuring()
    measure: Any = renderer(page).get_text_width_height_descent
    wide, high, below = measure(shown, _font(piece, _MEASURED), mathematics)
    return Extent(wide / page.dpi, (high - below) / page.dpi, below / page.dpi)


@lru_cache(1)
def _measuring() -> Figure:
    page = Figure((1, 1), dpi=_POINT * 8)
    FigureCanvasAgg(page)
    return page


@lru_cache(4096)
def _shown(piece: Piece) -> tuple[str, bool]:
    """As matplotlib reads it; a formula that it does not is shown as it was written."""
    if piece.kind == "math":
        try:
            _mathtext.parse(f"${piece.said}$")
        except ValueError:
            return piece.said, False
        return f"${piece.said}$", True
    return piece.said, False


def _font(piece: Piece, size: float) -> FontProperties:
    return FontProperties(
        family="DejaVu Sans Mono" if piece.kind == "code" else "DejaVu Sans",
        weight="bold" if piece.kind == "bold" else "normal",
        style="italic" if piece.kind == "slanted" else "normal",
        size=size,
    )


def _draw(page: Figure, piece: Piece, at: tuple[float, float], size: float, theme: Theme) -> None:
    shown, mathematics = _shown(piece)
    page.text(
        *at,
        shown,
        fontproperties=_font(piece, size),
        transform=page.dpi_scale_trans,
        color=color("text", theme),
        va="baseline",
        parse_math=mathematics,
    )
