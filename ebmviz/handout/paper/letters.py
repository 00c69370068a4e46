"""The letters of a page: their fonts, and how much room a piece of text takes, in points."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.textpath import text_to_path

from ebmviz.core.lesson import latex
from ebmviz.core.lesson.prose import Style

_SERIF = ["STIXGeneral", "DejaVu Serif", "DejaVu Sans"]
_SANS = ["DejaVu Sans"]
_MONO = ["DejaVu Sans Mono", "DejaVu Sans"]
_STIX = "stix"
_CODE = 0.86  # of the size of the letters around
_parser: MathTextParser[Any] = MathTextParser("path")


class Piece(NamedTuple):
    """Text of one style and size on a base line."""

    text: str
    style: Style
    width: float
    ascent: float
    descent: float
    size: float


def font(style: Style, size: float, sans: bool = False) -> FontProperties:
    """That of a style, of so many points."""
    if style == "code":
        return FontProperties(family=_MONO, size=_CODE * size)
    return FontProperties(
        family=_SANS if sans else _SERIF,
        size=size,
        style="italic" if style == "em" else "normal",
        weight="bold" if style == "strong" else "normal",
        math_fontfamily=_STIX,
    )


@lru_cache(20_000)
def piece(text: str, style: Style, size: float, sans: bool = False) -> Piece:
    """Measured. A formula that cannot be read is its LaTeX, slanted."""
    if style == "formula" and not _can_be_read(text):
        style = "em"
    shown = f"${text}$" if style == "formula" else text
    wide, high, deep = text_to_path.get_text_width_height_descent(
        shown, font(style, size, sans), style == "formula"
    )
    return Piece(text, style, float(wide), float(high - deep), float(deep), size)


@lru_cache(4000)
def _can_be_read(text: str) -> bool:
    if not latex.readable(text):
        return False
    try:
        _parser.parse(f"${text}$", 72, font("formula", 10))
    except ValueError:
        return False
    return True
