"""The mean energy of the data, as curves record it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ebmviz.engine.landscape.memory import in_parts
from ebmviz.engine.landscape.scattered import free_energies, free_energy_points
from ebmviz.engine.training.problem import _TOGETHER, Problem
from ebmviz.engine.weights import Weights


def mean_energy(task: Problem, weights: Weights) -> float:
    """Mean of F_β over the whole data set, with the training β."""
    return mean_energies(task, [weights])[0]


@torch.no_grad()
def mean_energies(task: Problem, past: Sequence[Weights]) -> list[float]:
    """The mean energy of each: the same numbers together or one by one."""
    beta, few = task.loss.params.beta, task.together
    if not task.manifold:
        return [float(_energies(task, w).mean()) for w in past]
    points = [task.decoded(w)[0] for w in past]
    if few == 1:
        return [float(free_energy_points(p, task.data, beta).mean()) for p in points]
    out: list[float] = []
    for start in range(0, len(points), few):
        together = torch.stack(points[start : start + few])
        out += free_energies(together, task.data, beta).mean(1).tolist()
    return out


def _energies(task: Problem, weights: Weights) -> Tensor:
    """F of all data, in parts that fit the memory."""
    beta = task.loss.params.beta

    def some(part: slice) -> Tensor:
        return task.energy.free(weights, task.data[part], beta)

    step = max(1, _TOGETHER // task.energy.width(weights))
    return torch.cat([part for _, part in in_parts(len(task.data), step, some)])
