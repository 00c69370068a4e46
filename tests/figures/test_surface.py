"""The landscape as a surface: what lies on the map lies on it, and is hidden where it is."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from ebmviz.core.plot import Curve, Note, Points, Segments, Surface, beyond
from ebmviz.core.relief import Camera
from ebmviz.figures import landscape, surface
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers.lifted import Ground, lift
from ebmviz.figures.layers.room import round_values
from tests.figures.drawing import labelled, layers, shot, sound


@pytest.fixture(scope="module")
def one() -> Shot:
    return shot(surface.FIGURE.needs, steps=5, view__dimension="surface", view__topology="minima")


def seen_as(of: Shot, **view: object) -> Shot:
    values = {**of.scene.values, **{f"view.{name}": value for name, value in view.items()}}
    return Shot(msgspec.structs.replace(of.scene, values=values), of.snapshot)


def test_it_is_the_map_with_its_heights(one: Shot) -> None:
    plot = surface.draw(one)
    sound(plot)
    (ground,) = layers(plot, Surface)
    flat = one.snapshot.arrays["map"]
    low, high = one.scene.view.levels
    shares = (flat - low) / (high - low)
    assert ground.heights == pytest.approx(np.clip(shares, -1, 2), abs=1e-6)
    assert ground.paint == pytest.approx(ground.heights, abs=1e-6), "in the map's own colours"
    assert beyond(ground) == (False, bool(flat.max() > high)), "the bar says that it is cut"
    assert ground.camera.height == pytest.approx(0.8)
    stretched = surface.draw(seen_as(one, exaggeration=2.0))
    assert layers(stretched, Surface)[0].camera.height == pytest.approx(1.6)
    on_map = landscape.draw(one)
    here, there = ({getattr(each, "label", "") for each in p.layers} for p in (plot, on_map))
    assert here == there, "the legend is the map's"
    assert plot.title == on_map.title


def test_data_stand_at_the_height_of_their_energy(one: Shot) -> None:
    """From the side, height is all that is left: against the energy of the nearest cell."""
    of = seen_as(one, elevation=0.0, azimuth=-90.0)
    plot = surface.draw(of)
    left, right, bottom, top = of.scene.view.window
    data = of.snapshot.arrays["data"]
    columns = of.snapshot.arrays["map"].shape[1]
    cells = ((data - (left, bottom)) / (right - left, top - bottom) * columns).astype(int)
    low, high = of.scene.view.levels
    values = of.snapshot.arrays["map"][cells[:, 1], cells[:, 0]]
    expected = 0.8 * np.clip((values - low) / (high - low), 0, 1)
    every = [p for p in layers(plot, Points) if p.color == "data" and p.marker == "disc"]
    x, y = (np.concatenate([getattr(p, n) for p in every]) for n in ("x", "y"))
    assert len(x) == len(data)
    half = (right - left) / 2
    order, place = np.argsort(x), (data[:, 0] - (left + right) / 2) / half
    assert x[order] == pytest.approx(np.sort(place), abs=1e-6)
    assert y[order] == pytest.approx(expected[np.argsort(place)], abs=0.08)
    assert {p.opacity for p in every} <= {0.3, 1.0}


def test_from_above_nothing_is_hidden_and_places_are_those_of_the_map(one: Shot) -> None:
    of = seen_as(one, elevation=90.0, azimuth=-90.0)
    left, right, bottom, top = of.scene.view.window
    unit = (right - left) / 2
    above, flat = surface.draw(of), landscape.draw(of)
    mine, its = labelled(above, "data y"), labelled(flat, "data y")
    assert mine.x == pytest.approx((its.x - (left + right) / 2) / unit, abs=1e-6)
    assert mine.y == pytest.approx((its.y - (bottom + top) / 2) / unit, abs=1e-6)
    mine, its = labelled(above, "manifold"), labelled(flat, "manifold")
    at = (its.x - (left + right) / 2) / unit
    assert np.abs(at[:, None] - mine.x).min(1) == pytest.approx(0, abs=1e-6), "all of its points"
    assert all(getattr(each, "opacity", 1.0) > 0.3 for each in layers(above, Points))


def test_a_hidden_line_is_faint_and_goes_on_where_the_other_ends() -> None:
    x = (np.arange(100) + 0.5) / 50 - 1
    ridge = np.asarray(np.exp(-60 * x**2) * np.ones((100, 1)), np.float32)
    ground = Ground((-1, 1, -1, 1), ridge, Camera(0.0, 60.0, 1.0, (1.0, 1.0)))
    line = Curve(np.array([-0.9, 0.9]), np.zeros(2), "cut", label="cut", width=2.0, halo=True)
    faint, seen = lift(line, ground)
    assert isinstance(faint, Curve)
    assert isinstance(seen, Curve)
    assert (faint.label, faint.halo, seen.label) == ("", False, "cut")
    there, behind = np.isfinite(seen.x), np.isfinite(faint.x)
    assert (there | behind).all(), "no gap"
    assert (there & behind).sum() == 2, "they meet at both ends"
    assert behind.sum() > 10
    assert len(lift(msgspec.structs.replace(line, width=0.8), ground)) == 1, "a thin one is left"
    arrow = Segments(np.array([[-0.3, 0.0], [0.5, 0]]), np.array([[-0.2, 0.1], [0.6, 0]]), "pull")
    (left,) = lift(arrow, ground)
    assert isinstance(left, Segments)
    assert len(left.start) == 1, "what is hidden altogether is not drawn"
    outside = Points(np.array([5.0]), np.array([0.0]), "data", label="data")
    assert lift(outside, ground) == ()
    (alone,) = lift(msgspec.structs.replace(outside, x=np.array([-0.2])), ground)
    assert isinstance(alone, Points)
    assert (alone.label, alone.opacity) == ("data", 0.3), "named even where all are hidden"
    assert lift(Note(-0.3, 0.0, "1"), ground) == ()


def test_the_picture_stands_still_while_it_turns(one: Shot) -> None:
    first = surface.draw(one)
    turned = surface.draw(seen_as(one, azimuth=77.0))
    assert (first.x, first.y) == (turned.x, turned.y)
    near = surface.draw(seen_as(one, zoom=2.0, centre=(0.1, -0.2)))
    for axis, by in (("x", 0.1), ("y", -0.2)):
        a, b = getattr(first, axis), getattr(near, axis)
        assert b.high - b.low == pytest.approx((a.high - a.low) / 2)
        assert b.high + b.low == pytest.approx(a.high + a.low + 2 * by)


@pytest.mark.parametrize("azimuth", range(-180, 180, 45))
@pytest.mark.parametrize("elevation", [0.0, 25.0, 90.0])
def test_axes_are_named_from_every_side(one: Shot, azimuth: float, elevation: float) -> None:
    plot = surface.draw(seen_as(one, azimuth=float(azimuth), elevation=elevation))
    sound(plot)
    notes = layers(plot, Note)
    assert {"y_1", "y_2"} <= {note.text for note in notes}
    assert plot.x.low is not None
    assert plot.x.high is not None
    assert all(plot.x.low < note.x < plot.x.high for note in notes), "within the picture"


@pytest.mark.parametrize(
    ("bad", "levels"),
    [(np.nan, (0.0, 2.0)), (np.inf, (-1e12, 1e12)), (-np.inf, (0.0, 1e-12)), (0.0, (0.0, 2.0))],
)
def test_any_map_can_be_looked_at(one: Shot, bad: float, levels: tuple[float, float]) -> None:
    arrays = {**one.snapshot.arrays, "map": np.full((16, 16), bad, np.float32)}
    arrays["map"][3:5] = 1.0
    of = Shot(one.scene, msgspec.structs.replace(one.snapshot, arrays=arrays))
    sound(surface.draw(seen_as(of, levels=levels)))


def test_round_values_are_round_few_and_within() -> None:
    assert round_values(-2.6, 2.6, 5) == [-2.0, 0.0, 2.0] or len(round_values(-2.6, 2.6, 5)) <= 5
    assert round_values(0, 3, 4) == [0, 1, 2, 3]
    assert round_values(0, 2, 4) == [0, 1, 2]
    assert round_values(1, 1, 4) == []
    assert round_values(0, np.inf, 4) == []
    for low, high in ((0, 1e-30), (-1e12, 1e12), (0.3, 0.31), (1e6, 1e6 + 1)):
        found = round_values(low, high, 5)
        assert 2 <= len(found) <= 6
        assert all(low - 1e-6 * (high - low) <= v <= high + 1e-6 * (high - low) for v in found)
