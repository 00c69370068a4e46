"""Figures are values: what they hold is compared with the lecture, not how it looks."""

from __future__ import annotations

import base64
import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from ebmviz import studio
from ebmviz.core import assets, library, palette
from ebmviz.core.errors import UserError
from ebmviz.core.markup import to_html
from ebmviz.core.plot import Bars, Curve, Image, Note, Plot, Points, Rule, Segments, Sheet
from ebmviz.core.scene import Scene, replace
from ebmviz.core.session import Session, unpack
from ebmviz.core.snapshot import Array
from ebmviz.core.table import encode_points
from ebmviz.engine import registry as components
from ebmviz.engine.engine import Engine
from ebmviz.figures import (
    cross_section,
    landscape,
    latent_lens,
    loss_curve,
    manifold,
    projection,
    stack,
    text,
)
from ebmviz.figures.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, LAB, find, offered
from ebmviz.opening import Opened

CATALOGUE = components.catalogue()
LAB_ON = {"view.lab": True}
OFFERED = [
    pytest.param(name, figure, id=f"{name}-{figure}")
    for name in assets.scene_names()
    for figure in library.scene(name, CATALOGUE).figures
]
# math.md §1: F_β(0, y2) of the untrained lecture weights. Columns: y2 = 0, .25 … 2.
FIGURE_6 = {
    0.1: [1.0948, 1.1565, 1.3415, 1.6497, 2.0813, 2.6363, 3.3145, 4.1160, 5.0409],
    10**-0.5: [1.0422, 1.1018, 1.2805, 1.5784, 1.9955, 2.5318, 3.1875, 3.9627, 4.8574],
    1.0: [0.8875, 0.9385, 1.0918, 1.3488, 1.7116, 2.1825, 2.7641, 3.4589, 4.2689],
    10**0.5: [0.5837, 0.6021, 0.6763, 0.8395, 1.1129, 1.5056, 2.0213, 2.6610, 3.4252],
    10.0: [0.3338, 0.2858, 0.2990, 0.4344, 0.6947, 1.0798, 1.5899, 2.2249, 2.9849],
    math.inf: [0.1286, 0.0118, 0.0200, 0.1532, 0.4114, 0.7947, 1.3029, 1.9361, 2.6943],
}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The tensors are small: a second thread would only wait for the first."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    paths: dict[str, object] = {k.replace("__", "."): v for k, v in changes.items()}
    base = library.scene("ellipse", CATALOGUE)
    return replace(base, {"device": "cpu", "view.resolution": 32, **paths}, CATALOGUE)


def drawn(name: str, of: Scene | None = None) -> Any:
    return studio.draw(FIGURES[name], Opened(of or scene()), CATALOGUE)


def shot(
    needs: tuple[str, ...], steps: int = 0, seek: int | None = None, **changes: object
) -> Shot:
    chosen = scene(**changes)
    engine = Engine(chosen)
    engine.train(steps)
    engine.seek(seek)
    return Shot(chosen, engine.snapshot(needs))


def plots(value: Plot | Sheet) -> list[Plot]:
    return [value] if isinstance(value, Plot) else [p for row in value.rows for p in row]


def layers(plot: Plot, kind: type) -> list[Any]:
    return [layer for layer in plot.layers if isinstance(layer, kind)]


def labels(curves: list[Curve]) -> list[str]:
    """The β of each curve; the first may say what the numbers are."""
    return [curve.label.removeprefix("β = ") for curve in curves]


def labelled(plot: Plot, label: str) -> Any:
    (layer,) = [layer for layer in plot.layers if getattr(layer, "label", "").startswith(label)]
    return layer


# every figure -------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "figure"), OFFERED)
def test_every_figure_of_every_scene_draws(name: str, figure: str) -> None:
    of = replace(library.scene(name, CATALOGUE), {"view.resolution": 32}, CATALOGUE)
    value = drawn(figure, of)
    assert value.title
    for plot in plots(value):
        sound(plot)


