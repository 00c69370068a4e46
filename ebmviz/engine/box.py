"""The box over which Z is taken: of the data, not of what the window shows of them.

Everything on a screen that says ln Z, −ln p or NLL takes it from here, so that there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ebmviz.core.view import View

if TYPE_CHECKING:
    from ebmviz.engine.training import Problem

Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""
_NARROWEST = 1e-3


def box(task: Problem, view: View) -> Box:
    """The range of the data on the plane, and view.reach of it more on each side."""
    data = task.data[:, list(task.energy.plane)]
    low, high = data.amin(0).double(), data.amax(0).double()
    room = (view.reach * (high - low)).clamp(min=_NARROWEST)
    (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
    return left, right, bottom, top
