"""A joint model of classes and places, and the plain classifier beside it.

The needs are `joint` and `beside`; `measure_joint` and `beside` list their arrays and metrics.

Source: Grathwohl et al. 2020, §5; mathematics.md §4
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.core.view import View
from ebmviz.engine.analysis.borders import MOST_CELLS, borders
from ebmviz.engine.energies.base.discrete import Joint
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.training.box import Box, box
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights

SIDE = 128
"""Cells along each axis of the box that ln Z is summed over."""


def measure_joint(s: Subject) -> dict[str, Array]:
    """`joint_sure`, `joint_sure_ce` (h, w): max_y P(y|x), of it and of the classifier beside it.
    The metrics of `joint`; `joint_score`: which part of the data have an energy E(x) below that of
    the probe, and `joint_sure_probe`: max_y P(y|x) there.
    """
    energy, weights, data = s.task.energy, s.weights, s.task.data
    assert isinstance(energy, Joint)
    side, places = _places(s)
    both = [f(weights, places) for f in (energy.every, energy.beside)]
    s.metrics |= joint(s.task, weights, box(s.task, s.view))
    probe = energy.every(weights, s.at(*s.view.probe))
    below = marginal(energy.every(weights, data[:, :2])) < marginal(probe)
    s.metrics["joint_score"] = float(below.double().mean())
    s.metrics["joint_sure_probe"] = float(torch.softmax(-probe, 1).max())
    sure = [torch.softmax(-e, 1).amax(1).view(side, side).cpu().numpy() for e in both]
    return {"joint_sure": sure[0], "joint_sure_ce": sure[1]}


def beside(s: Subject) -> dict[str, Array]:
    """`beside_border` (M, 2): the decision boundary of the plain classifier beside a joint energy,
    lines broken by NaN.
    """
    energy = s.task.energy
    assert isinstance(energy, Joint)
    side, places = _places(s)
    maps = energy.beside(s.weights, places).t().reshape(-1, side, side)
    return {"beside_border": borders(maps.contiguous().cpu().numpy(), s.view.window)}


def _places(s: Subject) -> tuple[int, Tensor]:
    """The cells of the window: how many along each axis, and where (side², 2)."""
    side = min(MOST_CELLS, s.side)
    x1, x2 = s.cells(side)
    return side, torch.cartesian_prod(x2, x1).flip(1)


@np.errstate(all="ignore")
@torch.no_grad()
def joint(task: Problem, weights: Weights, around: Box | None = None) -> dict[str, float]:
    """`joint_accuracy` and `joint_accuracy_ce`: the part of the data of least energy in their own
    class. `joint_nll` and `joint_nll_ce`: the mean of −ln p(x) over the data, in nats, p being
    exp(−E(x)) over the box `around`, or else that of a fresh view, by quadrature, at β = 1: exact
    up to the cells.
    """
    energy, data = task.energy, task.data
    assert isinstance(energy, Joint)
    x = data[:, :2]
    ends = x.new_tensor(around or box(task, View()))
    corner, width = ends[[0, 2]], ends[[1, 3]] - ends[[0, 2]]
    line = ((torch.arange(SIDE) + 0.5) / SIDE).to(x)
    cells = corner + torch.cartesian_prod(line, line) * width
    log_cell = float(width.double().log().sum()) - 2 * math.log(SIDE)
    found = {}
    for name, every in (("", energy.every), ("_ce", energy.beside)):
        own, all_over = every(weights, x), every(weights, cells)
        right = own.argmin(1) == data[:, 2].long() % own.shape[1]
        log_z = float(torch.logsumexp(-marginal(all_over).double(), 0)) + log_cell
        found[f"joint_accuracy{name}"] = float(right.double().mean())
        found[f"joint_nll{name}"] = float(marginal(own).double().mean()) + log_z
    return found


def marginal(every: Tensor) -> Tensor:
    """E(x) = −ln Σ_y e^{−E(x, y)} of energies (N, C): (N,)."""
    return -torch.logsumexp(-every, 1)


MEASURES = (
    Measure("joint", measure_joint, energy=(Joint,)),
    Measure("beside", beside, energy=(Joint,)),
)