def sound(plot: Plot) -> None:
    """Sizes agree, numbers are finite, colours and texts are known to both renderers."""
    assert plot.layers
    for axis in (plot.x, plot.y):
        for limit in (axis.low, axis.high):
            assert limit is None or math.isfinite(limit)
        if axis.low is not None and axis.high is not None:
            assert axis.low < axis.high
    for layer in plot.layers:
        match layer:
            case Image(values=values, low=low, high=high):
                assert values.dtype == np.float32
                assert values.flags.c_contiguous
                assert np.isfinite(values).all()
                assert low < high
                assert palette.colormap(layer.colormap).shape == (256, 3)
            case Curve(x=x, y=y):
                assert len(x) == len(y) > 0
            case Points(x=x, y=y, values=values):
                assert len(x) == len(y) > 0
                assert np.isfinite(x).all()
                assert np.isfinite(y).all()
                assert values is None or (len(values) == len(x) and layer.low < layer.high)
            case Segments(start=start, end=end):
                assert start.shape == end.shape
                assert start.shape[1] == 2
                assert np.isfinite(start).all()
                assert np.isfinite(end).all()
            case Bars(x=x, height=height):
                assert len(x) == len(height)
                assert np.isfinite(height).all()
            case Note(x=x, y=y):
                assert math.isfinite(x)
                assert math.isfinite(y)
            case Rule(at=at):
                assert math.isfinite(at)
        if not isinstance(layer, Image):
            assert palette.color(layer.color, "dark") != ""
            assert palette.color(layer.color, "light") != ""
    labels = [getattr(layer, "label", "") for layer in plot.layers]
    named = [label for label in labels if label]
    assert len(set(named)) == len(named), "a legend says each thing once"
    for words in (plot.title, plot.x.label, plot.y.label, *named):
        assert "_" not in to_html(words)
        assert "^" not in to_html(words)


def test_every_figure_is_offered_by_some_scene() -> None:
    scenes = [library.scene(name, CATALOGUE) for name in assets.scene_names()]
    shown = {figure for each in scenes for figure in offered(each)}
    lab = {figure for each in scenes for figure in offered(replace(each, LAB_ON, CATALOGUE))}
    assert shown | lab == set(FIGURES)
    assert lab - shown == {LAB}
    for each in scenes:
        assert set(each.figures) <= set(offered(each)), "a scene lists what it cannot show"


@pytest.mark.parametrize("figure", FIGURES.values(), ids=lambda f: f.name)
def test_a_figure_without_one_of_its_needs_is_another(figure: Figure) -> None:
    """Nothing is measured in vain; that the needs suffice, every drawing here shows."""
    shots = []
    # A colour range that follows the map is the case that needs most.
    small = {"device": "cpu", "view.resolution": 32, "view.follow": True}
    others = (library.scene(name, CATALOGUE) for name in assets.scene_names())
    every = (scene(view__follow=True), *(replace(of, small, CATALOGUE) for of in others))
    base = next(of for of in every if figure.fits(of))
    if figure.name == LAB:
        base = replace(base, LAB_ON, CATALOGUE)
    for state in figure.states:
        changed = replace(base, state.changes, CATALOGUE)
        shots.append(Shot(changed, Engine(changed).snapshot(figure.needs)))
    whole = figure.draw(tuple(shots))
    for need in figure.needs:
        rest = tuple(n for n in figure.needs if n != need)
        if all(set(Engine(s.scene).snapshot((need,)).arrays) == set() for s in shots):
            continue  # this scene shows nothing of it
        less = [Shot(s.scene, Engine(s.scene).snapshot(rest)) for s in shots]
        try:
            value = figure.draw(tuple(less))
        except KeyError:
            continue
        count = [sum(len(p.layers) for p in plots(v)) for v in (whole, value)]
        assert count[1] < count[0], need


def test_live_figures_show_the_session_s_own_weights() -> None:
    live = {name for name, figure in FIGURES.items() if figure.live}
    assert live == {n for n in FIGURES if not n.startswith("figure-")}
    engine = Engine(scene())
    engine.train(24)
    session = Session(scene(), engine.checkpoint(), engine.history.to_arrays())
    plot = studio.draw(FIGURES["landscape"], Opened(scene(), session), CATALOGUE)
    assert isinstance(plot, Plot)
    curve = labelled(plot, "manifold")
    assert np.array_equal(curve.x[:-1], engine.snapshot(("manifold",)).arrays["manifold"][:, 0])


def test_the_session_inside_a_picture_is_the_one_that_was_drawn() -> None:
    engine = Engine(scene())
    engine.train(24)
    saved = Session(scene(), engine.checkpoint(), engine.history.to_arrays())
    asked = scene(optimizer__kind="adam", view__beta=2)
    inside = unpack(studio.embedded(Opened(asked, saved)), CATALOGUE, "the picture")
    assert inside.scene == asked
    assert np.array_equal(inside.weights["w"], saved.weights["w"])
    Engine(asked).restore(inside.weights, inside.history)


