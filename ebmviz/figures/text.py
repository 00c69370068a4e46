"""How figures write numbers and names."""

from __future__ import annotations

import math


def number(value: float, digits: int = 3) -> str:
    """Short, with a true minus and ∞."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−")


def fixed(value: float, places: int = 3) -> str:
    """A fixed number of places, so that nothing jumps while it changes."""
    return f"{value:z.{places}f}".replace("-", "−")


def beta(value: float) -> str:
    """A β for a legend: 10^{−0.5} reads 0.32, as in the lecture."""
    if value < 100 or math.isinf(value):
        return number(value, 2)
    if value < 9999.5:
        return f"{value:.0f}"
    power = math.floor(math.log10(value) + 1e-9)
    mantissa = number(value / 10**power, 2)
    raised = "10" + str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return raised if mantissa == "1" else f"{mantissa}·{raised}"


def free_energy(beta_value: float) -> str:
    """F with its β as a subscript where the limit has a name."""
    if math.isinf(beta_value):
        return "F_∞"
    return "F_0" if beta_value == 0 else "F_β"
