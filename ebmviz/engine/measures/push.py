"""Push and pull: what the next update does to the landscape, and the wrong answers behind it.

| need | arrays |
|---|---|
| `push` | `push` (H, W): F_{w′} − F_w at the cells of the map, w′ after the next step |
| `negatives` | `negative` (n, 2): the next batch's ŷ on the map, `positive` (n, 2): its data |

Both if the view asks for them. w′ are the weights after the very step that training would do next;
"push-one" takes only the row of that batch whose place is nearest to the probe.
Source: LeCun et al. 2006, §2.2 (the contrastive term); math.md §3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.core.view import View
from ebmviz.engine.energies.energy import Weights
from ebmviz.engine.training import Problem, TrainState, next_batch

if TYPE_CHECKING:
    from ebmviz.engine.measures.subject import Subject

MOST = 500  # wrong answers drawn


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
    return {} if s.rise is None else {"push": s.rise}


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
    placed = answers if two else task.energy.replaced(rows, answers)[:, plane]
    return {
        "negative": np.ascontiguousarray(placed.cpu().numpy()),
        "positive": np.ascontiguousarray(rows[:, plane].cpu().numpy()),
    }
