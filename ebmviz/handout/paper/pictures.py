"""The figures of a page: composed to the room that its text leaves."""

from __future__ import annotations

import contextlib

from matplotlib.figure import Figure

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot, Sheet
from ebmviz.export.compose import compose
from ebmviz.export.placed import POINTS

_LARGEST = 1.0
_WISH = 1.18
"""A figure is composed on a page larger by this, and made smaller: its letters become those of a
printed page.
"""


def fitted(value: Plot | Sheet, wide: float, high: float) -> tuple[Figure, float]:
    """The figure in a room of so many points, and at which scale it is placed there."""
    if isinstance(value, Plot):
        size = wide * _WISH / POINTS, high * _WISH / POINTS
        with contextlib.suppress(UserError):  # it has too much on it for that
            return compose(value, "light", size, POINTS), 1 / _WISH
    made = compose(value, "light", None, POINTS)
    return made, _scale(made, wide, high)


def _scale(made: Figure, wide: float, high: float) -> float:
    across, along = made.get_size_inches() * POINTS
    return float(min(_LARGEST, wide / across, high / along))
