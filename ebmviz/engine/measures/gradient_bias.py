"""How far a loss's gradient is from that of the exact log-likelihood, as a number and an angle:
`gradient-bias`, of which there are metrics alone.

The exact gradient of L = ⟨F(y)⟩ + (1/β) ln ∫ exp(−βF) is found by quadrature over the loss's box,
at the weights and the data looked at; that of the loss is the mean over the wrong answers of the
next steps, for the same data. What is left of its noise is measured too: below that, no bias can be
told from chance. Of a joint model both are of −ln p(x) alone, p(x) ∝ Σ_y exp(−E(x, y)): its
classes, and regularisers, are left out.
Source: mathematics.md §4
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Continuous
from ebmviz.engine.losses.base.capabilities import Likelihood
from ebmviz.engine.losses.base.inputs import InputLoss, marginal
from ebmviz.engine.losses.base.wrong import BUFFER
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights

DRAWS = 8
"""Steps whose wrong answers are averaged."""
ROWS = 256
"""Data that are looked at, at most; where there is an x, a quarter."""
SIDE = {1: 256, 2: 96}
"""Cells along each axis of y, at most."""
_WORK = 1 << 21  # numbers per evaluation of the grid
_APART = 0.1  # of the gradient’s length that half the cells may change: then all are within 3 %


def gradient_bias(s: Subject) -> dict[str, Array]:
    """Nothing but metrics, and these only of a likelihood over a box that quadrature can fill:

    `bias_angle`: between the exact gradient and the loss's, 0 … 180 degrees. `bias_ratio`: the
    loss's length as a part of the exact one's. `bias_error`: ‖loss's − exact‖ / ‖exact‖.
    `bias_noise`: the standard error of that mean over draws, and over the places of a buffer that
    all of them begin at, as a part of ‖exact‖. `bias_draws`, `bias_rows`: how many draws, of how
    many data each. `bias_gap`: ⟨F(ŷ)⟩ − ⟨F(y)⟩. None where the grid is too coarse for P: where half
    the cells along each axis give another gradient.
    """
    if measurable(s.task):
        slots = s.state.slots if s.state else {}
        s.metrics |= bias(s.task, s.weights, max(0, s.now[0]), slots)
        s.labels["bias_loss"] = (s.task.loss.brief or s.task.loss.describe().title,)
    return {}


def measurable(task: Problem) -> bool:
    """Whether there is an exact gradient to compare with."""
    energy, loss = task.energy, task.loss
    if _of_inputs(task):
        return True
    if not isinstance(loss, Likelihood) or not isinstance(energy, Continuous):
        return False
    free = energy.condition(task.data[:1]).shape[1] == 0
    return 0 < loss.params.beta < math.inf and (energy.answer == 1 or free)


def _of_inputs(task: Problem) -> bool:
    """Whether the likelihood is that of x, by samples of x."""
    return isinstance(task.loss, InputLoss)


def bias(task: Problem, weights: Weights, step: int, slots: Slots) -> dict[str, float]:
    """The metrics of `gradient_bias`, of steps from `step` on; the slots are not moved."""
    apart = not _of_inputs(task) and task.energy.condition(task.data[:1]).shape[1] > 0
    most = ROWS // 4 if apart else ROWS
    rows = task.data[:: -(-len(task.data) // most)]
    wanted, length = exact(task, weights, rows)
    if not length > 0:
        return {}
    each, gaps = [], []
    for turn in range(DRAWS):
        slope, gap = _estimate(task, weights, rows, step + turn, slots)
        each.append(slope)
        gaps.append(gap)
    drawn = torch.stack(each)
    found = drawn.mean(0)
    variance = float(drawn.var(0).sum()) / DRAWS + _of_buffer(task, weights, slots)
    noise = math.sqrt(variance) / length
    cosine = float(found @ wanted / (found.norm() * wanted.norm()).clamp(min=1e-30))
    return {
        "bias_angle": math.degrees(math.acos(min(1.0, max(-1.0, cosine)))),
        "bias_ratio": float(found.norm()) / length,
        "bias_error": float((found - wanted).norm()) / length,
        "bias_noise": noise,
        "bias_draws": float(DRAWS),
        "bias_rows": float(len(rows)),
        "bias_gap": sum(gaps) / len(gaps),
    }


def exact(task: Problem, weights: Weights, rows: Tensor) -> tuple[Tensor, float]:
    """The gradient of the mean over rows (N, D) of F(y) + (1/β) ln ∫ exp(−βF), by quadrature over
    the box, in all weights, (P,) float64, and its length; 0 where the grid is too coarse for P.
    """
    energy, beta, own = task.energy, task.loss.params.beta, task.objective
    inputs, axes = _of_inputs(task), len(own.space.low)
    apart = not inputs and energy.condition(rows[:1]).shape[1] > 0
    lines = len(rows) if apart else 1
    places = _WORK / (lines * energy.width(weights))
    side = int(max(16, min(SIDE[axes], places ** (1 / axes))))

    def found(side: int) -> Tensor:
        cells = own.space.grid(side).to(rows)

        def loss(leaves: Weights) -> Tensor:
            if inputs:
                known, every = (marginal(energy, leaves, at) for at in (rows[:, :2], cells))
                return known.mean() + torch.logsumexp(-every, 0)
            right = energy.free(leaves, rows, beta).mean()
            every = energy.table(leaves, rows if apart else rows[:1], cells, beta)
            return right + torch.logsumexp(-beta * every, 1).mean() / beta

        return _slope(loss, weights)[0]

    wanted, half = found(side), found(side // 2)
    length = float(wanted.norm())
    return wanted, length if float((wanted - half).norm()) <= _APART * length else 0.0


def _of_buffer(task: Problem, weights: Weights, slots: Slots) -> float:
    """The variance of the gradient that comes of a buffer holding no more places than it does: of
    the means over its parts.
    """
    kept = slots.get(BUFFER)
    if kept is None:
        return 0.0
    energy, beta = task.energy, task.loss.params.beta
    slopes = []
    for part in kept.to(task.data).chunk(DRAWS):

        def mean(leaves: Weights, part: Tensor = part) -> Tensor:
            if _of_inputs(task):
                return marginal(energy, leaves, part).mean()
            rows = energy.replaced(task.data[:1].expand(len(part), -1), part)
            return energy.free(leaves, rows, beta).mean()

        slopes.append(_slope(mean, weights)[0])
    return float(torch.stack(slopes).var(0).sum()) / len(slopes) if len(slopes) > 1 else 0.0


def _estimate(
    task: Problem, weights: Weights, rows: Tensor, step: int, slots: Slots
) -> tuple[Tensor, float]:
    """The loss's gradient with the wrong answers of a step, (P,); the gap of their energies."""
    own = task.objective
    wrong = own.draw(weights, rows, step, slots)

    def loss(leaves: Weights) -> Tensor:
        if _of_inputs(task):
            assert wrong.each is not None
            return (
                marginal(own.energy, leaves, rows[:, :2]).mean()
                - marginal(own.energy, leaves, wrong.each).mean()
            )
        found = own.energies(leaves, rows, wrong)
        return own.value(found._replace(pull=None), wrong)

    slope, value = _slope(loss, weights)
    return slope, -value


def _slope(loss: Callable[[Weights], Tensor], weights: Weights) -> tuple[Tensor, float]:
    with torch.enable_grad():
        leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
        value = loss(leaves)
        slopes = torch.autograd.grad(
            value, list(leaves.values()), allow_unused=True, materialize_grads=True
        )
    return torch.cat([s.flatten() for s in slopes]).double(), float(value.detach())


MEASURE = Measure("gradient-bias", gradient_bias)
