"""Plot: a figure as a value.

`ebmviz.figures` turns numbers into a `Plot`; the window draws it with pyqtgraph, the export
with matplotlib. Both draw the same value, so what the class sees and what the slide shows
cannot drift apart.

Colours are roles of `ebmviz.core.palette` ("data", "probe", …) or "#rrggbb".
Texts use the markup of `ebmviz.core.markup` (`F_β(y)`, `y_1`).
Layers are drawn in order, the first at the bottom. `layer` is the name under which one can be
hidden, empty where it cannot; several may share one. `symbol` is what it shows, where its label
does not begin with that.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec
import numpy as np

from ebmviz.core.relief.camera import Camera
from ebmviz.core.relief.shading import shares
from ebmviz.core.snapshot import Array

Dash = Literal["solid", "dash", "dot"]
Marker = Literal["disc", "cross", "ring", "star"]
_HUGE = 1e38  # single precision holds the difference of two of these


def ends(low: float, high: float) -> tuple[float, float]:
    """The ends of a colour scale, finite and far enough apart for single precision: a map that is
    flat, infinite or not a number anywhere can still be drawn.
    """
    low, high = (0.0 if math.isnan(end) else min(max(end, -_HUGE), _HUGE) for end in (low, high))
    least = max(1e-30, 1e-6 * max(abs(low), abs(high)))
    return (low, high) if high - low >= least else (low, low + least)


class Axis(msgspec.Struct, frozen=True):
    """One axis: label, limits (None: from the data), logarithmic or not, ticks whole or not. An
    Image lies on axes that are not logarithmic.
    """

    label: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    visible: bool = True
    whole: bool = False


class Image(msgspec.Struct, frozen=True, tag=True):
    """A heat map. values (H, W), row 0 at the bottom; cell centres span x (W,) and y (H,).

    low and high are the energies at the ends of the colour map, parted by `ends`; `bar` labels the
    colour bar, empty for none.
    """

    values: Array
    x: tuple[float, float]
    y: tuple[float, float]
    low: float
    high: float
    colormap: str
    bar: str = ""

    def __post_init__(self) -> None:
        _part(self)


class Surface(msgspec.Struct, frozen=True, tag=True):
    """A shaded surface as a camera sees it, on the plane of `Camera.extent`.

    heights (H, W), shares of the camera's height over its floor, cut at 0 and 1, row 0 at the
    lowest y, NaN for holes; its colours are those of an Image of values (H, W) between the centres
    x and y of its outermost cells.
    """

    heights: Array
    camera: Camera
    values: Array
    x: tuple[float, float]
    y: tuple[float, float]
    low: float
    high: float
    colormap: str
    bar: str = ""

    def __post_init__(self) -> None:
        _part(self)

    @property
    def paint(self) -> Array:
        """Where its colours are on the colour map, (H, W), which ends at 0 and 1."""
        return shares(self.values, self.low, self.high)


class Curve(msgspec.Struct, frozen=True, tag=True):
    """A line through x, y (M,); NaN breaks it. `halo` keeps it visible on a map."""

    x: Array
    y: Array
    color: str
    label: str = ""
    width: float = 1.5
    dash: Dash = "solid"
    opacity: float = 1.0
    halo: bool = False
    key: str = ""
    layer: str = ""
    symbol: str = ""


class Segments(msgspec.Struct, frozen=True, tag=True):
    """Line segments from start (M, 2) to end (M, 2), with arrow heads of `head` points."""

    start: Array
    end: Array
    color: str
    label: str = ""
    width: float = 1.2
    opacity: float = 1.0
    halo: bool = False
    head: float = 0.0
    layer: str = ""
    symbol: str = ""


class Points(msgspec.Struct, frozen=True, tag=True):
    """Marks at x, y (M,). With `values` (M,) they are coloured by `colormap` in [low, high]."""

    x: Array
    y: Array
    color: str
    label: str = ""
    size: float = 8.0
    marker: Marker = "disc"
    halo: bool = True
    values: Array | None = None
    colormap: str = "viridis"
    low: float = 0.0
    high: float = 1.0
    bar: str = ""
    key: str = ""
    opacity: float = 1.0
    layer: str = ""
    symbol: str = ""

    def __post_init__(self) -> None:
        _part(self)


class Bars(msgspec.Struct, frozen=True, tag=True):
    """Bars of height (M,) at x (M,) of one width, from zero."""

    x: Array
    height: Array
    width: float
    color: str
    label: str = ""
    opacity: float = 0.5
    layer: str = ""
    symbol: str = ""


class Note(msgspec.Struct, frozen=True, tag=True):
    """A short text at a place in data coordinates."""

    x: float
    y: float
    text: str
    color: str = "text"
    layer: str = ""


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A straight line across the plot at one value of x or of y."""

    at: float
    axis: Literal["x", "y"]
    color: str
    label: str = ""
    dash: Dash = "dash"
    width: float = 1.2
    layer: str = ""
    symbol: str = ""


def _part(layer: Image | Surface | Points) -> None:
    low, high = ends(layer.low, layer.high)
    if (low, high) != (layer.low, layer.high):
        msgspec.structs.force_setattr(layer, "low", low)
        msgspec.structs.force_setattr(layer, "high", high)


Named = Curve | Segments | Points | Bars | Note | Rule
Layer = Image | Surface | Named


class Entry(msgspec.Struct, frozen=True):
    """What can be hidden by name: a legend calls it by the labels of what is drawn of it, by its
    title where those have none or it is hidden.
    """

    name: str
    title: str
    hidden: bool = False


class Plot(msgspec.Struct, frozen=True, tag=True):
    """One set of axes. `equal` keeps the scale of both axes the same. `brief` is the title where
    there is little room. `entries`: what can be hidden, in the order of the legend.
    """

    title: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    equal: bool = False
    legend: bool = True
    caption: str = ""
    brief: str = ""
    entries: tuple[Entry, ...] = ()


def beyond(layer: Image | Surface | Points) -> tuple[bool, bool]:
    """Whether any of its values are below the lowest colour, and above the highest."""
    values = layer.values
    if values is None or not np.isfinite(values).any():
        return False, False
    little = 1e-3 * (layer.high - layer.low)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return low < layer.low - little, high > layer.high + little


class Sheet(msgspec.Struct, frozen=True, tag=True):
    """Plots side by side: rows of plots, and what stands below them."""

    title: str
    rows: tuple[tuple[Plot, ...], ...]
    caption: str = ""
