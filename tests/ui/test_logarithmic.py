"""What is drawn on logarithmic axes lies where its numbers are: in a tile, large, and exported."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core.plot import Axis, Bars, Curve, Layer, Note, Plot, Points, Rule, Segments
from ebmviz.core.snapshot import Array
from ebmviz.export.compose import compose
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.tile import Tile
from tests.slow import slow

INK = "#fe01fd"
AXES = {"x": (0.02, 40.0), "y": (0.3, 400.0)}
AT = (9.0, 70.0)
"""Where each layer is drawn."""


def plot(layer: Layer, x: bool, y: bool) -> Plot:
    return Plot("t", Axis("x", *AXES["x"], log=x), Axis("y", *AXES["y"], log=y), (layer,))


def layers() -> dict[str, Layer]:
    x, y = np.array([AT[0]]), np.array([AT[1]])
    return {
        "points": Points(x, y, INK, size=9, halo=False),
        "across": Curve(np.array([0.021, 39.9]), np.array([AT[1]] * 2), INK, width=2),
        "up": Curve(np.array([AT[0]] * 2), np.array([0.31, 399.0]), INK, width=2),
        "segments": Segments(np.array([[AT[0], 0.31]]), np.array([[AT[0], 399.0]]), INK, width=2),
        "rule-x": Rule(AT[0], "x", INK, dash="solid", width=2),
        "rule-y": Rule(AT[1], "y", INK, dash="solid", width=2),
        "bars": Bars(x, y, 1.0, INK, opacity=1.0),
        "note": Note(*AT, "o", INK),
    }


def share(value: float, axis: str, log: bool) -> float:
    """Which part of the axis lies below a value."""
    low, high = AXES[axis]
    if log:
        return float(np.log(value / low) / np.log(high / low))
    return (value - low) / (high - low)


def wanted(name: str, x: bool, y: bool) -> dict[str, float]:
    """The part of each axis where the ink of a layer is centred, or for bars its top."""
    found = {}
    if name not in ("across", "rule-y"):
        ends = (8.5, 9.5) if name == "bars" else (AT[0], AT[0])
        found["x"] = sum(share(end, "x", x) for end in ends) / 2
    if name in ("points", "across", "rule-y", "note", "bars"):
        found["y"] = share(AT[1], "y", y)
    return found


Frame = tuple[float, ...]


def check(mask: Array, frame: Frame, name: str, x: bool, y: bool) -> None:
    """Of a picture: where its ink is; frame: left, right, bottom, top in its pixels."""
    rows, columns = np.nonzero(mask)
    left, right, bottom, top = frame
    assert len(rows), f"no ink of {name}"
    want = wanted(name, x, y)
    if "x" in want:
        seen = ((columns.min() + columns.max() + 1) / 2 - left) / (right - left)
        assert seen == pytest.approx(want["x"], abs=3.5 / abs(right - left))
    if "y" in want:
        row = rows.min() if name == "bars" else (rows.min() + rows.max() + 1) / 2
        assert (row - bottom) / (top - bottom) == pytest.approx(
            want["y"], abs=3.5 / abs(top - bottom)
        )


def inked(pixels: Array) -> Array:
    """Where it is all of the ink's colour but for smoothing, (h, w) bool."""
    red, green, blue = (pixels[..., i].astype(int) for i in range(3))
    found: Array = (red > 150) & (green < 110) & (blue > 150)
    return found


@pytest.mark.parametrize(("x", "y"), [(True, False), (False, True), (True, True), (False, False)])
def test_on_the_screen(qtbot: QtBot, x: bool, y: bool) -> None:
    theme.apply(application(), "dark")
    host = QWidget()
    qtbot.addWidget(host)
    tile, large = Tile(0, True, host), Canvas(parent=host)
    tile.resize(260, 230)
    large.setGeometry(0, 240, 520, 300)
    host.resize(520, 560)
    host.show()
    for name, layer in layers().items():
        for each, canvas in ((tile, tile.canvas), (large, large)):
            each.show_plot(plot(layer, x, y))
            QApplication.processEvents()
            image = canvas.grab().toImage()
            ratio = image.devicePixelRatio()
            data = np.frombuffer(image.constBits(), np.uint8)
            pixels = data.reshape(image.height(), -1, 4)[:, : image.width(), 2::-1]
            box = canvas.view.sceneBoundingRect()
            corners = (canvas.mapFromScene(p) for p in (box.bottomLeft(), box.topRight()))
            (left, bottom), (right, top) = ((QPointF(p).x(), QPointF(p).y()) for p in corners)
            frame = tuple(v * ratio for v in (left, right, bottom, top))
            check(inked(pixels), frame, name, x, y)


@pytest.mark.parametrize(
    ("x", "y"), [slow(True, False), slow(False, True), (True, True), slow(False, False)]
)
def test_in_a_picture(x: bool, y: bool) -> None:
    for name, layer in layers().items():
        page = compose(plot(layer, x, y), "dark", (5, 4), 100)
        canvas = FigureCanvasAgg(page)
        canvas.draw()
        page.savefig(io.BytesIO(), dpi=100)
        pixels = np.asarray(canvas.buffer_rgba())
        box = max((a.get_window_extent() for a in page.axes), key=lambda b: b.width * b.height)
        height = pixels.shape[0]
        frame = (box.x0, box.x1, height - box.y0, height - box.y1)
        check(inked(pixels), frame, name, x, y)
