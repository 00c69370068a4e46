"""Energies above their least, where the loss leaves a constant free: numbers and name."""

from __future__ import annotations

from ebmviz.figures.base.figure import Shot


def relative(shot: Shot) -> bool:
    """Whether only differences of its energies count."""
    return "relative" in shot.snapshot.metrics


def named(shot: Shot, symbol: str) -> str:
    """The symbol of an energy as it is shown."""
    return f"{symbol} − min {symbol}" if relative(shot) else symbol


def of(shot: Shot, name: str) -> float:
    """What the numbers of a measure, `map` or `section`, are shown above."""
    return shot.snapshot.metrics.get(f"{name}_level", 0.0)
