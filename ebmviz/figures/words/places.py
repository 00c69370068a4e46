"""How many places a reading needs: as many as a pixel of what is on the screen."""

from __future__ import annotations

import math

from ebmviz.core.scene import Scene

PIXELS = 512
"""Of the map's shorter side, for readings that do not know theirs."""
SHADES = 2048
"""Energies that a reading of a map tells apart: more than its colours do."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SHORT = 9  # characters of a number that is written plainly in any case


def places(low: float, high: float, pixels: int = PIXELS) -> int:
    """Decimals that say where in [low, high] a value lies, to within one of its pixels. Negative
    where even the last digit before the point says more than that. 3 of an empty range.
    """
    pixel = abs(high - low) / pixels
    if not (pixel > 0 and math.isfinite(pixel)):
        return 3
    return math.ceil(-math.log10(2 * pixel) - 1e-9)  # rounded, it is off by half of the last place


def reading(value: float, low: float, high: float, pixels: int = PIXELS) -> str:
    """A value in [low, high] with the places it needs, all in one form: −0.65, 1.204·10⁻⁹."""
    needed = places(low, high, pixels)
    plain = _fixed(value, max(0, needed))
    largest = max(abs(low), abs(high))
    longest = max(len(_fixed(end, max(0, needed)).lstrip("−")) for end in (low, high))
    if longest <= _SHORT or not (largest > 0 and math.isfinite(largest)):
        return plain
    power = math.floor(math.log10(largest) + 1e-9)
    mantissa = max(0, needed + power)
    raised = f"·10{str(power).translate(_RAISED)}"
    if mantissa + 2 + len(raised) >= longest:
        return plain
    return _fixed(value / 10.0**power, mantissa) + raised


def coordinates(scene: Scene, x: float, y: float) -> tuple[str, str]:
    """A place of the map, both coordinates with the places that its window needs."""
    left, right, bottom, top = scene.view.window
    narrow = min(right - left, top - bottom)  # both in the places of one scale
    return (
        reading(x, left, right, round(PIXELS * (right - left) / narrow)),
        reading(y, bottom, top, round(PIXELS * (top - bottom) / narrow)),
    )


def point(scene: Scene, place: tuple[float, ...]) -> str:
    """(−0.65, 1.27)"""
    return "({}, {})".format(*coordinates(scene, place[0], place[1]))


def levels(*values: float) -> tuple[str, ...]:
    """Energies of one sum, all in one form, with three places or two digits of the largest."""
    largest = max(map(abs, values))
    decimals = 3
    if largest > 0 and math.isfinite(largest):
        decimals = max(3, 1 - math.floor(math.log10(largest)))
    if decimals <= _SHORT - 2:
        return tuple(_fixed(value, decimals) for value in values)
    power = math.floor(math.log10(largest) + 1e-9)
    raised = f"·10{str(power).translate(_RAISED)}"
    return tuple(_fixed(value / 10.0**power, 3) + raised for value in values)


def trimmed(written: str) -> str:
    """Without zeros at the end that say nothing beside a single number: 0.50 is 0.5."""
    number, times, power = written.partition("·")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return number if number in ("0", "−0") else number + times + power


def _fixed(value: float, decimals: int) -> str:
    return f"{value:z.{decimals}f}".replace("-", "−")
