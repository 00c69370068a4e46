"""What training would do next."""

from __future__ import annotations

import contextlib

import torch
from torch import Tensor

from ebmviz.core.errors import NumericError
from ebmviz.core.view import View
from ebmviz.engine.training.batches import next_batch
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.step import forward
from ebmviz.engine.weights import Weights


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
    if view.picture == "push":
        with contextlib.suppress(NumericError):  # as training makes it, bit for bit
            return forward(task, state, state.step + 1).weights
    return task.stepped(batch(task, state, view), state)[1]
