"""The box of answers that the meter looks at: that of all data, or of those at a datum's own x."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Conditional
from ebmviz.engine.training.problem import Problem

_SHARE, _FEWEST = 10, 16  # of the data, one in so many and no fewer are neighbours in x
_THIN = 0.25  # of the widest range: the least that is added on each side of every axis


def box(task: Problem) -> tuple[Tensor, Tensor]:
    """low, high (A,): the data's answers, widened by half of their range on each side."""
    y = task.data[:, task.data.shape[1] - task.energy.answer :]
    return _widened(y.amin(0), y.amax(0))


def boxes(task: Problem, rows: Tensor) -> tuple[Tensor, Tensor]:
    """low, high (n, A) for rows (n, D). Where the map is drawn at one x (trait "conditional"), each
    is the box of the answers that have their x nearest to it; else all are `box`.
    """
    low, high = box(task)
    if not isinstance(task.energy, Conditional):
        return low.expand(len(rows), -1), high.expand(len(rows), -1)
    x, y = task.energy.condition(task.data), task.data[:, -task.energy.answer :]
    count = min(len(y), max(_FEWEST, len(y) // _SHARE))
    near = torch.cdist(task.energy.condition(rows), x).topk(count, largest=False).indices
    return _widened(y[near].amin(1), y[near].amax(1))


@functools.lru_cache(maxsize=4)
def variety(data: Tensor, answer: int) -> tuple[int, int]:
    """How many different rows there are, and how many different answers. One tensor, by identity,
    is one set.
    """
    y = data[:, data.shape[1] - answer :]
    return len(torch.unique(data, dim=0)), len(torch.unique(y, dim=0))


def _widened(low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    reach = high - low
    least = _THIN * reach.amax(-1, keepdim=True)
    least = torch.where(least > 0, least, 1e-3 * high.abs().amax(-1, keepdim=True).clamp(min=1e-30))
    room = torch.maximum(0.5 * reach, least)
    return low - room, high + room
