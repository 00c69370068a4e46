"""A formula in LaTeX, typeset (ziamath, STIX Two) as a picture that stands in a line of text."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

LONGEST = 300
"""Letters: longer ones are shown as they were written."""
_DEEPEST = 24  # braces within each other
_WIDEST = 4000.0
MIDDLE = 0.24
"""Of small letters above the base line, in the size of the letters."""
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_OPEN = {"{", "(", "[", r"\left", r"\{", r"\langle"}
_CLOSE = {"}", ")", "]", r"\right", r"\}", r"\rangle"}
_BREAKS = {"=", "+", "-", "<", ">", r"\le", r"\ge", r"\approx", r"\propto", r"\leftarrow", r"\to"}
_SIGN = re.compile(r"([=(\[,<>]|\\(?:approx|leq?|geq?|to)\b)(\s*)(-|\\pm(?![A-Za-z]))")
_BOX = re.compile(r'viewBox="([^"]*)"')


@lru_cache(512)
def drawn(latex: str, size: float, color: str, ratio: float) -> QImage | None:
    """The formula on a transparent ground, `size` pixels high letters, for a screen of that many
    device pixels to one; None where it cannot be read. Its middle is the middle of small letters.
    """
    if len(latex) > LONGEST or _depth(latex) > _DEEPEST:
        return None
    typeset = _typesetter()
    try:
        svg, (_, top, width, height) = typeset(_SIGN.sub(r"\1\2{\3}", latex), size, color)
    except Exception:  # whatever the reader of LaTeX raises, the words are shown as they are
        return None
    if not (0 < width <= _WIDEST and 0 < height <= _WIDEST):
        return None
    middle = -MIDDLE * size
    half = max(middle - top, top + height - middle)
    image = QImage(round(width * ratio), round(2 * half * ratio), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, half - middle + top, width, height))
    painter.end()
    return _trimmed(image)


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
def _typesetter() -> Callable[[str, float, str], tuple[bytes, tuple[float, ...]]]:
    """(LaTeX, size, colour) -> the drawing, and its left, top, width and height in pixels, from the
    base line's beginning to the right and down. Takes a quarter of a second to load, for which no
    window need wait that shows no formula.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it finds its font
        from ziamath.config import config
        from ziamath.zmath import Latex
    config.svg2 = False  # Qt draws SVG 1

    def typeset(latex: str, size: float, color: str) -> tuple[bytes, tuple[float, ...]]:
        svg = Latex(latex, size=size, color=color, inline=True).svg()
        box = _BOX.search(svg)
        assert box
        return svg.encode(), tuple(map(float, box[1].split()))

    return typeset


def cropped(image: QImage) -> tuple[QImage, float]:
    """Without empty rows, and how far its middle was below its top."""
    inked = np.flatnonzero(_alpha(image).any(1))
    first, last = (int(inked[0]), int(inked[-1])) if inked.size else (0, 0)
    middle = image.height() / 2 - first
    return image.copy(0, first, image.width(), last - first + 1), middle / image.devicePixelRatio()


def _alpha(image: QImage) -> np.ndarray:
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    rows = np.frombuffer(alpha.constBits(), np.uint8).reshape(alpha.height(), -1)
    return rows[:, : alpha.width()].copy()


def _trimmed(image: QImage) -> QImage:
    """Without empty columns: accents are given the room of a letter beside them."""
    inked = np.flatnonzero(_alpha(image).any(0))
    if not inked.size:
        return image
    first, last = int(inked[0]), int(inked[-1])
    return image.copy(first, 0, last - first + 1, image.height())


def _depth(latex: str) -> int:
    depth = deepest = 0
    for letter in latex:
        depth += (letter == "{") - (letter == "}")
        deepest = max(deepest, depth)
    return deepest
