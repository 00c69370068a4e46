"""Pictures of every layer, in three formats: text is text, the map is exact, files are whole."""

from __future__ import annotations

import base64
import errno
import io
import os
import re
import subprocess
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from PIL import Image as Picture

from ebmviz.core import palette
from ebmviz.core.errors import UserError
from ebmviz.core.plot import (
    Axis,
    Bars,
    Curve,
    Image,
    Layer,
    Note,
    Plot,
    Points,
    Rule,
    Segments,
    Sheet,
)
from ebmviz.export.render import FORMATS, render, write
from tests.slow import slow

INK = "#12ab34"
ONE, TWO = np.array([0.0, 1.0]), np.array([1.0, 2.0])
ENDS = np.array([[0.0, 1.0]]), np.array([[1.0, 2.0]])
GLYPHS = "y̌ ŷ ỹ z̃ ž β ∞ ′ − ² ₁ ‖y‖² ∇ ∂ ∫ Σ ⟨E⟩ ≤ → ↔ × · … “q” η λ θ ρ ε σ ½"


def plot(*layers: Layer, title: str = "Free energy F_β(y)", equal: bool = False) -> Plot:
    return Plot(title, Axis("y_1"), Axis("height y̌"), layers, equal)


def landscape(values: np.ndarray, bar: str = "F_β(y)") -> Plot:
    high, wide = values.shape
    image = Image(values, (0, wide - 1), (0, high - 1), 0.0, 1.0, "viridis", bar)
    return plot(image, Curve(ONE, TWO, "manifold", "manifold", halo=True), equal=True)


def texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]


def test_text_is_text_in_svg() -> None:
    figure = plot(Curve(ONE, TWO, "data", "data y"), Note(0.5, 1.5, "initial z̃"))
    found = texts(render(figure, "svg"))
    assert {"Free energy Fβ(y)", "y1", "height y̌", "data y", "initial z̃"} <= set(found)


def test_text_is_text_in_pdf() -> None:
    data = render(plot(Curve(ONE, TWO, "data", "data points")), "pdf")
    assert b"/FontFile2" in data
    assert b"/Type3" not in data
    runs = b""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        for block in re.findall(rb"\nBT\n.*?\nET\n", content, re.DOTALL):
            runs += b"".join(re.findall(rb"\(((?:\\.|[^\\()])*)\)", block)) + b"\n"
    assert b"data points" in runs.replace(b"\0", b"")


