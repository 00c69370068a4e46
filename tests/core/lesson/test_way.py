"""The way between two scenes: β by its logarithm, places in a line, the ends exact."""

from __future__ import annotations

import math

import pytest

from ebmviz.core import library
from ebmviz.core.lesson.way import between, eased, moving, step_between
from ebmviz.core.scene import Scene, replace
from ebmviz.core.view import BETA_HIGH, BETA_LOW

CATALOGUE = library.shipped_catalogue()
HERE = library.scene("ellipse", CATALOGUE)


def other(**changes: object) -> Scene:
    given = {at.replace("__", "."): value for at, value in changes.items()}
    return replace(HERE, given, CATALOGUE)


@pytest.mark.parametrize(
    ("first", "last", "middle"),
    [
        (1.0, 100.0, 10.0),
        (math.inf, 1.0, math.sqrt(BETA_HIGH)),
        (0.0, 1.0, math.sqrt(BETA_LOW)),
        (0.0, math.inf, math.sqrt(BETA_LOW * BETA_HIGH)),
    ],
)
def test_beta_moves_by_its_logarithm(first: float, last: float, middle: float) -> None:
    old, new = other(view__beta=first), other(view__beta=last)
    assert between(old, new, 0.5, CATALOGUE)["view.beta"] == pytest.approx(middle, rel=1e-12)
    assert between(old, new, 1.0, CATALOGUE) is new
    start = between(old, new, 0.0, CATALOGUE)["view.beta"]
    assert start == pytest.approx(min(max(first, BETA_LOW), BETA_HIGH), rel=1e-12)


def test_places_and_the_camera_move_in_a_line_and_the_short_way() -> None:
    old = other(view__probe=(0.0, 1.0), view__azimuth=170.0, view__zoom=1.0)
    new = other(view__probe=(1.0, 0.0), view__azimuth=-170.0, view__zoom=4.0)
    half = between(old, new, 0.25, CATALOGUE)
    assert half["view.probe"] == pytest.approx((0.25, 0.75))
    assert half["view.azimuth"] == pytest.approx(175.0)
    assert half["view.zoom"] == pytest.approx(4.0**0.25)  # whose scale is logarithmic
    assert abs(between(old, new, 0.75, CATALOGUE).number("view.azimuth")) == pytest.approx(175.0)


def test_what_is_no_number_of_the_look_is_there_from_the_start() -> None:
    new = other(
        view__colormap="magma", view__resolution=64, objective__beta=2.0, seed=3, view__contours=4
    )
    assert not moving(HERE, new, CATALOGUE)
    assert between(HERE, new, 0.0, CATALOGUE) == new


def test_a_way_that_leads_nowhere_is_cut_short() -> None:
    turned = other(view__cut=(0.0, 2.0, 0.0, -2.0))
    assert between(HERE, turned, 0.5, CATALOGUE) == turned
    assert between(HERE, turned, 0.25, CATALOGUE)["view.cut"] == (0.0, -1.0, 0.0, 1.0)


def test_between_scenes_of_other_models_only_what_both_have_moves() -> None:
    new = replace(library.scene("kmeans", CATALOGUE), {"view.beta": 0.1}, CATALOGUE)
    start = between(HERE, new, 0.0, CATALOGUE)
    assert start.kind("energy") == "kmeans"
    assert start["view.beta"] == pytest.approx(10.0)


def test_time_is_slow_at_both_ends_and_steps_go_by_evenly() -> None:
    assert (eased(0.0), eased(0.5), eased(1.0)) == (0.0, 0.5, 1.0)
    assert eased(0.1) < 0.1
    assert [step_between(3, 24, share) for share in (0.0, 0.5, 0.999, 1.0)] == [3, 13, 23, 24]
    assert [step_between(24, 3, share) for share in (0.0, 0.5, 1.0)] == [24, 13, 3]