def test_a_figure_that_is_not_offered_is_a_sentence() -> None:
    assert find("stack", ("stack", "landscape")) is FIGURES["stack"]
    with pytest.raises(UserError, match="did you mean “stack”"):
        find("stak", ("stack", "landscape"))
    with pytest.raises(UserError, match="there is: landscape"):
        find("stack", ("landscape",))


# S4 -----------------------------------------------------------------------------------


def test_figure_1_is_a_stack_of_isolines_from_cold_to_warm() -> None:
    plot = drawn("figure-1", scene(view__resolution=200))
    colours = palette.colormap("cold-warm")
    lines = [c for c in layers(plot, Curve) if c.color.startswith("#")]
    levels = [0.1 * (i + 1) for i in range(10)]
    expected = ["#{:02x}{:02x}{:02x}".format(*colours[int(level * 255 + 1e-9)]) for level in levels]
    assert [c.color for c in lines] == expected
    assert expected[-1] == "#cd2c34"
    middle = np.array([int(expected[4][i : i + 2], 16) for i in (1, 3, 5)])
    assert np.ptp(middle) < 10, "half way it is grey"

    view = replace(scene(), FIGURES["figure-1"].states[0].changes, CATALOGUE).view
    assert (view.beta, view.window, view.levels) == (math.inf, (-1.5, 1.5, -1.5, 1.5), (0, 1))
    # Each lies at the height of its energy: undo the projection, and F_∞ is the level.
    z = np.arange(48) * (2 * np.pi / 48)
    ring = np.stack([-1.45263 * np.cos(z), 0.35856 * np.sin(z)], 1)
    height = 0.75 * 3
    a, e = math.radians(view.azimuth), math.radians(view.elevation)
    for curve, level in zip(lines, levels, strict=True):
        x, y = curve.x[np.isfinite(curve.x)], curve.y[np.isfinite(curve.x)]
        depth = (math.cos(e) * level * height - y) / math.sin(e)
        y1 = -math.sin(a) * x + math.cos(a) * depth
        y2 = math.cos(a) * x + math.sin(a) * depth
        f = ((np.stack([y1, y2], 1)[:, None] - ring) ** 2).sum(2).min(1)
        assert np.abs(f - level).max() < 2e-3


def test_figure_1b_has_the_lecture_s_cells_window_and_arrows() -> None:
    plot = drawn("figure-1b")
    (image,) = layers(plot, Image)
    assert (image.low, image.high) == (0, 2)
    assert (plot.x.low, plot.x.high, plot.y.low, plot.y.high) == (-3, 3, -2, 2)
    (arrows,) = layers(plot, Segments)
    assert arrows.label == "+∇F"
    assert arrows.start.shape == (25 * 17, 2)
    assert labelled(plot, "nearest").color == "down"
    assert len(labelled(plot, "data").x) == 24
    # They point uphill, along the gradient of the nearest point's energy.
    z = np.arange(48) * (2 * np.pi / 48)
    ring = np.stack([-1.45263 * np.cos(z), 0.35856 * np.sin(z)], 1)
    nearest = ring[((arrows.start[:, None] - ring) ** 2).sum(2).argmin(1)]
    slope, way = arrows.start - nearest, arrows.end - arrows.start
    cosine = (slope * way).sum(1) / np.hypot(*slope.T) / np.hypot(*way.T)
    assert np.median(cosine) > 0.9999
    assert (cosine > 0.99).mean() > 0.98  # float32 may pick the other of two equal points


def at_quarters(curve: Curve) -> list[float]:
    """The curve at y2 = 0, .25 … 2, each of which it must hold exactly."""
    found = [curve.y[np.abs(curve.x - 0.25 * i) < 1e-6] for i in range(9)]
    assert all(len(y) == 1 for y in found)
    return [float(y[0]) for y in found]