@pytest.mark.slow
def test_every_sign_has_a_glyph() -> None:
    figure = plot(Curve(ONE, TWO, "up", GLYPHS), Note(0.5, 1.2, "10^{−1} F_∞ F_{y̌}"), title=GLYPHS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format in FORMATS:
            render(figure, format)


def test_the_map_is_one_raster_of_its_own_resolution() -> None:
    values = np.random.default_rng(0).random((70, 90))
    svg = render(landscape(values), "svg")
    rasters = [
        Picture.open(io.BytesIO(base64.b64decode(text)))
        for text in re.findall(rb'"data:image/png;base64,\s*([^"]*)"', svg)
    ]
    assert sorted(r.size for r in rasters) == [(1, 256), (90, 70)]
    cells = np.asarray(max(rasters, key=lambda r: r.width).convert("RGB"))  # row 0 first
    assert (cells == palette.colormap("viridis")[(values * 256).astype(int)]).all()
    pdf = render(landscape(values), "pdf")
    assert len(re.findall(rb"/Subtype /Image", pdf)) == 2
    assert re.search(rb"/Width 90 /Height 70|/Height 70 /Width 90", pdf)


def test_png_cells_have_the_colours_of_the_window_and_exact_edges() -> None:
    values = np.array([[0.0, 0.4], [0.7, np.inf]])
    figure = plot(Image(values, (0, 1), (0, 1), 0, 1, "cold-warm"), equal=True)
    pixels = np.asarray(Picture.open(io.BytesIO(render(figure, "png"))).convert("RGB"))
    table = palette.colormap("cold-warm")
    boxes = []
    for index in (0, 102, 179, 255):
        rows, columns = np.nonzero((pixels == table[index]).all(-1))
        boxes.append((columns.min(), rows.min(), np.ptp(columns), np.ptp(rows)))
    assert np.ptp([box[2:] for box in boxes]) <= 3  # four equal squares, but for the frame
    assert boxes[0][0] < boxes[1][0]
    assert boxes[0][1] > boxes[2][1]  # row 0 is at the bottom


@pytest.mark.parametrize(
    "layer",
    [
        slow(Curve(ONE, TWO, INK)),
        Curve(ONE, TWO, INK, dash="dot", halo=True),
        slow(Segments(*ENDS, INK)),
        Segments(*ENDS, INK, head=6, halo=True),
        *(slow(Points(ONE, TWO, INK, marker=m)) for m in ("disc", "cross", "ring")),
        Points(ONE, TWO, INK, marker="star"),
        Bars(ONE, TWO, 0.5, INK),
        Note(0.5, 0.5, "here", INK),
        Rule(0.5, "x", INK),
        Rule(0.5, "y", INK),
    ],
)
def test_every_layer_is_drawn_in_its_colour(layer: Layer) -> None:
    assert render(plot(layer), "svg").count(INK.encode()) >= 1
    assert render(plot(layer), "png") != render(plot(), "png")


def test_points_take_their_colours_from_the_map() -> None:
    marks = Points(ONE, TWO, "data", values=ONE, bar="p(z)", low=0.0, high=1.0)
    svg = render(plot(marks), "svg").decode()
    for end in (0, -1):
        assert "#" + palette.colormap("viridis")[end].tobytes().hex() in svg


def test_nan_breaks_a_line() -> None:
    x = np.arange(5.0)
    broken = np.array([0, 1, np.nan, 3, 4])
    svg = render(plot(Curve(x, broken, INK)), "svg").decode()
    path = re.search(r'<path d="([^"]*)"[^>]*stroke: ' + INK, svg)
    assert path
    assert path[1].count("M") == 2


def test_logarithmic_axes() -> None:
    curve = Curve(TWO, ONE, "loss")
    figure = Plot("", Axis("β", 0.01, 100, log=True), Axis("L", log=True), (curve,))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = texts(render(figure, "svg"))
    assert {"0.01", "0.1", "1", "10", "100"} <= set(found)


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    """Also in another process, in threads, and whatever the user's matplotlibrc says."""
    before, figure = dict(matplotlib.rcParams), landscape(np.eye(70))
    with ThreadPoolExecutor(3) as pool:
        ours = list(pool.map(lambda f: render(figure, f), FORMATS * 2))
    assert ours[:3] == ours[3:]
    assert dict(matplotlib.rcParams) == before
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nsvg.fonttype: path\n")
    code = (
        "import sys; from test_render import *\n"
        "print(*(sha256(render(landscape(np.eye(70)), f)).hexdigest() for f in FORMATS))\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(folders), "PYTHONHASHSEED": "7"}
    env["MATPLOTLIBRC"] = str(tmp_path / "matplotlibrc")
    theirs = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True)
    assert theirs.stdout.decode().split() == [sha256(data).hexdigest() for data in ours[:3]]


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_written_whole(tmp_path: Path, format: str) -> None:
    path, figure = tmp_path / f"figure.{format}", Sheet("Two", ((plot(), plot()),), "caption")
    write(figure, path, "dark")
    assert path.read_bytes() == render(figure, format, "dark")
    assert os.listdir(tmp_path) == [path.name]


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match=r"missing.figure\.png"):
        write(plot(), tmp_path / "missing" / "figure.png")
    (tmp_path / "old.svg").write_text("old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"old\.svg.*full"):
        write(plot(), tmp_path / "old.svg")
    assert os.listdir(tmp_path) == ["old.svg"]
    assert (tmp_path / "old.svg").read_text() == "old"
