"""A formula in LaTeX, typeset (ziamath, STIX Two) as a picture that stands in a line of text."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from ebmviz.core.latex import typeset

MIDDLE = 0.24
"""Of small letters above the base line, in the size of the letters."""


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