def test_figure_2_is_the_cold_section() -> None:
    plot = drawn("figure-2")
    (curve,) = layers(plot, Curve)
    assert (curve.x[0], curve.x[-1]) == (-2, 2)
    assert at_quarters(curve) == pytest.approx(FIGURE_6[math.inf], abs=1e-4)
    assert abs(curve.x[curve.y.argmin()]) == pytest.approx(0.3586, abs=0.01)
    assert not plot.legend


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("figure-3", 0, 0.76), ("figure-4", 0, 0.267), ("figure-5", 0.12, 0.88)],
)
def test_figures_3_to_5_span_the_lecture_s_colours(name: str, low: float, high: float) -> None:
    sheet = drawn(name)
    plane, ring, energy = sheet.rows[0]
    for plot in (plane, ring):
        (points,) = [p for p in layers(plot, Points) if p.values is not None]
        assert len(points.values) == 48
        assert points.low == pytest.approx(low, abs=0.01)
        assert points.high == pytest.approx(high, abs=0.005)
        assert (points.low, points.high) == (points.values.min(), points.values.max())
    (curve,) = layers(energy, Curve)
    assert points.values == pytest.approx(np.exp(-curve.y.astype(float)), rel=1e-6)
    # The arrow on the ring points to the latent of least energy.
    (arrow,) = layers(ring, Segments)
    cold = float(curve.x[curve.y.argmin()])
    assert math.atan2(arrow.end[0, 1], arrow.end[0, 0]) % (2 * math.pi) == pytest.approx(cold)


def test_figures_3_and_4_look_from_the_lecture_s_points() -> None:
    table = np.loadtxt(assets.resource("data/ellipse24.csv"), delimiter=",", skiprows=1)
    for name, row in (("figure-3", 22), ("figure-4", 9)):
        assert FIGURES[name].states[0].changes["view.probe"] == tuple(table[row])


def test_figure_6_is_the_table() -> None:
    plot = drawn("figure-6")
    curves = layers(plot, Curve)
    assert labels(curves) == ["0.1", "0.32", "1", "3.2", "10", "∞"]
    assert [c.color for c in curves] == [palette.beta_color(beta) for beta in FIGURE_6]
    for curve, (beta, row) in zip(curves, FIGURE_6.items(), strict=True):
        assert at_quarters(curve) == pytest.approx(row, abs=1e-4), beta
        assert curve.y == pytest.approx(curve.y[::-1], abs=1e-5)


def extent(plot: Plot) -> list[float]:
    """The radii of the manifold in a plot."""
    curve = labelled(plot, "manifold")
    return [float(np.abs(curve.x).max()), float(np.abs(curve.y).max())]


def test_figure_7_shows_two_untrained_and_two_trained_models() -> None:
    (cold, cold_trained), (warm, warm_trained) = drawn("figure-7").rows
    for plot in (cold, warm):
        assert extent(plot) == pytest.approx([1.45263, 0.35856], abs=1e-5)
    assert extent(cold_trained) == pytest.approx([2.04, 1.44], abs=0.06)
    assert extent(warm_trained) == pytest.approx([1.94789, 1.20071], abs=1e-3)
    for plot in (cold, cold_trained):
        # One arrow per datum, of weight one, to it from the manifold point nearest to it.
        (arrows,) = layers(plot, Segments)
        assert arrows.start.shape == (24, 2)
        nearest = labelled(plot, "nearest")
        assert np.array_equal(np.sort(nearest.x), np.sort(arrows.start[:, 0]))
        assert layers(plot, Image)[0].bar == "F_∞"
    for plot in (warm, warm_trained):
        bands = layers(plot, Segments)
        assert sum(len(band.start) for band in bands) > 200
        assert [band.opacity for band in bands] == sorted(band.opacity for band in bands)
        assert not [p for p in layers(plot, Points) if p.label.startswith("nearest")]
        assert layers(plot, Image)[0].bar == "F_β"


def test_figure_8_is_the_section_of_a_trained_model() -> None:
    plot = drawn("figure-8")
    curves = layers(plot, Curve)
    assert labels(curves) == ["0.1", "0.32", "1", "3.2", "10", "∞"]
    cold = curves[-1]
    radius = abs(float(cold.x[cold.y.argmin()]))
    assert radius == pytest.approx(1.44, abs=0.06)
    assert at_quarters(cold)[0] == pytest.approx(radius**2, abs=0.05)  # F_∞(0) = w_min²
    assert (plot.y.low, plot.y.high) == (0, 6.3)
    # At the origin: (w1² + w2²)/2 for β → 0, with |w| near (2.04, 1.44).
    assert at_quarters(curves[0])[0] == pytest.approx((2.04**2 + 1.44**2) / 2, abs=0.25)


