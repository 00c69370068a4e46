"""Rows of data as they lie on the map."""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Conditional, Discrete
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights


def rows_on_map(task: Problem, weights: Weights) -> dict[str, Array]:
    """`data` (N, 2) in the map's plane; `data_x` or `data_class` (N,), where there is one."""
    rows, (i, j) = task.data, task.energy.plane
    found = {"data": rows[:, [i, j]].cpu().numpy()}
    if isinstance(task.energy, Conditional):
        found["data_x"] = rows[:, 0].cpu().numpy()
    if isinstance(task.energy, Discrete):
        found["data_class"] = (rows[:, -1] % task.energy.classes(weights)).cpu().numpy()
    return found
