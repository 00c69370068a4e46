"""Push and pull: what the next update does to the landscape, and the wrong answers behind it.

| need | arrays |
|---|---|
| `push` | `push` (H, W): F_{w′} − F_w at the cells of the map, w′ after the next step, less its |
| | mean under P where the loss leaves F a free constant |
| `negatives` | `negative` (n, 2): the next batch's ŷ on the map, `positive` (n, 2): its data; |
| | of a push too `negative_rise`, `positive_rise` (n,): the same difference there |

Both if the view asks for them. w′ are the weights after the very step that training would do next;
"push-one" takes only the row of that batch whose place is nearest to the probe. To a loss of P
alone (trait "relative") F + c is F: what it moves by c says nothing, so that ⟨ΔF⟩_P is taken off,
P ∝ exp(−βF) at training β over the box of Z, on a plane of x and y that of P(y|x) at each x. The
metric `push_relative` is 1 then.
Source: LeCun et al. 2006, §2.2 (the contrastive term); math.md §3.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.core.view import View
from ebmviz.engine.box import box
from ebmviz.engine.energies.energy import Weights
from ebmviz.engine.training import Problem, TrainState, next_batch

if TYPE_CHECKING:
    from ebmviz.engine.measures.subject import Subject

MOST = 500  # wrong answers drawn
CELLS = 96
"""Of the box along each axis, of which P is summed."""


def batch(task: Problem, state: TrainState, view: View) -> Tensor:
    """The rows (B, D) of the next step; of them only the nearest to the probe, if so asked."""
    rows = next_batch(task, state)[0]
    if view.picture != "push-one":
        return rows
    away = rows[:, list(task.energy.plane)] - rows.new_tensor(view.probe)
    return rows[away.square().sum(1).argmin()][None]


@torch.no_grad()
def after(task: Problem, state: TrainState, view: View) -> Weights | None:
    """Weights after the next step; None where the picture does not ask for them."""
    if view.picture not in ("push", "push-one"):
        return None
    return task.stepped(batch(task, state, view), state)[1]


def push(s: Subject) -> dict[str, Array]:
    """The measure `push`."""
    if s.rise is None:
        return {}
    mean = _mean_rise(s, s.cells(s.side)[0])
    if mean is None:
        return {"push": s.rise}
    s.metrics["push_relative"] = 1.0
    return {"push": (s.rise - mean.cpu().numpy()).astype(np.float32)}


def negatives(s: Subject) -> dict[str, Array]:
    """The measure `negatives`."""
    task = s.task
    inputs = task.loss.answers == "inputs"
    wanted = s.view.negatives and (inputs or task.loss.answers in ("one", "all"))
    if not wanted or s.state is None or not (inputs or "continuous" in task.energy.traits):
        return {}
    rows = batch(task, s.state, s.view)[:MOST]
    wrong = task.objective.draw(s.weights, rows, s.state.step, s.state.slots)
    found = task.objective.energies(s.weights, rows, wrong)
    answers, _ = task.objective.offending(found, wrong, rows)
    plane = list(task.energy.plane)
    # A wrong second view lies in the plane of the first, and so does a sample of x.
    two = inputs or "takes:views" in task.energy.traits
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
    if "conditional" in energy.traits:
        return energy.free(s.after, rows, beta) - energy.free(s.weights, rows, beta)
    before, after = (energy.at(w, s.view, at, beta) for w in (s.weights, s.after))
    mean = _mean_rise(s, at[:, 0])
    return after - before if mean is None else after - before - mean


def _mean_rise(s: Subject, x: Tensor) -> Tensor | None:
    """⟨ΔF⟩ under P, (), or under P(y|x) for each x (N,) of a plane of x and y; None where the loss
    leaves no constant free, or one for every x of a map of x.
    """
    energy, traits = s.task.energy, s.task.energy.traits
    inputs = s.task.loss.answers == "inputs"
    if s.after is None or "relative" not in s.task.loss.traits:
        return None
    if not (inputs or "continuous" in traits) or "takes:views" in traits:
        return None
    beta = 1.0 if inputs else s.task.loss.params.beta
    left, right, bottom, top = box(s.task, s.view)
    sides = [torch.linspace(0.5, CELLS - 0.5, CELLS, dtype=torch.float64) / CELLS for _ in "xy"]
    across, along = left + sides[0] * (right - left), bottom + sides[1] * (top - bottom)
    y1, y2 = (x if "plane:xy" in traits else across.to(x)), along.to(x)
    view = msgspec.structs.replace(s.view, answer=-1)
    shown, shown_beta = s.view, s.view.beta
    before = energy.landscape(s.weights, shown, y1, y2, shown_beta).free_energy.double()
    rise = energy.landscape(s.after, shown, y1, y2, shown_beta).free_energy.double() - before
    free = energy.landscape(s.weights, view, y1, y2, beta).free_energy.double()
    over = 0 if "plane:xy" in traits else (0, 1)
    least = free.amin(over, keepdim=True)
    weight = (free == least).double() if math.isinf(beta) else (-beta * (free - least)).exp()
    return ((weight * rise).sum(over) / weight.sum(over)).to(x)