# the landscape ------------------------------------------------------------------------

PLANE = landscape.FIGURE.needs


def test_the_map_s_cells_lie_where_they_were_measured() -> None:
    plot = landscape.draw(shot(PLANE, view__window=(-3, 1, -2, 2)))
    (image,) = layers(plot, Image)
    assert image.x == pytest.approx((-3 + 4 / 64, 1 - 4 / 64))
    assert image.y == pytest.approx((-2 + 4 / 64, 2 - 4 / 64))
    assert plot.equal
    keys = [getattr(layer, "key", "") for layer in plot.layers]
    assert [key for key in keys if key] == ["cut", "probe"]


def test_the_colours_are_held_or_follow_the_map() -> None:
    held = shot(PLANE, view__levels=(0.5, 3))
    assert landscape.colour_range(held) == (0.5, 3)
    follows = shot(PLANE, view__levels=(0.5, 3), view__follow=True)
    values = follows.snapshot.arrays["map"]
    assert landscape.colour_range(follows) == (values.min(), values.max())
    flat = dataclasses.replace(
        follows,
        snapshot=msgspec.structs.replace(
            follows.snapshot, metrics={"map_min": 2.0, "map_max": 2.0}
        ),
    )
    low, high = landscape.colour_range(flat)
    assert low == 2 < high


@pytest.mark.parametrize(("arrows", "sign"), [("ascent", 1), ("descent", -1)])
def test_gradient_arrows_turn_with_their_sign(arrows: str, sign: int) -> None:
    of = shot(PLANE, view__arrows=arrows, view__beta=1)
    (segments,) = layers(landscape.draw(of), Segments)
    way = segments.end - segments.start
    slope = sign * of.snapshot.arrays["gradient"]
    assert np.abs(way[:, 0] * slope[:, 1] - way[:, 1] * slope[:, 0]).max() < 1e-4
    assert ((way * slope).sum(1) >= 0).all()
    assert np.hypot(*way.T).max() < 5.2 / 24, "no arrow reaches its neighbour"
    assert not landscape.arrows(of)


def test_pulls_are_banded_by_weight_and_none_is_lost() -> None:
    of = shot(PLANE, objective__beta=3)
    bands = [b for b in landscape.arrows(of) if isinstance(b, Segments)]
    assert sum(len(b.start) for b in bands) == len(of.snapshot.arrays["arrow_weight"])
    assert [b.label for b in bands].count("") == len(bands) - 1
    assert bands[-1].label, "the strongest, drawn last, names them"


@pytest.mark.parametrize(
    ("beta", "arrows", "there"),
    [(math.inf, "data", True), (1.0, "data", False), (math.inf, "probe", False)],
)
def test_nearest_points_are_shown_where_training_is_cold(
    beta: float, arrows: str, there: bool
) -> None:
    of = shot(PLANE, objective__beta=beta, view__arrows=arrows)
    assert bool(landscape.nearest(of)) == there


@pytest.mark.parametrize(("latents", "marks"), [(1, 1), (2, 1), (48, 1), (300, 0)])
def test_the_manifold_is_a_closed_line_with_marks_while_they_are_few(
    latents: int, marks: int
) -> None:
    of = shot(PLANE, energy__latents=latents)
    curve, *points = manifold.draw(of)
    assert isinstance(curve, Curve)
    assert len(curve.x) == (latents + 1 if latents > 2 else latents)
    assert curve.x[0] == curve.x[-1] or latents == 2
    assert len(points) == marks
    sound(landscape.draw(of))


def test_without_contours_the_map_is_bare() -> None:
    of = shot(PLANE, view__contours=0)
    assert landscape.contours(of) == ()
    sound(landscape.draw(of))


# in 3-D -------------------------------------------------------------------------------


@pytest.mark.parametrize("azimuth", [-60, 0, 33, 170])
@pytest.mark.parametrize("elevation", [0, 30, 77, 90])
def test_the_projection_is_orthographic(azimuth: float, elevation: float) -> None:
    x, y = projection.project(np.eye(3), azimuth, elevation)
    rows = np.stack([x, y])
    assert rows @ rows.T == pytest.approx(np.eye(2), abs=1e-12)
    a, e = math.radians(azimuth), math.radians(elevation)
    toward = np.array([math.cos(a) * math.cos(e), math.sin(a) * math.cos(e), math.sin(e)])
    assert rows @ toward == pytest.approx([0, 0], abs=1e-12)
    assert np.cross(rows[0], rows[1]) == pytest.approx(toward, abs=1e-12), "not mirrored"
    assert x[2] == pytest.approx(0, abs=1e-12), "energy points up"
    assert y[2] == pytest.approx(math.cos(e))


