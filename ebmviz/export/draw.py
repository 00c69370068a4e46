"""Draws the layers of a Plot on matplotlib axes: one function per kind of layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import AbstractPathEffect

from ebmviz.core.palette import Theme, color
from ebmviz.core.plot import Bars, Curve, Image, Layer, Note, Points, Rule, Segments, Surface
from ebmviz.core.relief import render
from ebmviz.export import style

DASHES: dict[str, Any] = {"solid": "-", "dash": (0, (5, 2.5)), "dot": (0, (1, 1.8))}
MARKERS = {"disc": "o", "cross": "x", "ring": "o", "star": "*"}
_PIXELS = 1800  # of a surface along its longer side
_COARSE = 64  # a map with fewer cells a side shows them as squares, also in viewers that blur


def extent(layer: Image) -> tuple[float, float, float, float]:
    """Left, right, bottom and top edge of the map: half a cell beyond the outer centres."""
    rows, columns = layer.values.shape
    half_x = (layer.x[1] - layer.x[0]) / (2 * max(1, columns - 1)) or 0.5
    half_y = (layer.y[1] - layer.y[0]) / (2 * max(1, rows - 1)) or 0.5
    return layer.x[0] - half_x, layer.x[1] + half_x, layer.y[0] - half_y, layer.y[1] + half_y


def image(layer: Image, axes: Axes, theme: Theme, order: int) -> None:
    """Cells of one colour each, sharp at every size."""
    colors = style.cells(layer.values, layer.low, layer.high, layer.colormap, theme)
    times = -(-256 // max(layer.values.shape)) if max(layer.values.shape) < _COARSE else 1
    colors = colors.repeat(times, axis=0).repeat(times, axis=1)
    # "none" hands vector formats these very cells; on PNG it is the same as "nearest".
    axes.imshow(
        colors,
        origin="lower",
        extent=extent(layer),
        interpolation="none",
        aspect=axes.get_aspect(),
        zorder=order,
    )


def surface(layer: Surface, axes: Axes, theme: Theme, order: int) -> None:
    """The picture of it, sharp on a slide that fills a screen; what lies on it is drawn apart."""
    left, right, bottom, top = extent = layer.camera.extent
    scale = _PIXELS / max(right - left, top - bottom)
    size = max(1, round(scale * (right - left))), max(1, round(scale * (top - bottom)))
    pixels = render(layer.heights, layer.paint, layer.colormap, layer.camera, size, theme)
    axes.imshow(
        pixels.view(np.uint8).reshape(*pixels.shape, 4),
        origin="lower",
        extent=extent,
        interpolation="auto",
        aspect=axes.get_aspect(),
        zorder=order,
    )


def curve(layer: Curve, axes: Axes, theme: Theme, order: int) -> None:
    """A line, left open where a value is not finite."""
    ink = color(layer.color, theme)
    axes.plot(
        layer.x,
        layer.y,
        color=ink,
        linewidth=layer.width,
        linestyle=DASHES[layer.dash],
        alpha=layer.opacity,
        solid_capstyle="round",
        solid_joinstyle="round",
        path_effects=_halo(layer.halo, ink, layer.width),
        zorder=order,
    )


def segments(layer: Segments, axes: Axes, theme: Theme, order: int) -> None:
    """Lines of two ends each, some of them with heads."""
    start, end = np.asarray(layer.start, float), np.asarray(layer.end, float)
    known = np.isfinite(start).all(1) & np.isfinite(end).all(1)
    start, end = start[known], end[known]
    if not len(start):
        return
    ink = color(layer.color, theme)
    if layer.head > 0:
        shaft = max(layer.width, 0.1)
        axes.quiver(
            *start.T,
            *(end - start).T,
            color=ink,
            alpha=layer.opacity,
            angles="xy",
            scale_units="xy",
            scale=1,
            units="inches",
            width=shaft / 72,
            headwidth=0.8 * layer.head / shaft,
            headlength=layer.head / shaft,
            headaxislength=layer.head / shaft,
            minlength=0,
            path_effects=_halo(layer.halo, ink, 0),
            zorder=order,
        )
    else:
        lines = LineCollection(
            list(np.stack((start, end), 1)),
            colors=ink,
            linewidths=layer.width,
            alpha=layer.opacity,
            capstyle="round",
            path_effects=_halo(layer.halo, ink, layer.width),
            zorder=order,
        )
        axes.add_collection(lines, autolim=False)
    axes.update_datalim(np.concatenate((start, end)))


def points(layer: Points, axes: Axes, theme: Theme, order: int) -> None:
    """Marks; a ring and a cross are drawn with lines alone."""
    ink = color(layer.color, theme)
    colors: Any = ink
    if layer.values is not None:
        colors = style.cells(layer.values, layer.low, layer.high, layer.colormap) / 255
    hollow = layer.marker in ("ring", "cross")
    stroke = 2.0 if layer.marker == "cross" else 1.6
    marks = axes.scatter(
        layer.x,
        layer.y,
        s=marker_size(layer) ** 2,
        c=colors,
        marker=MARKERS[layer.marker],
        linewidths=stroke if hollow else 0.8,
        alpha=None if layer.opacity == 1 else layer.opacity,
        path_effects=_halo(layer.halo and hollow, ink, stroke),
        zorder=order,
    )
    if layer.marker == "ring":
        marks.set_edgecolor(marks.get_facecolor())
        marks.set_facecolor("none")
    elif layer.marker != "cross":
        marks.set_edgecolor(style.contrast(ink) if layer.halo else "none")


def marker_size(layer: Points) -> float:
    """The diameter in points: a star of the same size looks smaller than a disc."""
    return layer.size * {"star": 1.6, "disc": 0.8}.get(layer.marker, 1.0)


def bars(layer: Bars, axes: Axes, theme: Theme, order: int) -> None:
    """Bars from 0, those of finite height."""
    x, height = np.asarray(layer.x, float), np.asarray(layer.height, float)
    known = np.isfinite(x) & np.isfinite(height)
    axes.bar(
        x[known],
        height[known],
        layer.width,
        color=color(layer.color, theme),
        alpha=layer.opacity,
        linewidth=0,
        zorder=order,
    )


def rule(layer: Rule, axes: Axes, theme: Theme, order: int) -> None:
    """A straight line over the whole plot; none where it has no place."""
    if not np.isfinite(layer.at):
        return
    line = axes.axvline if layer.axis == "x" else axes.axhline
    ink = color(layer.color, theme)
    line(
        layer.at,
        color=ink,
        linewidth=layer.width,
        linestyle=DASHES[layer.dash],
        path_effects=_halo(bool(axes.images), ink, layer.width),
        zorder=order,
    )


def note(layer: Note, axes: Axes, theme: Theme, order: int) -> None:
    """A text near the edge grows inwards, so the limits must be known before.

    On a map it stands on a chip: an outline would turn its letters into shapes.
    """
    along, up = (axes.transData - axes.transAxes).transform((layer.x, layer.y))
    if not (-0.03 <= along <= 1.03 and -0.03 <= up <= 1.03):
        return
    page = color("panel", theme)
    chip = {"boxstyle": "round,pad=0.18", "facecolor": page, "alpha": 0.7, "linewidth": 0}
    axes.text(
        layer.x,
        layer.y,
        style.label(layer.text),
        color=color(layer.color, theme),
        fontsize=style.BODY,
        ha="left" if along < 0.15 else "right" if along > 0.85 else "center",
        va="center",
        bbox=chip if axes.images and layer.color != "panel" else None,  # that stands on a mark
        zorder=order,
    )


def _halo(wanted: bool, ink: str, width: float) -> list[AbstractPathEffect]:
    return style.halo(ink, width) if wanted else []


_DRAWN: dict[type, Callable[..., None]] = {
    Image: image,
    Surface: surface,
    Curve: curve,
    Segments: segments,
    Points: points,
    Bars: bars,
    Rule: rule,
    Note: note,
}


def draw(layer: Layer, axes: Axes, theme: Theme, order: int) -> None:
    """Draws one layer above those of a lower `order`."""
    _DRAWN[type(layer)](layer, axes, theme, order)
