"""A formula in LaTeX, typeset (ziamath, STIX Two) as a picture that stands in a line of text."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from ebmviz.core.lesson.latex import LONGEST, typeset
from ebmviz.core.symbols import latex as symbols
from ebmviz.core.symbols.written import Names

MIDDLE = 0.24
"""Of small letters above the base line, in the size of the letters."""
_TINTED = 20  # times as long, at the most, is a formula whose letters say their colours
_STROKE = re.compile(r'<path d="([^"]*)" fill="([^"]*)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@lru_cache(512)
def drawn(latex: str, size: float, color: str, ratio: float) -> QImage | None:
    """The formula on a transparent ground, `size` pixels high letters, for a screen of that many
    device pixels to one; None where it cannot be read. Its middle is the middle of small letters.
    """
    made = typeset(latex, size, color)
    if made is None:
        return None
    top, width, height = made.top, made.width, made.height
    middle = -MIDDLE * size
    half = max(middle - top, top + height - middle)
    image = QImage(round(width * ratio), round(2 * half * ratio), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(made.svg.encode())).render(
        painter, QRectF(0, half - middle + top, width, height)
    )
    painter.end()
    return _trimmed(image)


@lru_cache(512)
def symbol_boxes(latex: str, size: float) -> tuple[tuple[Names, QRectF], ...]:
    """The symbols of a formula that is drawn in this size, and where each of them is: to the right
    of its left end, and below its middle. Empty where that cannot be told.
    """
    found = symbols.symbols(latex)
    colours = tuple(f"#{k + 1:06x}" for k in range(len(found)))
    plain = _strokes(latex, size)
    tinted = _strokes(symbols.tinted(latex, colours), size, _TINTED * LONGEST)
    if not plain or len(plain) != len(tinted):
        return ()
    left = min(box.left() for box, _ in plain)
    boxes: dict[str, QRectF] = {}
    for (box, _), (_, colour) in zip(plain, tinted, strict=True):
        boxes[colour] = boxes.get(colour, box).united(box)
    return tuple(
        (each.names, boxes[colour].translated(-left, MIDDLE * size))
        for each, colour in zip(found, colours, strict=True)
        if colour in boxes
    )


def _strokes(latex: str, size: float, longest: int = LONGEST) -> list[tuple[QRectF, str]]:
    """Around each letter or sign, in the order in which they are drawn, and its colour."""
    made = typeset(latex, size, "black", longest)
    found = _STROKE.findall(made.svg) if made else ()
    return [(_around(path), colour) for path, colour in found]


def _around(path: str) -> QRectF:
    at = np.array(_NUMBER.findall(path), float).reshape(-1, 2)
    (left, top), (right, bottom) = at.min(0), at.max(0)
    return QRectF(left, top, right - left, bottom - top)


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
