"""The box over which Z is taken: of the data, not of what the window shows of them.

Everything on a screen that says ln Z, −ln p or NLL takes it from here, so that there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ebmviz.core.view import View

if TYPE_CHECKING:
    from ebmviz.engine.training.problem import Problem

Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""
_NARROWEST = 1e-3  # of the widest axis: what is given to each side of one without a range


def widened(low: Tensor, high: Tensor, reach: float) -> tuple[Tensor, Tensor]:
    """A box (A,) about data from low to high: `reach` of the range more on each side, and along an
    axis without one a part of the widest; about one place, of how far that is from the origin.
    """
    wide = high - low
    size = wide.amax()
    far = torch.maximum(low.abs(), high.abs()).amax()
    size = torch.where(size > 0, size, torch.where(far > 0, far, torch.ones_like(far)))
    room = torch.maximum(reach * wide, _NARROWEST * size)
    return low - room, high + room


def box(task: Problem, view: View) -> Box:
    """The range of the data on the plane, and view.reach of it more on each side."""
    data = task.data[:, list(task.energy.plane)]
    low, high = widened(data.amin(0).double(), data.amax(0).double(), view.reach)
    (left, bottom), (right, top) = low.tolist(), high.tolist()
    return left, right, bottom, top
