"""How far the parameters of the picture go, and what they are of."""

from __future__ import annotations

from ebmviz.core.params import Affects, Param, reals

PLANE = ("plane:y|plane:xy|plane:x",)
"""What has a map."""
MAP = "view.lab=false"
"""What is of one map: the lab has F of each lane, in colours of its own, and the data."""
PLACE = 1e13
"""How far from the origin there is anything to be seen: ten times as far as own points may lie."""
NARROW = 1e-150
"""No window is narrower."""
BETA_LOW, BETA_HIGH = 1e-3, 1e4
"""Where the logarithmic β sliders end; beyond lie the stops at 0 and ∞."""
PULLED = {"decoder|reconstructs": "it has no points ỹ to be pulled"}
DENSITY = "walking|view.picture=probability|view.picture=chains|card=sampling|card=densities"
"""What is of P ∝ exp(−βF): chains that walk, and what shows it."""
TRAINED = {"loss": "its steps do not go down a loss"}


def places(label: str, what: str, size: int, symbol: str = "") -> Param:
    """Coordinates on the map, so many numbers: `what` they are, a line of help. They are moved on
    the map itself.
    """
    return reals(
        label,
        symbol=symbol,
        help=what,
        hidden=True,
        when=PLANE,
        affects=Affects.VIEW,
        size=size,
        low=-PLACE,
        high=PLACE,
    )


def finest(low: float, high: float) -> float:
    """The narrowest window there may be between numbers like these: some pixels wide in float64."""
    return max(NARROW, 1e-13 * max(abs(low), abs(high)))
