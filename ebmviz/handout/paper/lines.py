"""Blocks of text broken into lines of a width, in points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ebmviz.core.lesson import latex
from ebmviz.core.lesson.prose import Block, Run, Style
from ebmviz.handout.paper.letters import Piece, piece

_LEADING = 1.36  # between base lines, in the size of the letters
_APART, _INDENT = 0.55, 1.9  # between blocks; of lists; in the size of the letters
_LEAST = 2.0  # points between what hangs down and what stands up


class Line(NamedTuple):
    """Pieces with their places to the right. above, below: room around the base line."""

    pieces: tuple[tuple[float, Piece], ...]
    above: float
    below: float

    @property
    def high(self) -> float:
        """All of it."""
        return self.above + self.below


Word = list[Piece]


def broken(blocks: list[Block], size: float, room: float, sans: bool = False) -> list[Line]:
    """The lines of all blocks, with the room between the blocks above their first ones."""
    made: list[Line] = []
    for i, block in enumerate(blocks):
        lines = list(_of_block(block, size, room, sans))
        gap = 0.0 if i == 0 else size * _APART * (0.4 if block.mark and blocks[i - 1].mark else 1)
        if lines:
            lines[0] = lines[0]._replace(above=lines[0].above + gap)
        made += lines
    return made


def _of_block(block: Block, size: float, room: float, sans: bool) -> Iterator[Line]:
    indent = _INDENT * size if block.mark else 0.0
    if block.kind == "code":
        rows = [list(_words((Run(row, "code"),), size, room, sans)) for row in
                block.runs[0].text.split("\n")]  # fmt: skip
    else:
        runs = tuple(_strong(r) for r in block.runs) if block.kind == "heading" else block.runs
        rows = [list(_words(runs, size, room - indent, sans))]
    space = piece("n", "plain", size, sans).width * 0.5
    first = True
    for words in rows:
        for line in _filled(words, room - indent, space):
            shifted = [(at + indent, each) for at, each in line]
            if first and block.mark:
                shifted = [(_hung(block.mark, indent, size, sans)), *shifted]
            first = False
            yield _line(shifted, size)


def _hung(mark: str, indent: float, size: float, sans: bool) -> tuple[float, Piece]:
    """The mark of an item, so that its end is as far from the words as that of others."""
    made = piece(mark, "plain", size, sans)
    return max(0.0, indent - 0.5 * size - made.width), made


def _strong(run: Run) -> Run:
    return Run(run.text, "strong") if run.style == "plain" else run


def _line(placed: list[tuple[float, Piece]], size: float) -> Line:
    half = (_LEADING - 1) * size / 2
    above = max([0.78 * size + half, *(p.ascent + _LEAST for _, p in placed)])
    below = max([0.22 * size + half, *(p.descent + _LEAST for _, p in placed)])
    return Line(tuple(placed), above, below)


def _filled(words: list[Word], room: float, space: float) -> Iterator[list[tuple[float, Piece]]]:
    line: list[tuple[float, Piece]] = []
    at = 0.0
    for word in words:
        wide = sum(each.width for each in word)
        if line and at + space + wide > room:
            yield line
            line, at = [], 0.0
        at += space if line else 0.0
        for each in word:
            line.append((at, each))
            at += each.width
    if line:
        yield line


def _words(runs: tuple[Run, ...], size: float, room: float, sans: bool) -> Iterator[Word]:
    """What a line cannot end within; what is wider than a line is cut all the same, or smaller."""
    word: Word = []
    for run in runs:
        if run.style == "formula":
            made = piece(run.text, run.style, size, sans)
            parts = [run.text] if made.width <= room else latex.pieces(run.text)
            for i, part in enumerate(parts):
                if i:
                    yield word
                    word = []
                cut = piece(part, run.style, size, sans)
                if cut.width > room:
                    cut = piece(part, run.style, size * room / cut.width, sans)
                word.append(cut)
            continue
        for i, text in enumerate(run.text.split(" ")):
            if i:
                if word:
                    yield word
                word = []
            for j, cut in enumerate(_short(text, run.style, size, room, sans)):
                if j:
                    yield word
                    word = []
                word.append(cut)
    if word:
        yield word


def _short(text: str, style: Style, size: float, room: float, sans: bool) -> Iterator[Piece]:
    while text:
        made = piece(text, style, size, sans)
        keep = len(text) if made.width <= room else max(1, int(len(text) * room / made.width * 0.9))
        yield piece(text[:keep], style, size, sans)
        text = text[keep:]
