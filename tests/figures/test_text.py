"""Numbers are written for people."""

from __future__ import annotations

import math

from ebmviz.figures.words import text


def test_numbers_are_written_for_people() -> None:
    assert text.number(math.inf) == "∞"
    assert text.number(-math.inf) == "−∞"
    assert text.number(-0.12345) == "−0.123"
    assert text.fixed(-1.5) == "−1.500"
    assert text.fixed(-1e-9) == "0.000"
    assert [text.beta(10**p) for p in (-0.5, 0.5)] == ["0.32", "3.2"]
    assert [text.free_energy(b) for b in (0, 2, math.inf)] == ["F_0", "F_β", "F_∞"]
