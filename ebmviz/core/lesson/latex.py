"""Formulas in the text of lessons: LaTeX between dollars, and what it is as a drawing in SVG."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import NamedTuple
from xml.etree import ElementTree

LONGEST = 500
"""Letters: longer ones are shown as they were written."""
OPENING, CLOSING = "([“‘", ".,;:!?)”’]"
"""Punctuation that keeps to the formula it stands at."""
FORMULA = re.compile(
    rf"([{re.escape(OPENING)}]{{0,9}})(?<![\\$])\$(?![\s$])([^$\n]+?)(?<![\s\\])\$(?!\d)"
    rf"([{re.escape(CLOSING)}]{{0,9}})"
)
"""One, between the punctuation at it."""
_DEEPEST = 24  # braces within each other
_WIDEST = 4000.0
DEAREST = 1200
"""Of what a drawing costs; our own take 660 at most, and a thousand is a third of a second."""
_FREE, _EACH = 400, 6
"""Of it, what any may cost, and for each letter more: our own take less than half."""
_ONCE = {
    *("math", "mi", "mn", "mo", "mtext", "ms", "mspace", "mtr", "mtd", "mstyle", "msqrt", "mroot"),
    *("menclose", "mfrac", "msup", "msub", "msubsup", "mover", "munder", "munderover"),
    "mmultiscripts",
}
"""Elements whose parts are gone through once. All others are rows to the typesetter."""
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_OPEN = {"{", "(", "[", r"\left", r"\{", r"\langle"}
_CLOSE = {"}", ")", "]", r"\right", r"\}", r"\rangle"}
_TIGHT, _LOOSE = {"{", r"\left"}, {"}", r"\right"}
_BREAKS = {"=", "+", "-", "<", ">", r"\le", r"\ge", r"\approx", r"\propto", r"\leftarrow", r"\to"}
_SCRIPTS = {"^", "_"}
_UNBROKEN = _BREAKS | _SCRIPTS
_GAPS = re.compile(r"^(?:\\[ ;]|\s)+|(?:\\[ ;]|\s)+$")
_PAUSES = {",", ";"}
_SPACE = "\\ "
_WORDS = r"\mathrm{"
_WORD_ENDS = re.compile(r"\\mathrm\{[^{}]*\}$")
_SIGN = re.compile(r"([=(\[,<>]|\\(?:approx|leq?|geq?|to)\b)(\s*)(-|\\pm(?![A-Za-z]))")
_HAT = re.compile(
    r"(<mover [^>]*>(?:<mrow>)?<mi>(?:\w|&#x\w+;)</mi>(?:</mrow>)?<mo)>&#x00302;(?=</mo>)"
)
_NARROW = r'\1 stretchy="false">&#x002C6;'
"""Over a single letter a hat is as wide as a caron, and not as the letter."""
_COMMA = re.compile(r"(?<!\\),(?:\s+|(?=\\;))")
_NORM = re.compile(r"\\(?:Vert(?![A-Za-z])|\|)")
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


def typeset(latex: str, size: float, color: str) -> Typeset | None:
    """The formula with letters of that size (ziamath, STIX Two); None where it cannot be read."""
    if not readable(latex):
        return None
    draw = _typesetter()
    try:
        svg = draw(_signed(latex), size, color, False, DEAREST)
        box = _BOX.search(svg)
        made = Typeset(svg, *map(float, box[1].split())) if box else None
    except Exception:  # whatever the reader of LaTeX raises, the words are shown as they are
        return None
    fits = made and 0 < made.width <= _WIDEST and 0 < made.height <= _WIDEST
    return made if fits else None


def glyphs(latex: str, size: float, longest: int = LONGEST, dearest: float = DEAREST) -> str | None:
    """The formula as SVG whose glyphs are named; None where it cannot be read."""
    if not readable(latex, longest):
        return None
    try:
        return _typesetter()(_signed(latex), size, "black", True, dearest)
    except Exception:  # as above
        return None


class Break(NamedTuple):
    """Where a line may be broken. level: 0 behind a comma outside of all brackets, 1 elsewhere out
    there, before a relation or an operator or between words; one more for each bracket around.
    """

    at: int
    level: int


def pieces(latex: str) -> list[str]:
    """Those between the breaks outside of all brackets."""
    ends = [each.at for each in breaks(latex) if each.level < 2]
    parts = [_GAPS.sub("", latex[i:j]) for i, j in itertools.pairwise([*ends, len(latex)])]
    return [f"{{}}{part}" if i else part for i, part in enumerate(parts)]


def breaks(latex: str) -> list[Break]:
    """All of them, the beginning first; none within braces."""
    found, depth, at, last = [Break(0, 0)], 0, 0, ""
    closed = 0  # braces and brackets that grow, which hold together
    paired = len(_NORM.findall(latex)) % 2 == 0
    inside = False  # of a norm
    while at < len(latex):
        command = _COMMAND.match(latex, at)
        word = command[0] if command else latex[at]
        closed += (word in _TIGHT) - (word in _LOOSE)
        depth += (word in _OPEN) - (word in _CLOSE)
        if paired and _NORM.fullmatch(word):
            inside = not inside
            depth += 1 if inside else -1
        if closed == 0 and word in _BREAKS and last and last not in _UNBROKEN:
            found.append(Break(at, depth + 1))  # a sign stays with what it is of
        at += len(word)
        if closed == 0 and word in _PAUSES:
            found.append(Break(at, depth + 1 if depth else 0))
            last = ""
        elif depth == closed == 0 and word == _SPACE and _at_words(latex, at):
            found.append(Break(at, 1))
            last = ""
        elif word.strip():
            last = "" if word in _OPEN else f"{last * (last in _SCRIPTS)}{word}"
    return _with_something_between(latex, found)


def _with_something_between(latex: str, found: list[Break]) -> list[Break]:
    kept = found[:1]
    for each in found[1:]:
        if _GAPS.sub("", latex[kept[-1].at : each.at]) and _GAPS.sub("", latex[each.at :]):
            kept.append(each)
    return kept


def _at_words(latex: str, at: int) -> bool:
    """Whether there are words before or behind a space that ends there."""
    return latex.startswith(_WORDS, at) or bool(_WORD_ENDS.search(latex[: at - len(_SPACE)]))


def _signed(latex: str) -> str:
    """A sign close to its number, norms that do not stretch, and no wide gaps behind commas."""
    latex = _NORM.sub(r"\\|", latex)
    return _COMMA.sub(r"{,}\\, ", _SIGN.sub(r"\1\2{\3}", latex))


@cache
def _typesetter() -> Callable[[str, float, str, bool, float], str]:
    """(LaTeX, size, colour, whether glyphs are named, the most that it may cost) -> the drawing.
    Takes a quarter of a second to load, for which no window need wait that shows no formula of
    others.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it finds its font
        from ziamath.config import config
        from ziamath.tex import tex2mml
        from ziamath.zmath import Math

    def draw(latex: str, size: float, color: str, named: bool, dearest: float) -> str:
        config.svg2 = named
        read = ElementTree.fromstring(_HAT.sub(_NARROW, tex2mml(latex, inline=True)))
        if _cost(read) > min(dearest, _FREE + _EACH * len(latex)):
            raise ValueError("too deep for its width")
        read.set("mathcolor", color)
        return str(Math(read, size=size).svg())

    return draw


def _cost(node: ElementTree.Element) -> float:
    """Of drawing it: what stands within a row is gone through twice, and so twice again in each
    row around that; within a fence four times.
    """
    tag = node.tag.rpartition("}")[2]
    times = 1 if tag in _ONCE else 4 if tag == "mfenced" else 2
    return 1 + sum(map(_cost, node)) * times


def _depth(latex: str) -> int:
    depth = deepest = 0
    for letter in latex:
        depth += (letter == "{") - (letter == "}")
        deepest = max(deepest, depth)
    return deepest
