"""The loss plane: ℓ(E_C, E_I) of a right and a wrong energy, and where the next batch lies on it.

The need is `loss-plane`; `measure_loss_plane` lists its arrays.

Source: LeCun et al. 2006, §5; mathematics.md §3.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.losses.base.capabilities import Contrastive
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.training.batches import next_batch
from ebmviz.engine.training.problem import TrainState

CELLS = 64
ARROWS = 12
POINTS = 256
ROOM = 1.6  # margins that the plane spans at least


def measure_loss_plane(s: Subject) -> dict[str, Array]:
    """Nothing where a loss looks at no wrong answer; else

    `plane` (H, W): ℓ at the cell centres `plane_axis` (W = H,) of E_C and E_I alike.
    `plane_at`, `plane_slope` (G, 2): −∂ℓ/∂(E_C, E_I) at a few places.
    `plane_points` (B, 2): E_C and E_I of the next batch, E_I being the lowest wrong answer where
    the loss looks at many.
    """
    loss = s.task.loss
    if not isinstance(loss, Contrastive):
        return {}
    points = _batch(s)
    low, high = limits(points, getattr(loss.params, "margin", 0.0))
    axis, coarse = _centres(low, high, CELLS), _centres(low, high, ARROWS)
    right, wrong = torch.meshgrid(axis, axis, indexing="xy")
    at = torch.cartesian_prod(coarse, coarse)
    with torch.enable_grad():
        leaf = at.clone().requires_grad_()
        total = loss.of_pair(leaf[:, 0], leaf[:, 1]).sum()
        (slope,) = torch.autograd.grad(total, leaf)
    return {
        "plane": loss.of_pair(right, wrong).numpy(),
        "plane_axis": axis.numpy(),
        "plane_at": at.numpy(),
        "plane_slope": -slope.numpy(),
        "plane_points": points,
    }


def _batch(s: Subject) -> Array:
    """E_C and E_I of the data of the next step, (B, 2) float64."""
    task, step = s.task, max(0, s.now[0])
    epoch, turn = divmod(step, task.epoch_steps)
    rows, _ = next_batch(task, TrainState(s.weights, {}, step, epoch, turn * task.batch))
    rows = rows[:POINTS]
    slots = s.state.slots if s.state else None
    wrong = task.objective.draw(s.weights, rows, step, slots)
    found = task.objective.energies(s.weights, rows, wrong)
    _, offending = task.objective.offending(found, wrong, rows)
    return torch.stack([found.right, offending], 1).detach().cpu().double().numpy()


def limits(points: Array, margin: float) -> tuple[float, float]:
    """Ends of both axes: round numbers around all but the farthest points, so that they hold still
    while these move, and from 0 where no energy is negative.
    """
    finite = points[np.isfinite(points).all(1)]
    far = float(np.quantile(np.abs(finite), 0.98)) if finite.size else 1.0
    high = round_up(max(far, ROOM * margin, 1e-3))
    return (-high if finite.size and finite.min() < -0.02 * high else 0.0), high


def round_up(value: float) -> float:
    """The next of … 0.7, 1, 1.5, 2, 3, 5, 7, 10 …"""
    power = 10.0 ** math.floor(math.log10(value))
    return next(k * power for k in (1, 1.5, 2, 3, 5, 7, 10) if k * power >= value * (1 - 1e-9))


def _centres(low: float, high: float, count: int) -> Tensor:
    centres = low + (high - low) * (np.arange(count) + 0.5) / count
    return torch.as_tensor(centres, dtype=torch.float64)


MEASURE = Measure("loss-plane", measure_loss_plane)
