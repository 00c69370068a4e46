"""Values and positions of a slider."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.core.params import Affects, choice, integer, real
from ebmviz.ui.controls.scale import (
    Scale,
    nudged,
    page,
    position,
    roundest,
    scale_of,
    step_of,
    value_at,
)

BETA = Scale(1e-3, 1e4, log=True, zero=True, inf=True, gap=0.1)
SCALES = [
    BETA,
    Scale(0.0, 0.5),
    Scale(-2.0, 3.0),
    Scale(0.0, 2 * math.pi),
    Scale(1e-4, 1.0, log=True, zero=True),
    Scale(1.0, 1000.0, log=True, inf=True),
    Scale(1.0, 192.0, whole=True),
    Scale(1.0, 4096.0, log=True, whole=True),
]
scales = st.sampled_from(SCALES)
positions = st.floats(0, 1)


@given(scales, st.lists(positions, min_size=2, max_size=2).map(sorted), st.floats(0, 0.05))
def test_value_never_falls_as_the_position_rises(
    scale: Scale, pair: list[float], grain: float
) -> None:
    assert value_at(scale, pair[0], grain) <= value_at(scale, pair[1], grain)


@given(scales, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_position_never_falls_as_the_value_rises(scale: Scale, a: float, b: float) -> None:
    a, b = sorted((a, b))
    assert 0 <= position(scale, a) <= position(scale, b) <= 1


@given(scales, positions)
def test_a_value_stands_where_it_was_found(scale: Scale, at: float) -> None:
    value = value_at(scale, at)
    again = value_at(scale, position(scale, value))
    assert again == pytest.approx(value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("scale", SCALES)
def test_ends_and_stops_return_exactly(scale: Scale) -> None:
    for value in (scale.low, scale.high):
        assert value_at(scale, position(scale, value), 0.01) == value
    assert value_at(scale, 0.0, 0.01) == (0.0 if scale.zero else scale.low)
    assert value_at(scale, 1.0, 0.01) == (math.inf if scale.inf else scale.high)
    if scale.zero:
        assert position(scale, 0.0) == 0.0
    if scale.inf:
        assert position(scale, math.inf) == 1.0


def test_a_value_beyond_the_scale_stands_at_its_nearest_end_not_at_the_stop() -> None:
    assert position(BETA, 1e-5) == position(BETA, 1e-3) == pytest.approx(0.1)
    assert position(BETA, 1e9) == position(BETA, 1e4) == pytest.approx(0.9)
    assert position(Scale(0.0, 1.0), 7.0) == 1.0
    assert position(Scale(1.0, 2.0), math.inf) == 1.0
    assert position(Scale(1.0, 2.0), 0.0) == 0.0


def test_nearer_to_the_stop_than_to_the_end_snaps() -> None:
    assert value_at(BETA, 0.049) == 0
    assert value_at(BETA, 0.051) == 1e-3
    assert value_at(BETA, 0.949) == 1e4
    assert value_at(BETA, 0.951) == math.inf


def test_a_grain_gives_round_numbers() -> None:
    at = position(BETA, 9.7)
    assert value_at(BETA, at, 0.01) == 10
    assert value_at(Scale(0.0, 0.5), 0.1013, 0.01) == 0.05
    assert value_at(Scale(1.0, 192.0, whole=True), 0.25) == 49


@settings(derandomize=True)
@given(st.floats(1e-6, 1e6), st.floats(1e-3, 10))
def test_roundest_lies_within(a: float, ratio: float) -> None:
    b = a * (1 + ratio)
    found = roundest(a, b, (a + b) / 2)
    assert a * (1 - 1e-8) <= found <= b * (1 + 1e-8)
    digits = f"{found:e}".split("e")[0].replace(".", "").rstrip("0")
    assert len(digits) <= 5


@pytest.mark.parametrize(
    ("a", "b", "near", "found"),
    [(9, 95, 30, 30), (95, 105, 99, 100), (-0.1, 0.1, 0.05, 0.0), (0.29, 0.31, 0.3, 0.3)],
)
def test_roundest(a: float, b: float, near: float, found: float) -> None:
    assert roundest(a, b, near) == found


def test_the_keyboard_passes_the_ends_to_the_stops_and_back() -> None:
    assert nudged(BETA, 1e-3, -1) == 0
    assert nudged(BETA, 0.0, -1) == 0
    assert nudged(BETA, 0.0, 1) == 1e-3
    assert nudged(BETA, 1e4, 1) == math.inf
    assert nudged(BETA, math.inf, 1) == math.inf
    assert nudged(BETA, math.inf, -1) == 1e4
    assert nudged(BETA, 9e3, 10) == 1e4
    assert nudged(Scale(0.0, 1.0), 0.0, -1) == 0
    assert nudged(Scale(0.0, 1.0), 1.0, 1) == 1
    assert nudged(Scale(0.0, 1.0), 7.0, 1) == 7
    assert nudged(Scale(0.0, 1.0), 7.0, -1) == pytest.approx(1.0)


def test_keyboard_steps_are_round_and_reversible() -> None:
    assert [nudged(BETA, 1.0, n) for n in (1, 2, 10, 20, -20)] == [1.1, 1.3, 3.2, 10, 0.1]
    assert nudged(BETA, nudged(BETA, 10.0, 3), -3) == 10
    assert nudged(Scale(0.0, 0.5), 0.05, 1) == 0.055
    assert nudged(Scale(0.0, 0.5), 0.0512, -1) == 0.05
    whole = Scale(1.0, 4096.0, log=True, whole=True)
    assert [nudged(whole, 1.0, n) for n in (1, 2, 3)] == [2, 3, 4]
    assert nudged(whole, 3.0, -9) == 1
    assert nudged(Scale(1.0, 192.0, whole=True), 48.0, page(Scale(1, 192, whole=True))) == 67


@given(scales, positions, st.sampled_from([-25, -10, -1, 1, 10, 25]))
def test_a_nudge_moves_that_way_or_stays_at_the_end(scale: Scale, at: float, steps: int) -> None:
    value = value_at(scale, at)
    moved = nudged(scale, value, steps)
    last = value_at(scale, 1.0 if steps > 0 else 0.0)
    assert moved == value == last or (moved - value) * steps > 0


@pytest.mark.parametrize(("low", "high", "step"), [(0, 1, 0.01), (0, 5, 0.05), (-2, 1, 0.02)])
def test_step_of(low: float, high: float, step: float) -> None:
    assert step_of(low, high) == pytest.approx(step)


def test_scale_of_reads_the_declaration() -> None:
    def declared(**more: Any) -> Scale | None:
        return scale_of(real("β", affects=Affects.VIEW, **more))

    assert declared(low=0, slider=(1e-3, 1e4), log=True, inf=True) == Scale(
        1e-3, 1e4, log=True, zero=True, inf=True
    )
    assert declared(low=0.1, slider=(1, 1000), log=True, inf=True) == Scale(
        1, 1000, log=True, inf=True
    )
    assert declared(low=0, high=1) == Scale(0, 1)
    assert declared(low=0, high=1, log=True) == Scale(0, 1)  # no logarithm of 0
    assert declared() is None
    assert scale_of(choice("k", {"a": "A"}, affects=Affects.DRAW)) is None
    whole = integer("n", affects=Affects.DRAW, low=1, high=9, slider=(1, 5))
    assert scale_of(whole) == Scale(1, 5, whole=True)
