"""Readings have the places that a pixel needs, and no more."""

from __future__ import annotations

import math

import pytest

from ebmviz.core import library
from ebmviz.core.scene import Scene, replace
from ebmviz.figures.words import places


def scene(window: tuple[float, ...]) -> Scene:
    catalogue = library.shipped_catalogue()
    return replace(library.scene("ellipse", catalogue), {"view.window": window}, catalogue)


def number(written: str) -> float:
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    mantissa, _, power = written.translate(raised).partition("·10")
    return float(mantissa) * 10.0 ** int(power or 0)


@pytest.mark.parametrize("span", [3e-9, 0.02, 0.7, 5.0, 40.0, 3e3, 2e6])
@pytest.mark.parametrize("offset", [0.0, -7.3e4, 2.5e5])
@pytest.mark.parametrize("pixels", [300, 512, 2000])
def test_a_reading_is_within_a_pixel_of_the_truth_and_has_no_place_too_many(
    span: float, offset: float, pixels: int
) -> None:
    if offset and span < 1e-6:
        return  # no window is that narrow so far out
    low, high = offset - span / 2, offset + span / 2
    pixel = (high - low) / pixels
    needed = places.places(low, high, pixels)
    assert 0.5 * 10.0**-needed <= pixel < 5.0 * 10.0**-needed
    for share in (0.0, 0.123, 0.5, 0.77, 1.0):
        value = low + share * (high - low)
        written = places.reading(value, low, high, pixels)
        assert abs(number(written) - value) <= pixel * (1 + 1e-6) + 1e-12 * abs(value)
        assert len(written) <= 15


def test_numbers_are_written_as_one_writes_them() -> None:
    assert places.reading(-0.648, -2.5, 2.5) == "−0.65"
    assert places.reading(0.0012, -0.004, 0.004) == "0.00120"
    assert places.reading(1234.567, 0, 3000) == "1235"
    assert places.reading(1.2e-9, -2e-9, 2e-9) == "1.20·10⁻⁹"
    assert places.reading(-1e-12, -2.5, 2.5) == "0.00"
    assert places.reading(0.5, 1.0, 1.0) == "0.500"


def test_a_place_of_a_narrow_window_has_the_places_of_both_sides() -> None:
    narrow = scene((-0.03, 0.03, 4.999, 5.001))
    across, along = places.coordinates(narrow, 0.01234567, 5.00012345)
    assert across == "0.012346"
    assert along == "5.000123"
    assert places.point(scene((-2.5, 2.5, -2.0, 2.0)), (0.6, -1.25)) == "(0.60, −1.25)"


def test_zeros_at_the_end_of_a_single_number_are_left_out() -> None:
    for written, short in (
        ("0.00", "0"), ("−0.50", "−0.5"), ("1.20·10⁻⁹", "1.2·10⁻⁹"), ("100", "100"),
    ):  # fmt: skip
        assert places.trimmed(written) == short


def test_energies_of_one_sum_have_one_form() -> None:
    assert places.levels(0.062, 0.212, 0.274) == ("0.062", "0.212", "0.274")
    assert places.levels(3.1e-5, -1.2e-6) == ("0.000031", "−0.000001")
    assert places.levels(3.14e-9, 1e-10) == ("3.140·10⁻⁹", "0.100·10⁻⁹")
    assert places.levels(0.0, math.inf)[0] == "0.000"
