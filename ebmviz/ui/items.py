"""One layer of a Plot as a pyqtgraph item, updated in place while its kind stays."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

import msgspec
import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QTransform

from ebmviz.core import markup, palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Bars, Curve, Image, Layer, Note, Points, Rule, Segments
from ebmviz.core.snapshot import Array
from ebmviz.ui.map_item import MapItem

_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dash": Qt.PenStyle.DashLine,
    "dot": Qt.PenStyle.DotLine,
}
_SYMBOLS = {"disc": "o", "cross": "x", "ring": "o", "star": "star"}
_ARM = 0.15  # half the thickness of the arms of a cross, in its size
_HEAD_ANGLE = 0.42


class Item:
    """A graphics item that can show any layer of one type."""

    def __init__(self, layer: Layer) -> None:
        self.kind = type(layer)
        self.graphics: Any = _MAKE[self.kind]()
        self._layer: Layer | None = None
        self._theme: Theme | None = None

    def show(self, layer: Layer, theme: Theme) -> None:
        """Draw `layer`; nothing is done when it is what is shown already."""
        if self._theme == theme and _same(self._layer, layer):
            return
        _SHOW[self.kind](self.graphics, layer, theme)
        self._layer, self._theme = layer, theme


def on_log_axis(layer: Layer) -> Layer:
    """Curves and points as they lie on a logarithmic y axis; others stay."""
    if not isinstance(layer, Curve | Points):
        return layer
    y = np.asarray(layer.y, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return msgspec.structs.replace(layer, y=np.where(y > 0, np.log10(y), np.nan))


def pen(color: str, theme: Theme, width: float, opacity: float = 1.0, dash: str = "solid") -> QPen:
    """A cosmetic pen in a role's colour."""
    ink = QColor(palette.color(color, theme))
    ink.setAlphaF(opacity)
    made = QPen(ink, width)
    made.setCosmetic(True)
    made.setStyle(_DASHES[dash])
    made.setCapStyle(Qt.PenCapStyle.FlatCap)  # round caps and joins cost a third of a frame
    return made


def halo(width: float, theme: Theme) -> QPen:
    """A thin rim, dark under the light colours of the dark theme and light under the dark
    ones of the light theme: it keeps a line visible on every colour of a map.

    Opaque, since Qt takes three times as long to stroke with a translucent pen.
    """
    made = QPen(_rim(theme, 255), width + 1.5)
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def _rim(theme: Theme, alpha: int) -> QColor:
    return QColor(8, 12, 18, alpha) if theme == "dark" else QColor(255, 255, 255, alpha)


def heads(start: Array, end: Array, pixel: tuple[float, float], length: float) -> Array:
    """The two strokes of each arrow head as segments (4A, 2), `length` in pixels."""
    scale = np.asarray(pixel)
    direction = (end - start) / scale
    norm = np.hypot(direction[:, 0], direction[:, 1])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(norm > 0, direction / norm, 0.0)
    size = np.minimum(length, 0.6 * norm)
    strokes = []
    for angle in (_HEAD_ANGLE, -_HEAD_ANGLE):
        c, s = np.cos(angle), np.sin(angle)
        turned = np.stack([c * unit[:, 0] - s * unit[:, 1], s * unit[:, 0] + c * unit[:, 1]], 1)
        strokes.append(np.stack([end, end - size * turned * scale], 1).reshape(-1, 2))
    return np.concatenate(strokes)


def _same(old: Layer | None, new: Layer) -> bool:
    if type(old) is not type(new):
        return False
    for name in new.__struct_fields__:
        a, b = getattr(old, name), getattr(new, name)
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            if a is not b and not (a.shape == b.shape and a.size < 20_000 and (a == b).all()):
                return False
        elif a is not b and (isinstance(a, np.ndarray) or isinstance(b, np.ndarray) or a != b):
            return False
    return True


def _show_image(item: MapItem, layer: Image, theme: Theme) -> None:
    item.show_image(layer)


def _show_curve(item: pg.PlotCurveItem, layer: Curve, theme: Theme) -> None:
    item.setPen(pen(layer.color, theme, layer.width, layer.opacity, layer.dash))
    item.setShadowPen(halo(layer.width, theme) if layer.halo else None)
    item.setData(np.asarray(layer.x, float), np.asarray(layer.y, float), connect="finite")


