"""Which steps are marked as unstable, from one measured number."""

from __future__ import annotations

import math

import pytest

from ebmviz.core.scene import Scene
from ebmviz.figures.words.stability import marks
from tests.scenes import built_in

LIMIT = 0.0123


def scene_of(kind: str, **changes: object) -> Scene:
    return built_in("ellipse", changes, sampler__kind=kind)


@pytest.mark.parametrize("kind", ["ula", "sgld"])
def test_a_step_without_a_decision_is_marked_at_the_limit(kind: str) -> None:
    found = marks(scene_of(kind), LIMIT)
    assert found.keys() == {"sampler.step"}
    assert found["sampler.step"].at == LIMIT
    assert found["sampler.step"].says == ("Unstable beyond h = 2/λ = 0.0123, in the box of Z")


def test_a_leap_is_marked_where_its_own_rides_grow() -> None:
    """The leapfrog on ½λy² turns y and v by a matrix whose eigenvalues leave the circle there."""
    found = marks(scene_of("hmc"), LIMIT)
    assert found.keys() == {"sampler.leap"}
    curvature = 2 / LIMIT
    for leap, grows in ((0.999, False), (1.001, True)):
        e = leap * found["sampler.leap"].at
        trace = 2 - curvature * e * e  # of that matrix, whose determinant is 1
        assert (abs(trace) > 2) == grows
    assert "ε = 2/√λ = 0.157" in found["sampler.leap"].says


@pytest.mark.parametrize("kind", ["mala", "tempering", "exact"])
def test_a_sampler_that_refuses_or_takes_no_step_has_no_mark(kind: str) -> None:
    assert marks(scene_of(kind), LIMIT) == {}


@pytest.mark.parametrize("limit", [math.inf, math.nan, 0.0])
def test_an_unknown_limit_marks_nothing(limit: float) -> None:
    assert marks(scene_of("ula"), limit) == {}


def test_nothing_is_marked_where_no_chain_walks_by_the_step() -> None:
    assert marks(scene_of("ula", sampler__chains=0), LIMIT) == {}
    assert marks(scene_of("sgld", sampler__preset="jem"), LIMIT) == {}
