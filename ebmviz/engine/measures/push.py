"""Push and pull: what the next update does to the landscape, and the wrong answers behind it.

| need | arrays |
|---|---|
| `push` | `push` (H, W): F_{w′} − F_w at the cells of the map, w′ after the next step, less its |
| | mean under P where the loss leaves F a free constant |
| `negatives` | `negative` (n, 2): the next batch's ŷ on the map, `positive` (n, 2): its data; |
| | of a push too `negative_rise`, `positive_rise` (n,): the same difference there |

Both if the view asks for them. w′ are the weights after the very step that training would do next;
"push-one" takes only the row of that batch whose place is nearest to the probe. To a loss of
differences alone (trait "relative") F + c(x) is F: what it moves by c says nothing, so that the
mean over the answers is taken off, on a plane of x and y at each x, of classes and of second views
too. A loss of P is asked for ⟨ΔF⟩_P, P ∝ exp(−βF) at training β over the box of Z or the classes;
one without P takes all answers alike. The metric `push_relative` is 1 then, `push_beta` the β of
that P, 0 of all alike. Of classes a map of F(x) shows nothing but c(x): `push_free` is 1.
Source: LeCun et al. 2006, §2.2 (the contrastive term); mathematics.md §3.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Conditional, Continuous, Discrete
from ebmviz.engine.landscape.memory import in_parts
from ebmviz.engine.losses.base.capabilities import Relative, Thermal
from ebmviz.engine.losses.base.every import EveryLoss
from ebmviz.engine.losses.base.inputs import InputLoss
from ebmviz.engine.losses.base.pair import OneWrong
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.next_step import batch
from ebmviz.engine.training.box import box, widened

if TYPE_CHECKING:
    from ebmviz.engine.measures.base.subject import Subject

MOST = 500  # wrong answers drawn
CELLS = 96
"""Of the box along each axis, of which P is summed."""
VIEWS = 16
"""Second views along each axis of the box, at every cell."""
_AT_ONCE = 1 << 20  # energies


def push(s: Subject) -> dict[str, Array]:
    """The measure `push`."""
    if s.rise is None:
        return {}
    if not _continuous(s) and isinstance(s.task.loss, Relative) and s.view.answer < 0:
        s.metrics["push_free"] = 1.0
        return {"push": s.rise}
    if s.task.energy.takes == "views":
        x1, x2 = s.cells(s.side)
        mean = _mean_of_views(s, torch.cartesian_prod(x2, x1).flip(1))
        mean = mean if mean is None else mean.view(len(x2), len(x1))
    else:
        mean = _mean_rise(s, s.cells(s.side)[0]) if _continuous(s) else _mean_of_classes(s)
    if mean is None:
        return {"push": s.rise}
    s.metrics |= {"push_relative": 1.0, "push_beta": _mean_beta(s)}
    return {"push": (s.rise - mean.cpu().numpy()).astype(np.float32)}


def negatives(s: Subject) -> dict[str, Array]:
    """The measure `negatives`."""
    task = s.task
    inputs = isinstance(task.loss, InputLoss)
    wanted = s.view.negatives and isinstance(task.loss, InputLoss | OneWrong | EveryLoss)
    if not wanted or s.state is None or not (inputs or isinstance(task.energy, Continuous)):
        return {}
    rows = batch(task, s.state, s.view)[:MOST]
    wrong = task.objective.draw(s.weights, rows, s.state.step, s.state.slots)
    found = task.objective.energies(s.weights, rows, wrong)
    answers, _ = task.objective.offending(found, wrong, rows)
    plane = list(task.energy.plane)
    # A wrong second view lies in the plane of the first, and so does a sample of x.
    two = inputs or task.energy.takes == "views"
    other = rows if two else task.energy.replaced(rows, answers)
    placed = {"negative": answers if two else other[:, plane], "positive": rows[:, plane]}
    out = {k: np.ascontiguousarray(at.cpu().numpy()) for k, at in placed.items()}
    if s.after is not None:
        own = {"negative": other, "positive": rows}
        for k, at in placed.items():
            out[f"{k}_rise"] = _rise(s, at, own[k]).cpu().numpy()
    return out


def _rise(s: Subject, at: Tensor, rows: Tensor) -> Tensor:
    """What the map shows of the push at places (n, 2); under a condition, of rows at their own x,
    whose mean under P there is not known and left on.
    """
    energy, beta = s.task.energy, s.view.beta
    assert s.after is not None
    if isinstance(energy, Conditional):
        return energy.free(s.after, rows, beta) - energy.free(s.weights, rows, beta)
    before, after = (energy.at(w, s.view, at, beta) for w in (s.weights, s.after))
    views = energy.takes == "views"
    mean = _mean_of_views(s, at) if views else _mean_rise(s, at[:, 0])
    return after - before if mean is None else after - before - mean


def _continuous(s: Subject) -> bool:
    """Whether the places of the map are answers, or inputs whose density is trained."""
    return isinstance(s.task.loss, InputLoss) or isinstance(s.task.energy, Continuous)


def _mean_beta(s: Subject) -> float:
    """β of the P that ΔF is averaged under; 0, all answers alike, of a loss without one."""
    if isinstance(s.task.loss, InputLoss):
        return 1.0
    return s.task.loss.params.beta if isinstance(s.task.loss, Thermal) else 0.0


def _mean_of_classes(s: Subject) -> Tensor | None:
    """⟨ΔE(x, k)⟩ over the classes at each cell, (H, W)."""
    energy, weights = s.task.energy, s.weights
    if s.after is None or not isinstance(s.task.loss, Relative) or not isinstance(energy, Discrete):
        return None
    x1, x2 = s.cells(s.side)
    places = torch.cartesian_prod(x2, x1).flip(1)
    every = torch.arange(energy.classes(weights)).to(places)[:, None]
    rows = energy.rows(s.view, places)
    before, later = (energy.table(w, rows, every, math.inf).double() for w in (weights, s.after))
    share = _shares(before, _mean_beta(s), 1)
    return (share * (later - before)).sum(1).view(len(x2), len(x1))


def _mean_of_views(s: Subject, places: Tensor) -> Tensor | None:
    """⟨ΔE(x, y)⟩ over second views y in the box of Z, at first views x (n, 2): (n,). The map holds
    y′ and moves x, so that to a loss of differences every x of it has a constant of its own.
    """
    energy, after = s.task.energy, s.after
    if after is None or not isinstance(s.task.loss, Relative):
        return None
    second = s.task.data[:, -2:]
    low, high = widened(second.amin(0), second.amax(0), s.view.reach)
    line = (torch.arange(VIEWS).to(low) + 0.5) / VIEWS
    every = low + torch.cartesian_prod(line, line) * (high - low)
    rows, beta = energy.rows(s.view, places), _mean_beta(s)

    def some(part: slice) -> Tensor:
        before, later = (energy.table(w, rows[part], every, math.inf) for w in (s.weights, after))
        return (_shares(before.double(), beta, 1) * (later - before).double()).sum(1)

    step = max(1, _AT_ONCE // len(every))
    return torch.cat([found for _, found in in_parts(len(rows), step, some)])


def _shares(free: Tensor, beta: float, over: int | tuple[int, ...]) -> Tensor:
    """P ∝ exp(−βF) along some dimensions; at β = ∞ the lowest alone."""
    least = free.amin(over, keepdim=True)
    weight = (free == least).double() if math.isinf(beta) else (-beta * (free - least)).exp()
    return weight / weight.sum(over, keepdim=True)


def _mean_rise(s: Subject, x: Tensor) -> Tensor | None:
    """⟨ΔF⟩ under P, (), or under P(y|x) for each x (N,) of a plane of x and y; None where the loss
    leaves no constant free.
    """
    energy = s.task.energy
    if s.after is None or not isinstance(s.task.loss, Relative):
        return None
    beta = _mean_beta(s)
    left, right, bottom, top = box(s.task, s.view)
    sides = [torch.linspace(0.5, CELLS - 0.5, CELLS, dtype=torch.float64) / CELLS for _ in "xy"]
    across, along = left + sides[0] * (right - left), bottom + sides[1] * (top - bottom)
    y1, y2 = (x if energy.over == "xy" else across.to(x)), along.to(x)
    view = msgspec.structs.replace(s.view, answer=-1)
    shown, shown_beta = s.view, s.view.beta
    before = energy.landscape(s.weights, shown, y1, y2, shown_beta).free_energy.double()
    rise = energy.landscape(s.after, shown, y1, y2, shown_beta).free_energy.double() - before
    free = energy.landscape(s.weights, view, y1, y2, beta).free_energy.double()
    over: int | tuple[int, ...] = 0 if energy.over == "xy" else (0, 1)
    return (_shares(free, beta, over) * rise).sum(over).to(x)


MEASURES = (Measure("push", push), Measure("negatives", negatives))