def test_the_projection_is_linear_and_keeps_lengths_across() -> None:
    p = np.random.default_rng(0).normal(size=(5, 3))
    x, y = projection.project(p, 20, 40)
    twice_x, twice_y = projection.project(2 * p, 20, 40)
    assert twice_x == pytest.approx(2 * x)
    assert twice_y == pytest.approx(2 * y)
    top_x, top_y = projection.project(np.array([[3.0, 4.0, 9.0]]), -90, 90)
    assert (top_x[0], top_y[0]) == pytest.approx((3, 4)), "from above it is the plane itself"


def test_the_stack_stands_on_the_window_at_its_true_proportions() -> None:
    of = shot(
        stack.FIGURE.needs, view__window=(-2, 2, -1, 1), view__elevation=90, view__azimuth=-90
    )
    plot = stack.draw(of)
    outline, axis = [c for c in layers(plot, Curve) if c.color == "muted"]
    assert (outline.x.min(), outline.x.max()) == pytest.approx((-2, 2))
    assert (outline.y.min(), outline.y.max()) == pytest.approx((-1, 1))
    assert np.ptp(axis.y) == pytest.approx(0, abs=1e-12)
    points = labelled(plot, "data")
    data = of.snapshot.arrays["data"]
    inside = data[(np.abs(data) <= [2, 1]).all(1)]
    assert 0 < len(inside) < len(data), "what lies beside the floor is not drawn"
    assert points.x == pytest.approx(inside[:, 0], abs=1e-6)
    assert points.y == pytest.approx(inside[:, 1], abs=1e-6)
    of = shot(
        stack.FIGURE.needs,
        view__window=(-2, 2, -1, 1),
        view__elevation=0,
        view__levels=(0.5, 2),
    )
    side = stack.draw(of)
    axis = [c for c in layers(side, Curve) if c.color == "muted"][1]
    assert np.ptp(axis.y) == pytest.approx(0.75 * 4), "three quarters of the longer side"
    notes = [note.text for note in layers(side, Note)]
    assert notes == ["y_1", "y_2", "0.5", "2"]


# the section --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cut", "label", "where", "low", "high"),
    [
        ((0.5, -2, 0.5, 1), "y_2", "at y_1 = 0.5", -2, 1),
        ((-1, 0.25, 2, 0.25), "y_1", "at y_2 = 0.25", -1, 2),
        ((0, 0, 3, 4), "s along the cut", "along the cut", 0, 5),
    ],
)
def test_the_section_runs_along_its_cut(
    cut: tuple[float, ...], label: str, where: str, low: float, high: float
) -> None:
    plot = cross_section.draw(shot(("section",), view__cut=cut))
    assert plot.x.label == label
    assert where in plot.title
    assert (plot.x.low, plot.x.high) == pytest.approx((low, high))


def test_the_view_s_own_curve_is_thick_and_in_its_place() -> None:
    section = (10.0, 0.0, math.inf, 0.311, 0.312)
    plot = cross_section.draw(shot(("section",), view__section=section, view__beta=1))
    curves = layers(plot, Curve)
    assert labels(curves) == ["0", "0.31", "0.31", "1", "10", "∞"]
    assert [c.width > 2 for c in curves] == [False, False, False, True, False, False]
    means = [float(np.mean(c.y)) for c in curves]
    assert means == sorted(means, reverse=True), "F falls as β grows"


def test_a_beta_that_is_also_the_view_s_is_one_curve() -> None:
    plot = cross_section.draw(shot(("section",), view__section=(1, 10, 1), view__beta=10))
    curves = layers(plot, Curve)
    assert [(label, c.width > 2) for c, label in zip(curves, labels(curves), strict=True)] == [
        ("1", False),
        ("10", True),
    ]


def test_the_section_s_axis_stands_still() -> None:
    plot = cross_section.draw(shot(("section",), view__levels=(1, 3)))
    assert (plot.y.low, plot.y.high) == (0, 5)


# the lens -----------------------------------------------------------------------------


