"""The landscape: its map, its arrows, its points and its lines."""

from __future__ import annotations

import dataclasses
import math

import msgspec
import numpy as np
import pytest

from ebmviz.core.plot import Curve, Image, Segments
from ebmviz.figures import landscape
from ebmviz.figures.layers import heat, isolines, manifold, nearest, pulls
from tests.figures.drawing import layers, shot, sound

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
    assert heat.colour_range(held) == (0.5, 3)
    follows = shot(PLANE, view__levels=(0.5, 3), view__follow=True)
    values = follows.snapshot.arrays["map"]
    low, high = heat.colour_range(follows)
    room = 0.05 * float(np.ptp(values))  # ends are round, from zero on where that costs little
    assert low == 0.0 <= values.min()
    assert values.max() <= high <= values.max() + room
    flat = dataclasses.replace(
        follows,
        snapshot=msgspec.structs.replace(
            follows.snapshot, metrics={"range_low": 2.0, "range_high": 2.0}
        ),
    )
    low, high = heat.colour_range(flat)
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
    assert not pulls.arrows(of)


def test_pulls_are_banded_by_weight_and_none_is_lost() -> None:
    of = shot(PLANE, objective__beta=3)
    bands = [b for b in pulls.arrows(of) if isinstance(b, Segments)]
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
    assert bool(nearest.nearest(of)) == there


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
    assert isolines.contours(of) == ()
    sound(landscape.draw(of))
