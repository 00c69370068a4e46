"""Where axes stand on the page: everything around them is measured, nothing overlaps.

All lengths are inches. Widths belong to the columns of axes, heights to the rows.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot
from ebmviz.core.snapshot import Array
from ebmviz.export import frame

Panels = dict[tuple[int, int], tuple[Axes, Plot]]  # by row and column, from the top left
Shape = tuple[list[float], list[float]]  # widths, heights

PAD = 0.12  # around the page
_GAP = 0.22  # between panels
_ROOM = {1: 5.3, 2: 3.9, 3: 3.1}  # width of the axes, by columns of the sheet
_MANY = 2.5  # the same with still more columns
_CURVES = 1.45  # width over height of axes that need not keep a scale
_TALL = 0.78  # axes are at most this much of their room high, so that a slide holds them
_LEAST = 0.8  # smaller axes show nothing
_ROUNDS, _NEAR = 12, 0.04  # inches that nobody sees


class TooSmall(UserError):
    """A page without room for its figure: sizes in inches."""

    def __init__(self, size: Array, needed: Array) -> None:
        super().__init__(
            f"{size[0]:.3g} × {size[1]:.3g} inches are too small for this figure; "
            f"{needed[0] + 0.05:.1f} × {needed[1] + 0.05:.1f} would do"
        )
        self.size, self.needed = size, needed


def natural(panels: Panels) -> Shape:
    """Widths and heights that suit the plots."""
    rows, columns = _count(panels)
    room = _ROOM.get(columns, _MANY)
    kept = {at: _ratio(axes) for at, (axes, plot) in panels.items() if frame.is_equal(plot)}
    widths = []
    for j in range(columns):
        widest = max((kept[at] for at in kept if at[1] == j), default=_CURVES)
        widths.append(room * min(1.0, _TALL * widest))
    heights = [
        max(widths[j] / kept.get((i, j), _CURVES) for (row, j) in panels if row == i)
        for i in range(rows)
    ]
    return widths, heights


def standing(page: Figure, panels: Panels) -> Shape:
    """Widths and heights of panels that stand in their places."""
    rows, columns = _count(panels)
    widths, heights = [0.0] * columns, [0.0] * rows
    for (i, j), (axes, _) in panels.items():
        place = axes.get_position(original=True)
        wide, high = page.get_size_inches() * (place.width, place.height)
        widths[j], heights[i] = max(widths[j], wide), max(heights[i], high)
    return widths, heights


def fit(page: Figure, panels: Panels, shape: Shape, head: float, foot: float) -> None:
    """Makes the page as large as axes of this shape need, with room above and below."""
    page.set_size_inches(*_place(page, panels, shape, head, foot))
    _place(page, panels, shape, head, foot)


def fill(page: Figure, panels: Panels, shape: Shape, head: float, foot: float) -> Shape:
    """Stretches the shape until it fills the page, and returns it."""
    size = page.get_size_inches()
    for _ in range(_ROUNDS):  # legends wider than their axes need a few
        lacking = size - _place(page, panels, shape, head, foot)
        if (abs(lacking) < _NEAR).all():
            break
        shape = (_stretched(shape[0], lacking[0]), _stretched(shape[1], lacking[1]))
    needed = _place(page, panels, shape, head, foot)
    if (needed > size + 0.05).any():
        raise TooSmall(size, np.maximum(size, needed))
    return shape


def _place(page: Figure, panels: Panels, shape: Shape, head: float, foot: float) -> Array:
    """Puts axes of this shape on the page and returns the size it should have."""
    widths, heights = shape
    width, height = page.get_size_inches()
    left, right = [0.0] * len(widths), [0.0] * len(widths)
    above, below = [0.0] * len(heights), [0.0] * len(heights)
    for (i, j), (axes, _) in panels.items():
        axes.set_position((0, 0, widths[j] / width, heights[i] / height))
        outer = axes.get_tightbbox(for_layout_only=True)
        assert outer is not None
        left[j] = max(left[j], -outer.x0 / page.dpi)
        right[j] = max(right[j], outer.x1 / page.dpi - widths[j])
        below[i] = max(below[i], -outer.y0 / page.dpi)
        above[i] = max(above[i], outer.y1 / page.dpi - heights[i])
    x, y = PAD, height - PAD - head
    lefts, bottoms = [], []
    for j, wide in enumerate(widths):
        lefts.append(x + left[j])
        x += left[j] + wide + right[j] + _GAP
    for i, tall in enumerate(heights):
        bottoms.append(y - above[i] - tall)
        y -= above[i] + tall + below[i] + _GAP
    for (i, j), (axes, _) in panels.items():
        axes.set_position(
            (lefts[j] / width, bottoms[i] / height, widths[j] / width, heights[i] / height)
        )
        axes.apply_aspect()
    return np.array((x - _GAP + PAD, height - y - _GAP + foot + PAD))


def _stretched(sides: list[float], lacking: float) -> list[float]:
    total = sum(sides)
    return [max(_LEAST, side * (total + lacking) / total) for side in sides]


def _count(panels: Panels) -> tuple[int, int]:
    return 1 + max(i for i, _ in panels), 1 + max(j for _, j in panels)


def _ratio(axes: Axes) -> float:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return float(min(4.0, max(0.4, abs((right - left) / (top - bottom)))))
