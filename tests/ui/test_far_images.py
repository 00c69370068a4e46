"""An image of any place and size is painted or left out; Qt is never asked for what crashes it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ebmviz.core.plot import Image
from ebmviz.ui.plots.items import paint_of

SPANS = [(0.0, 9.0), (-3e38, 3e38), (3e38, 3e38), (np.nan, 1.0), (0.0, 1e-300), (1e30, 1.1e30)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("x", SPANS)
@pytest.mark.parametrize("y", SPANS)
def test_only_what_has_pixels_is_painted(x: tuple[float, float], y: tuple[float, float]) -> None:
    layer = Image(np.ones((7, 5), np.float32), x, y, 0.0, 1.0, "viridis")
    page = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    page.fill(0)
    painter = QPainter(page)
    paint_of(layer, "dark")(painter, QRectF(0, 0, 40, 40))
    painter.end()
    alpha = page.convertToFormat(QImage.Format.Format_Alpha8)
    inked = bool(np.frombuffer(alpha.constBits(), np.uint8).any())
    assert inked == (x == y == SPANS[0])
