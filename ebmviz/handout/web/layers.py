"""The layers of a plot as SVG, within its axes: one function per kind of layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ebmviz.core.plot import Bars, Curve, Image, Layer, Note, Points, Rule, Segments, Surface
from ebmviz.core.snapshot import Array
from ebmviz.export import style
from ebmviz.export.draw import extent, marker_size
from ebmviz.handout.web import pixels
from ebmviz.handout.web.ink import ink, written
from ebmviz.handout.web.line import path
from ebmviz.handout.web.scale import Scale

_COARSE = 64  # a map with fewer cells a side shows them as squares
_DASHES = {"solid": (), "dash": (5.0, 2.5), "dot": (1.0, 1.8)}
_STAR = [(math.sin(a * math.pi / 5), -math.cos(a * math.pi / 5)) for a in range(10)]


def drawn(layer: Layer, x: Scale, y: Scale) -> str:
    """One layer in pixels."""
    return _DRAWN[type(layer)](layer, x, y)


def _image(layer: Image, x: Scale, y: Scale) -> str:
    look = "cells" if max(layer.values.shape) < _COARSE else ""
    made = [(pixels.of_map(layer, t), t) for t in pixels.themes(layer.colormap)]
    return _pictures(made, extent(layer), x, y, look)


def _surface(layer: Surface, x: Scale, y: Scale) -> str:
    made = [(pixels.of_surface(layer, t), t) for t in ("light", "dark")]
    return _pictures(made, layer.camera.extent, x, y, "")


def _pictures(made: list[Any], edges: tuple[float, ...], x: Scale, y: Scale, look: str) -> str:
    left, right = sorted(map(float, x(np.array(edges[:2]))))
    top, bottom = sorted(map(float, y(np.array(edges[2:]))))
    place = f'x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" height="{bottom - top:.2f}"'
    return "".join(
        f'<image {place} preserveAspectRatio="none" class="{look}{f" {t}" * (len(made) > 1)}"'
        f' href="{address}"/>'
        for address, t in made
    )


def _curve(layer: Curve, x: Scale, y: Scale) -> str:
    d = path(x(layer.x), y(layer.y))
    line = stroke(layer.width, layer.dash)
    return _group(layer.color, _haloed(f'd="{d}"', layer.width, layer.halo, line), layer.opacity)


def _segments(layer: Segments, x: Scale, y: Scale) -> str:
    start, end = (np.asarray(v, float).reshape(-1, 2) for v in (layer.start, layer.end))
    x0, y0, x1, y1 = x(start[:, 0]), y(start[:, 1]), x(end[:, 0]), y(end[:, 1])
    known = np.isfinite(x0 + y0 + x1 + y1)
    x0, y0, x1, y1 = (v[known] for v in (x0, y0, x1, y1))
    if not len(x0):
        return ""
    d = "".join(
        f"M{a:.1f} {b:.1f}L{c:.1f} {e:.1f}" for a, b, c, e in zip(x0, y0, x1, y1, strict=True)
    )
    made = _haloed(f'd="{d}"', layer.width, layer.halo, stroke(layer.width, "solid"))
    if layer.head > 0:
        heads = "".join(_heads(x0, y0, x1, y1, layer.head))
        made += f'<path fill="currentColor" d="{heads}"/>'
    return _group(layer.color, made, layer.opacity)


def _heads(x0: Array, y0: Array, x1: Array, y1: Array, size: float) -> Iterator[str]:
    for a, b, c, e in zip(x0, y0, x1, y1, strict=True):
        long = math.hypot(c - a, e - b)
        if long > 0.1:
            u, v = min(size, long) * (c - a) / long, min(size, long) * (e - b) / long
            sides = ((c - u - 0.4 * v, e - v + 0.4 * u), (c - u + 0.4 * v, e - v - 0.4 * u))
            (p, q), (r, s) = sides
            yield f"M{c:.1f} {e:.1f}L{p:.1f} {q:.1f}L{r:.1f} {s:.1f}z"


def _points(layer: Points, x: Scale, y: Scale) -> str:
    across, along = x(layer.x).ravel(), y(layer.y).ravel()
    known = np.isfinite(across) & np.isfinite(along)
    radius = max(0.5, marker_size(layer) / 2)
    colors = _colors(layer)
    marks: dict[str, str] = {}
    for i in np.flatnonzero(known):
        color = colors[i] if colors else layer.color
        marks[color] = marks.get(color, "") + _MARKS[layer.marker](across[i], along[i], radius)
    return "".join(_marked(layer, color, d, radius) for color, d in marks.items())


def _colors(layer: Points) -> list[str]:
    if layer.values is None:
        return []
    cells = style.cells(layer.values, layer.low, layer.high, layer.colormap)
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b, _ in cells.reshape(-1, 4)]


def _marked(layer: Points, color: str, d: str, radius: float) -> str:
    if layer.marker == "disc":  # lines without length, and with round ends
        edge = _dots(d, 2 * radius + 1.6, "halo-line") if layer.halo else ""
        made = edge + _dots(d, 2 * radius, "")
    elif layer.marker == "star":
        edge = ' class="halo-line" stroke-width="1.6"' if layer.halo else ""
        made = f'<path fill="currentColor"{edge} paint-order="stroke" d="{d}"/>'
    else:
        wide = 2.0 if layer.marker == "cross" else 1.6
        made = _haloed(f'd="{d}"', wide, layer.halo, stroke(wide, "solid"))
    return _group(color, made, layer.opacity)


def _dots(d: str, wide: float, look: str) -> str:
    stroke = f'class="{look}"' if look else 'stroke="currentColor"'
    return f'<path {stroke} fill="none" stroke-linecap="round" stroke-width="{wide:.2f}" d="{d}"/>'


def _disc(x: float, y: float, _r: float) -> str:
    return f"M{x:.1f} {y:.1f}h0"


def _ring(x: float, y: float, r: float) -> str:
    half = f"a{r:.1f} {r:.1f} 0 1 0"
    return f"M{x - r:.1f} {y:.1f}{half} {2 * r:.1f} 0{half} {-2 * r:.1f} 0z"


def _cross(x: float, y: float, r: float) -> str:
    return (
        f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0{-2 * r:.1f}l{-2 * r:.1f} {2 * r:.1f}"
    )


def _star(x: float, y: float, r: float) -> str:
    places = (
        (x + a * r * s, y + b * r * s) for (a, b), s in zip(_STAR, (1, 0.42) * 5, strict=True)
    )
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in places) + "z"


def _bars(layer: Bars, x: Scale, y: Scale) -> str:
    at, height = np.asarray(layer.x, float), np.asarray(layer.height, float)
    left, right, top = x(at - layer.width / 2), x(at + layer.width / 2), y(height)
    ground = y.first if y.log else float(y(0.0))
    d = "".join(
        f"M{a:.1f} {ground:.1f}V{t:.1f}H{b:.1f}V{ground:.1f}z"
        for a, b, t in zip(left, right, top, strict=True)
        if math.isfinite(a + b + t)
    )
    return _group(layer.color, f'<path fill="currentColor" d="{d}"/>', layer.opacity)


def _rule(layer: Rule, x: Scale, y: Scale) -> str:
    at = float((x if layer.axis == "x" else y)(layer.at))
    if not math.isfinite(at):
        return ""
    ends = sorted((y.first, y.last) if layer.axis == "x" else (x.first, x.last))
    d = f"M{at:.1f} {ends[0]:.1f}V{ends[1]:.1f}"
    if layer.axis == "y":
        d = f"M{ends[0]:.1f} {at:.1f}H{ends[1]:.1f}"
    return _group(layer.color, f'<path d="{d}" {stroke(layer.width, layer.dash)}/>')


def _note(layer: Note, x: Scale, y: Scale) -> str:
    at, up = float(x(layer.x)), float(y(layer.y))
    along = (at - x.first) / ((x.last - x.first) or 1.0)
    high = (up - y.first) / ((y.last - y.first) or 1.0)
    if not (-0.03 <= along <= 1.03 and -0.03 <= high <= 1.03):
        return ""
    anchor = "start" if along < 0.15 else "end" if along > 0.85 else "middle"
    chip = "" if layer.color == "panel" else ' class="chip"'
    said = f'<text x="{at:.1f}" y="{up + 4:.1f}" text-anchor="{anchor}"{chip} fill="currentColor">'
    return _group(layer.color, f"{said}{written(layer.text)}</text>")


def mark(layer: Points, x: float, y: float) -> str:
    """One mark, as a legend shows it, of the colour around it."""
    radius = min(5.0, max(3.0, marker_size(layer) / 2))
    d = _MARKS[layer.marker](x, y, radius)
    if layer.marker == "disc":
        return _dots(d, 2 * radius, "")
    if layer.marker == "star":
        return f'<path fill="currentColor" d="{d}"/>'
    return f'<path {stroke(1.8, "solid")} d="{d}"/>'


def stroke(width: float, dash: str) -> str:
    """The attributes of a line."""
    gaps = " ".join(f"{width * each:.1f}" for each in _DASHES[dash])
    dashed = f' stroke-dasharray="{gaps}"' if gaps else ""
    return f'fill="none" stroke="currentColor" stroke-width="{width:g}"{dashed}'


def _haloed(shape: str, width: float, halo: bool, line: str) -> str:
    below = (
        f'<path class="halo-line" fill="none" opacity=".6" stroke-width="{width + 1.8:g}" {shape}/>'
    )
    return (below if halo else "") + f"<path {line} {shape}/>"


def _group(color: str, inside: str, opacity: float = 1.0) -> str:
    faint = f' opacity="{opacity:g}"' if opacity != 1 else ""
    return f"<g {ink(color)}{faint}>{inside}</g>"


_MARKS: dict[str, Callable[[float, float, float], str]] = {
    "disc": _disc,
    "ring": _ring,
    "cross": _cross,
    "star": _star,
}
_DRAWN: dict[type, Callable[..., str]] = {
    Image: _image,
    Surface: _surface,
    Curve: _curve,
    Segments: _segments,
    Points: _points,
    Bars: _bars,
    Rule: _rule,
    Note: _note,
}
