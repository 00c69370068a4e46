"""Every live figure is drawn of what training can come to: flat, huge, and no numbers at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ebmviz.core import assets, library
from ebmviz.core.plot import Axis, Image, Plot, Points, ends
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, LAB
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots import image_colours
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.colorbar import ColorBar
from ebmviz.ui.views.plot_card import PlotCard
from tests.scenes import CATALOGUE

LIVE = [figure for figure in FIGURES.values() if figure.live]
GIVEN = re.compile("^data|^dimension|_(at|s|x|axis)$")
"""Arrays of the scene and of what was counted: the places where something is measured."""
ENERGY = re.compile("energy|loss|min|max|low|high|gap")
KINDS = {"flat": (0.0, 0.0), "high": (1e38, 1e38), "huge": (-3e38, 3e38), "none": (np.nan, np.nan)}


def base(figure: Figure) -> Scene:
    """The first built-in scene that has what a figure shows, in a small size."""
    names = ["ellipse", *assets.scene_names()]
    scene = next(s for s in (library.scene(n, CATALOGUE) for n in names) if figure.fits(s))
    changes = {"view.resolution": 24, "view.follow": True, "device": "cpu"}
    return replace(scene, changes | ({"view.lab": True} if figure.name == LAB else {}), CATALOGUE)


def turned(array: Array, low: float, high: float) -> Array:
    """Floats of the same shape that take turns; what counts or chooses stays."""
    if array.dtype.kind != "f":
        return array
    out = np.full(array.shape, low, array.dtype)
    out.reshape(-1)[::2] = high
    return out


@pytest.fixture(scope="module")
def shots() -> dict[str, Shot]:
    found: dict[str, Shot] = {}
    for figure in LIVE:
        scene = base(figure)
        engine = opened(scene)
        if "own-steps" not in scene.facts and "still" not in scene.facts:
            engine.train(2)
        found[figure.name] = Shot(scene, engine.snapshot(figure.needs))
    return found


def extremes(shot: Shot) -> Iterator[tuple[str, Shot]]:
    """The shot with energies of each kind; data and grids stay."""
    for kind, (low, high) in KINDS.items():
        s = shot.snapshot
        arrays = {n: a if GIVEN.search(n) else turned(a, low, high) for n, a in s.arrays.items()}
        metrics = {n: high if ENERGY.search(n) else v for n, v in s.metrics.items()}
        yield kind, Shot(shot.scene, msgspec.structs.replace(s, arrays=arrays, metrics=metrics))


@pytest.mark.parametrize("figure", LIVE, ids=lambda f: f.name)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_figure_of_extremes_is_painted(
    figure: Figure, shots: dict[str, Shot], qtbot: QtBot
) -> None:
    theme.apply(application(), "dark")
    card = PlotCard(figure)
    qtbot.addWidget(card)
    card.resize(500, 400)
    card.show()
    for _, shot in extremes(shots[figure.name]):
        card.show_shot(shot)
        assert not card.grab().isNull()  # an error in it fails the test, by pytest-qt
    card.show_shot(shots[figure.name])
    theme.apply(application(), "light")
    card.grab()


@pytest.mark.parametrize("low", [0.0, -1e38, 1e38, 3e38, np.inf, -np.inf, np.nan, 1e-45])
@pytest.mark.parametrize("high", [0.0, 1e38, -3e38, np.inf, np.nan, 1e-45])
def test_the_ends_of_a_scale_are_apart(low: float, high: float) -> None:
    bottom, top = ends(low, high)
    span = np.float32(top) - np.float32(bottom)
    assert np.isfinite(np.array([bottom, top, span], float)).all()
    assert span > 0
    assert np.isfinite(np.float32(256 / span))
    assert ends(bottom, top) == (bottom, top)


def test_good_ends_stay() -> None:
    assert ends(-1.0, 2.5) == (-1.0, 2.5)
    image = Image(np.zeros((2, 2), np.float32), (0, 1), (0, 1), 3.0, 3.0, "viridis")
    assert image.low == 3.0 < image.high < 3.001
    points = Points(np.zeros(1), np.zeros(1), "data", values=np.zeros(1), low=np.nan, high=np.nan)
    assert points.low < points.high


def test_what_is_no_number_has_no_colour() -> None:
    values = np.array([[0, 1], [np.nan, np.inf]], np.float32)
    image = image_colours.coloured(Image(values, (0, 1), (0, 1), 0.0, 1.0, "viridis"))
    alphas = [[image.pixelColor(x, y).alpha() for x in range(2)] for y in range(2)]
    assert alphas == [[255, 255], [0, 255]]
    assert image.pixel(1, 1) == image.pixel(1, 0)  # beyond the end: the colour of the end
    assert image.pixel(0, 0) != image.pixel(1, 0)


def test_a_colour_bar_and_axes_without_a_range_are_painted(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    bar = ColorBar()
    for low, high in ((1.0, 1.0), (np.nan, 0.0), (-np.inf, np.inf)):
        bar.show_scale("viridis", low, high, "F")
        canvas = Canvas()
        qtbot.addWidget(canvas)
        canvas.resize(300, 200)
        canvas.show_plot(Plot("", Axis("x", low, high), Axis("y", low, high), ()))
        canvas.grab()
