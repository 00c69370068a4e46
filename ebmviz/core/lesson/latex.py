"""Formulas in the text of lessons: LaTeX between dollars, and what it is as a drawing in SVG."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

LONGEST = 300
"""Letters: longer ones are shown as they were written."""
OPENING, CLOSING = "([“‘", ".,;:!?)”’]"
"""Punctuation that keeps to the formula it stands at."""
FORMULA = re.compile(
    rf"([{re.escape(OPENING)}]*)(?<![\\$])\$(?![\s$])([^$\n]+?)(?<![\s\\])\$(?!\d)"
    rf"([{re.escape(CLOSING)}]*)"
)
"""One, between the punctuation at it."""
_DEEPEST = 24  # braces within each other
_WIDEST = 4000.0
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_OPEN = {"{", "(", "[", r"\left", r"\{", r"\langle"}
_CLOSE = {"}", ")", "]", r"\right", r"\}", r"\rangle"}
_BREAKS = {"=", "+", "-", "<", ">", r"\le", r"\ge", r"\approx", r"\propto", r"\leftarrow", r"\to"}
_SIGN = re.compile(r"([=(\[,<>]|\\(?:approx|leq?|geq?|to)\b)(\s*)(-|\\pm(?![A-Za-z]))")
_BOX = re.compile(r'viewBox="([^"]*)"')


class Typeset(NamedTuple):
    """A drawing: left and top are from the base line's beginning to the right and down, in the
    unit of the size.
    """

    svg: str
    left: float
    top: float
    width: float
    height: float


def readable(latex: str, longest: int = LONGEST) -> bool:
    """Whether it is short and shallow enough for a reader of LaTeX."""
    return len(latex) <= longest and _depth(latex) <= _DEEPEST


def typeset(latex: str, size: float, color: str, longest: int = LONGEST) -> Typeset | None:
    """The formula with letters of that size (ziamath, STIX Two); None where it cannot be read."""
    if not readable(latex, longest):
        return None
    draw = _typesetter()
    try:
        svg = draw(_SIGN.sub(r"\1\2{\3}", latex), size, color)
        box = _BOX.search(svg)
        made = Typeset(svg, *map(float, box[1].split())) if box else None
    except Exception:  # whatever the reader of LaTeX raises, the words are shown as they are
        return None
    fits = made and 0 < made.width <= _WIDEST and 0 < made.height <= _WIDEST
    return made if fits else None


def pieces(latex: str) -> list[str]:
    """Where a line may be broken: before relations and operators outside of all brackets."""
    cuts, depth, at, last = [0], 0, 0, ""
    while at < len(latex):
        command = _COMMAND.match(latex, at)
        word = command[0] if command else latex[at]
        depth += (word in _OPEN) - (word in _CLOSE)
        if depth == 0 and word in _BREAKS and last and last not in _BREAKS:
            cuts.append(at)  # a sign stays with what it is of
        last = word if word.strip() else last
        at += len(word)
    parts = [latex[i:j].strip() for i, j in itertools.pairwise([*cuts, len(latex)])]
    return [f"{{}}{part}" if i else part for i, part in enumerate(parts)]


@cache
def _typesetter() -> Callable[[str, float, str], str]:
    """(LaTeX, size, colour) -> the drawing. Takes a quarter of a second to load, for which no
    window need wait that shows no formula.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it finds its font
        from ziamath.config import config
        from ziamath.zmath import Latex
    config.svg2 = False  # Qt draws SVG 1

    def draw(latex: str, size: float, color: str) -> str:
        return str(Latex(latex, size=size, color=color, inline=True).svg())

    return draw


def _depth(latex: str) -> int:
    depth = deepest = 0
    for letter in latex:
        depth += (letter == "{") - (letter == "}")
        deepest = max(deepest, depth)
    return deepest