def _show_segments(item: pg.PlotCurveItem, layer: Segments, theme: Theme) -> None:
    item.setPen(pen(layer.color, theme, layer.width, layer.opacity))
    # Pulls are white on every map, so their rim is dark in both themes.
    item.setShadowPen(halo(layer.width, "dark") if layer.halo else None)
    pairs = np.stack([layer.start, layer.end], 1).reshape(-1, 2).astype(float)
    if layer.head:
        box = item.getViewBox()
        pixel = box.viewPixelSize() if box else (1.0, 1.0)
        pairs = np.concatenate([pairs, heads(layer.start, layer.end, pixel, layer.head)])
    item.setData(pairs[:, 0], pairs[:, 1], connect="pairs")


@functools.cache
def _cross() -> QPainterPath:
    """A cross with arms broad enough that a rim leaves its colour visible."""
    a, e = _ARM, 0.6
    corners = [(a, e), (a, a), (e, a), (e, -a), (a, -a), (a, -e)]
    path = QPainterPath()
    path.moveTo(*corners[0])
    for x, y in corners[1:] + [(-x, -y) for x, y in corners]:
        path.lineTo(x, y)
    path.closeSubpath()
    return QTransform().rotate(45).map(path)


def _show_points(item: pg.ScatterPlotItem, layer: Points, theme: Theme) -> None:
    rim = pg.mkPen(_rim(theme, 200 if layer.halo else 0), width=1)  # pg needs a cosmetic pen
    brush: Any = pg.mkBrush(palette.color(layer.color, theme))
    if layer.values is not None:
        at = (layer.values - layer.low) / max(layer.high - layer.low, 1e-300)
        index = np.clip(at * 255, 0, 255).astype(int)
        brush = [pg.mkBrush(*c) for c in palette.colormap(layer.colormap)[index]]
    if layer.marker == "ring":
        rim, brush = pen(layer.color, theme, 2.0), pg.mkBrush(None)
    item.setData(
        np.asarray(layer.x, float),
        np.asarray(layer.y, float),
        symbol=_cross() if layer.marker == "cross" else _SYMBOLS[layer.marker],
        size=layer.size,
        pen=rim,
        brush=brush,
    )


def _show_bars(item: pg.BarGraphItem, layer: Bars, theme: Theme) -> None:
    ink = QColor(palette.color(layer.color, theme))
    ink.setAlphaF(layer.opacity)
    item.setOpts(x=layer.x, height=layer.height, width=layer.width, brush=ink, pen=None)


def _show_note(item: pg.TextItem, layer: Note, theme: Theme) -> None:
    color = palette.color(layer.color, theme)
    item.setHtml(f"<span style='color:{color}'>{markup.to_html(layer.text)}</span>")
    item.setPos(layer.x, layer.y)


def _show_rule(item: pg.InfiniteLine, layer: Rule, theme: Theme) -> None:
    item.setAngle(90 if layer.axis == "x" else 0)
    item.setPos(layer.at)
    item.setPen(pen(layer.color, theme, layer.width, dash=layer.dash))


_MAKE: dict[type, Callable[[], Any]] = {
    Image: MapItem,
    Curve: functools.partial(pg.PlotCurveItem, antialias=True),
    Segments: functools.partial(pg.PlotCurveItem, antialias=True),
    Points: functools.partial(pg.ScatterPlotItem, pxMode=True, antialias=True),
    Bars: functools.partial(pg.BarGraphItem, x=[], height=[], width=1),
    Note: functools.partial(pg.TextItem, anchor=(0.5, 0.5)),
    Rule: functools.partial(pg.InfiniteLine, movable=False),
}
_SHOW: dict[type, Callable[[Any, Any, Theme], None]] = {
    Image: cast(Any, _show_image),
    Curve: cast(Any, _show_curve),
    Segments: cast(Any, _show_segments),
    Points: cast(Any, _show_points),
    Bars: cast(Any, _show_bars),
    Note: cast(Any, _show_note),
    Rule: cast(Any, _show_rule),
}
