"""The numbers of a figure, as they are drawn: a table or arrays, with the names of the axes.

CSV: comments say the title, the data and the axes of every plot; then a row for each cell of a map
and each point of a curve. NPZ: an array for each, `1/2/x`, `1/2/y`, `1/2/value` of the second layer
of the first plot; `about` has the same comments, and which layer is what. A surface has the
numbers of its map. Texts, and rules that have no end, are left out.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.markup import to_plain
from ebmviz.core.outside import clean
from ebmviz.core.plot import Bars, Curve, Image, Layer, Plot, Points, Segments, Sheet, Surface
from ebmviz.core.snapshot import Array

FORMATS = ("csv", "npz")
_HEAD = ("plot", "layer", "x", "y", "value", "x_end", "y_end")
_Layer = tuple[int, int, str, dict[str, Array]]  # number of its plot, its own, name, arrays
_IN_SPACE = "x and y of the surface are of the plane, those of all else as the camera sees them"
_DATED = (1980, 1, 1, 0, 0, 0)  # the same figure gives the same bytes


def numbers(figure: Plot | Sheet, format: str, about: str = "") -> bytes:
    """The file. Raises UserError where a figure has none."""
    plots = (figure,) if isinstance(figure, Plot) else tuple(p for row in figure.rows for p in row)
    every = [
        (n, k, name, arrays)
        for n, plot in enumerate(plots, 1)
        for k, (name, arrays) in enumerate(_layers(plot), 1)
    ]
    if not every:
        raise UserError("the figure has neither curves nor maps")
    said = list(_said(figure.title, plots, about))
    return _csv(every, said) if format == "csv" else _npz(every, said)


def _said(title: str, plots: tuple[Plot, ...], about: str) -> Iterator[str]:
    yield f"{to_plain(title)}; values as drawn by ebmviz"
    if about:
        yield about
    for n, plot in enumerate(plots, 1):
        bars = [layer.bar for layer in plot.layers if isinstance(layer, Image | Surface | Points)]
        values = "".join(f"; value: {to_plain(bar)}" for bar in dict.fromkeys(bars) if bar)
        axes = f"x: {to_plain(plot.x.label) or 'unnamed'}; y: {to_plain(plot.y.label) or 'unnamed'}"
        yield f"plot {n}: {to_plain(plot.title)}; {axes}{values}"
        if any(isinstance(layer, Surface) for layer in plot.layers):
            yield f"plot {n}: {_IN_SPACE}; in 2-D all are of the plane"


def _layers(plot: Plot) -> Iterator[tuple[str, dict[str, Array]]]:
    """Name and arrays of all that has numbers, in the order in which it is drawn."""
    for layer in plot.layers:
        arrays = _arrays(layer)
        if arrays:
            named = getattr(layer, "label", "") or getattr(layer, "key", "")
            named = named or getattr(layer, "bar", "")
            yield to_plain(named) or type(layer).__name__.lower(), arrays


def _arrays(layer: Layer) -> dict[str, Array]:
    match layer:
        case Image() | Surface():
            high, wide = layer.values.shape[:2]
            x, y = np.linspace(*layer.x, wide), np.linspace(*layer.y, high)
            return {"x": x, "y": y, "value": layer.values}
        case Curve():
            return {"x": np.asarray(layer.x), "y": np.asarray(layer.y)}
        case Points():
            more = {} if layer.values is None else {"value": np.asarray(layer.values)}
            return {"x": np.asarray(layer.x), "y": np.asarray(layer.y), **more}
        case Bars():
            return {"x": np.asarray(layer.x), "y": np.asarray(layer.height)}
        case Segments():
            start, end = np.asarray(layer.start), np.asarray(layer.end)
            ends = {"x_end": end[:, 0], "y_end": end[:, 1]}
            return {"x": start[:, 0], "y": start[:, 1], **ends}
    return {}


def _csv(every: list[_Layer], said: list[str]) -> bytes:
    out = io.StringIO()
    for line in said:
        out.write(f"# {clean(line)}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_HEAD)
    for plot, k, name, arrays in every:
        columns = dict(arrays)
        if columns.get("value", np.empty(0)).ndim > 1:
            y, x = np.meshgrid(columns["y"], columns["x"], indexing="ij")
            columns = {"x": x.ravel(), "y": y.ravel(), "value": columns["value"].ravel()}
        count = len(columns["x"])
        cells = [
            [f"{v:.9g}" for v in columns[c].tolist()] if c in columns else [""] * count
            for c in _HEAD[2:]
        ]
        table.writerows([plot, f"{k} {name}", *row] for row in zip(*cells, strict=True))
    return out.getvalue().encode()


def _npz(every: list[_Layer], said: list[str]) -> bytes:
    layers = [f"{plot}/{k}: {name}" for plot, k, name, _ in every]
    arrays: dict[str, Array] = {"about": np.array([*said, *layers])}
    for plot, k, _, found in every:
        arrays |= {f"{plot}/{k}/{key}": array for key, array in found.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{key}.npy", _DATED)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data.getvalue())
    return out.getvalue()
