"""The mean energy of the data, as curves record it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ebmviz.engine.landscape.memory import in_parts
from ebmviz.engine.landscape.scattered import free_energies, free_energy_points
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.training.taped import mean_table
from ebmviz.engine.weights import Packed, Weights, packed


def mean_energy(task: Problem, weights: Weights) -> float:
    """Mean of F_β over the whole data set, with the training β."""
    return mean_energies(task, [weights])[0]


def mean_energies(task: Problem, past: Sequence[Weights]) -> list[float]:
    """The mean energy of each: the same numbers together or one by one."""
    return recorded_means(task, [packed(weights) for weights in past])


@torch.no_grad()
def recorded_means(task: Problem, records: Sequence[Packed]) -> list[float]:
    """The same of records."""
    if not records:
        return []
    table = mean_table(task, records[0])
    if table:
        return table.of([record.row.view(np.float32) for record in records])
    past = [{k: w.to(task.data.device) for k, w in r.unpacked().items()} for r in records]
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

    step = max(1, task.most_at_once // task.energy.width(weights))
    return torch.cat([part for _, part in in_parts(len(task.data), step, some)])