def test_the_lens_shows_energy_and_weight_of_each_latent() -> None:
    of = shot(("lens",), view__beta=2, view__probe=(1, 0.5))
    plot = latent_lens.draw(of)
    a, m = of.snapshot.arrays, of.snapshot.metrics
    (bars,) = layers(plot, Bars)
    assert bars.height / bars.height.sum() == pytest.approx(a["lens_p"], abs=1e-6)
    assert bars.height.max() < (plot.y.high or 0)
    assert labelled(plot, "E(y′").y.max() < (plot.y.high or 0)
    cold = labelled(plot, "ž")
    assert (cold.x[0], cold.y[0]) == (m["lens_z_cold"], m["lens_energy_cold"])
    numbers = [float(word) for word in plot.caption.replace("−", "-").split() if word[-1].isdigit()]
    assert numbers[-1] == pytest.approx(m["lens_free_energy"], abs=6e-4)


def test_the_walk_stays_on_the_axis_and_breaks_where_it_leaps() -> None:
    # From z̃ = 0.3 downhill through 0 to the other end of the ring.
    of = shot(("lens",), view__probe=(-0.5, 0.3), view__latent=7)
    curve = next(c for c in layers(latent_lens.draw(of), Curve) if c.color == "latent")
    inside = curve.x[np.isfinite(curve.x)]
    assert ((inside >= 0) & (inside < 2 * math.pi)).all()
    assert np.abs(np.diff(curve.x))[np.isfinite(np.diff(curve.x))].max(initial=0) < math.pi
    assert len(inside) == len(of.snapshot.arrays["lens_path"])


# the loss -----------------------------------------------------------------------------


def test_the_loss_curve_is_the_history() -> None:
    of = shot(("curves",), steps=12)
    plot = loss_curve.draw(of)
    loss, energy = layers(plot, Curve)
    assert loss.x.tolist() == energy.x.tolist() == list(range(13))
    assert energy.y[-1] == of.snapshot.metrics["mean_energy"]
    assert (plot.x.low, plot.x.high) == (0, 12)
    assert plot.y.log
    assert not layers(plot, Rule)
    assert "F_∞" in energy.label


def test_the_loss_curve_marks_the_step_that_is_looked_at() -> None:
    (rule,) = layers(loss_curve.draw(shot(("curves",), steps=12, seek=5)), Rule)
    assert (rule.at, rule.axis) == (5, "x")


def test_the_loss_curve_before_the_first_step_is_a_point() -> None:
    plot = loss_curve.draw(shot(("curves",)))
    sound(plot)
    assert len(layers(plot, Points)) == 1
    assert plot.x.high == 1


def test_energies_of_zero_are_drawn_on_a_linear_axis() -> None:
    table = base64.b64encode(encode_points(np.array([[-1.45263, 0.0]]))).decode()
    of = shot(("curves",), data__kind="own", data__points=table)
    zero = msgspec.structs.replace(
        of.snapshot, arrays={**of.snapshot.arrays, "curve_energy": np.zeros(1)}
    )
    assert not loss_curve.draw(Shot(of.scene, zero)).y.log


# words --------------------------------------------------------------------------------


def test_numbers_are_written_for_people() -> None:
    assert text.number(math.inf) == "∞"
    assert text.number(-math.inf) == "−∞"
    assert text.number(-0.12345) == "−0.123"
    assert text.fixed(-1.5) == "−1.500"
    assert text.fixed(-1e-9) == "0.000"
    assert [text.beta(10**p) for p in (-0.5, 0.5)] == ["0.32", "3.2"]
    assert [text.free_energy(b) for b in (0, 2, math.inf)] == ["F_0", "F_β", "F_∞"]


def test_the_thermometer_runs_from_red_to_blue() -> None:
    hot, cold = palette.beta_color(0), palette.beta_color(math.inf)
    red, blue = (int(hot[i : i + 2], 16) - int(cold[i : i + 2], 16) for i in (1, 5))
    assert red > 100
    assert blue < -100
    warmth = [palette.beta_warmth(b) for b in (0, 0.1, 1, 10, math.inf)]
    assert warmth == sorted(warmth)
    assert palette.beta_color(1e-9) == hot
    assert palette.ramp(0.5) == "#debc78"


@pytest.mark.parametrize("name", ["viridis", "cividis", "magma", "cold-warm"])
def test_colour_maps_have_256_colours(name: str) -> None:
    table: Array = palette.colormap(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert len(np.unique(table, axis=0)) > 200
