"""What generated data sets share."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, Param, ParamSet, integer, real

POINTS = {"takes:points": "it holds points of the plane"}
CONDITIONED = {"takes:conditioned": "its rows are (x, y_1, y_2)"}
VIEWS = {"takes:views": "it holds pairs of views"}
LABELLED = {"takes:labelled": "it holds points of the plane with a class each"}


def count(most: int = 1000) -> Param:
    """How many points; the slider ends at `most`."""
    return integer(
        "Count", symbol="N", affects=Affects.TRAIN, low=1, high=100_000, slider=(1, most)
    )


def noise(most: float = 0.5) -> Param:
    """How far they scatter; the slider ends at `most`."""
    return real(
        "Noise",
        symbol="σ",
        help="Standard deviation of ε in each component",
        affects=Affects.TRAIN,
        low=0,
        high=100,
        slider=(0.0, most),
    )


Count = Annotated[int, count()]
Noise = Annotated[float, noise()]


class ScatterParams(ParamSet, frozen=True):
    """A number of points, and the noise on each."""

    count: Count = 300
    noise: Noise = 0.1
