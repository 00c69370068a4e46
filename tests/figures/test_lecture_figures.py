"""The lecture's figures are values: what they hold is compared, not how it looks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core import assets, library, palette
from ebmviz.core.plot import Curve, Image, Note, Plot, Points, Segments
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import horn
from ebmviz.figures.registry import FIGURES
from tests.figures.drawing import drawn, labelled, labels, layers, scene
from tests.lecture import FIGURE_6
from tests.scenes import CATALOGUE, built_in

Y_10 = (0.1855, 1.5052)


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
    for plot in (cold, cold_trained, warm, warm_trained):
        field = labelled(plot, "−∇F")
        assert field.start.shape == (25 * 17, 2)
    for plot in (cold, cold_trained):
        # One arrow per datum, of weight one, to it from the manifold point nearest to it.
        arrows = labelled(plot, "pull on ỹ")
        assert arrows.start.shape == (24, 2)
        assert arrows.head > 0
        nearest = labelled(plot, "nearest")
        assert np.array_equal(np.sort(nearest.x), np.sort(arrows.start[:, 0]))
        assert layers(plot, Image)[0].bar == "F_∞"
    for plot in (warm, warm_trained):
        # One arrow to y′ from each of the 48 points: Canziani's green cross.
        bands = [s for s in layers(plot, Segments) if s.label != "−∇F"]
        assert sum(len(band.start) for band in bands) == 48
        assert all(band.head > 0 for band in bands)
        ends = np.concatenate([band.end for band in bands])
        assert ends == pytest.approx(np.tile(Y_10, (48, 1)), abs=1e-6)
        assert [band.opacity for band in bands] == sorted(band.opacity for band in bands)
        probe = labelled(plot, "probe y′")
        assert (probe.color, probe.x[0], probe.y[0]) == ("probe", *Y_10)
        assert not [p for p in layers(plot, Points) if p.label.startswith("nearest")]
        assert layers(plot, Image)[0].bar == "F_β"


def test_the_field_of_figure_7_is_the_slope_of_its_map() -> None:
    plot = drawn("figure-7").rows[1][0]
    field = labelled(plot, "−∇F")
    z = np.arange(48) * (2 * np.pi / 48)
    ring = np.stack([-1.45263 * np.cos(z), 0.35856 * np.sin(z)], 1)
    arrow = field.start[:, None] - ring
    e = (arrow**2).sum(2)
    p = np.exp(e.min(1, keepdims=True) - e)  # β = 1
    slope = 2 * ((p / p.sum(1, keepdims=True))[..., None] * arrow).sum(1)
    way = field.end - field.start
    steep = np.hypot(*slope.T) > 1e-3
    cosine = (slope * way).sum(1)[steep] / (np.hypot(*slope.T) * np.hypot(*way.T))[steep]
    assert cosine.max() < -0.999


def test_figure_1_has_the_key_of_the_source() -> None:
    named = {c.label: c.color for c in layers(drawn("figure-1"), Curve) if c.label}
    colours = ["#{:02x}{:02x}{:02x}".format(*c) for c in palette.colormap("cold-warm")]
    assert named == {
        "cold, F_∞ = 0: manifold ỹ(z)": "manifold",
        "warm, F_∞ = 0.5": colours[127],
        "hot, F_∞ ≥ 1": colours[255],
    }


def test_figure_5_shows_both_latents_of_least_energy() -> None:
    _, ring, energy = drawn("figure-5").rows[0]
    (arrows,) = layers(ring, Segments)
    assert np.abs(arrows.end) == pytest.approx(np.array([[0, 0.82]] * 2), abs=1e-6)
    assert arrows.end[0, 1] == pytest.approx(-arrows.end[1, 1])
    (stars,) = [p for p in layers(energy, Points) if p.marker == "star"]
    assert stars.x == pytest.approx([math.pi / 2, 3 * math.pi / 2])
    assert stars.y == pytest.approx([0.35856**2] * 2, abs=1e-5)
    assert "2 of equal energy" in stars.label
    for name in ("figure-3", "figure-4"):
        assert len(layers(drawn(name).rows[0][1], Segments)[0].end) == 1


@pytest.mark.parametrize("name", ["figure-9", "figure-10", "figure-11"])
def test_the_horn_s_axes_are_those_of_its_data(name: str) -> None:
    plot = drawn(name, library.scene("horn", CATALOGUE))
    notes = {n.text for n in layers(plot, Note)}
    reach = next(float(n) for n in notes if n[0].isdigit() and float(n) > 1)
    assert 13 < reach < 16
    assert {"x", "y_1", "y_2", "0", "1", f"{reach:g}", f"−{reach:g}"} == notes


@pytest.mark.parametrize("azimuth", range(-180, 180, 30))
def test_labels_of_the_horn_s_frame_keep_apart(azimuth: int) -> None:
    of = Shot(
        built_in("horn", view__azimuth=float(azimuth), view__elevation=25.0),
        Snapshot(0, 0, {"data": np.array([[14.0, -3.0]])}, {}),
    )
    notes = [x for x in horn.Box(of, of.snapshot.arrays["data"]).frame() if isinstance(x, Note)]
    assert {"x", "y_1", "y_2"} <= {n.text for n in notes}
    assert len(notes) == 9 or azimuth % 90 == 0, "a look along an axis has no room for its ends"
    for i, a in enumerate(notes):
        for b in notes[:i]:
            # Letters are about 0.07 wide and 0.1 high where the box is 2 high.
            wide = 0.04 * (len(a.text) + len(b.text))
            assert abs(a.x - b.x) > wide or abs(a.y - b.y) > 0.09, (a, b)


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
