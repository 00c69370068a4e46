"""How strongly regularisers, and what a code costs, hold a model back.

- `meter_held/PATH`: of the parameter at PATH, where it is on. From 0, where it does nothing; at 1
  it weighs as much as the data do.
- `settled`, of a run: 1 where the loss without the regularisers has stopped to fall.

What adds to the loss (λ_w ‖w‖², α ⟨E²⟩, λR(z), …) holds by the larger of two numbers. Its price:
what fresh weights or a usual code would pay, as a part of the size of the loss without it. And what
part of the slope g of that loss its own slope h takes back, −g·h/‖g‖²: 1 where a penalty has
stopped the data. What bounds the weights holds by how much longer fresh weights are than what it
leaves of them, ‖w‖/‖kept‖ − 1.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from ebmviz.core import diagnosis
from ebmviz.engine.regularizers.regularizer import Regularizer, RegularizerParams
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.training.retreat import data_loss
from ebmviz.engine.training.subset import subset
from ebmviz.engine.weights import Weights

Past = Callable[[int], Weights | None]
"""Step -> the weights that are known nearest to it."""

HELD = "meter_held/"
_ROWS = 64
_OFF = RegularizerParams()
_STILL = 0.05  # of the loss, from the mean of early steps to that of late ones: batches are noisy
_PARTS = (0.35, 0.45, 0.55, 0.8, 0.87, 0.94)  # of all steps: the early ones, and the late
_FEWEST = 64  # steps
_LEAST = 1e-12


def held(task: Problem, weights: Weights, begin: Weights) -> dict[str, float]:
    """The first of the metrics above, for fresh weights `begin`."""
    on, found, rows = _on(task), _prices(task), subset(task.data, _ROWS)
    if not on and not found:
        return {}
    size = max(abs(data_loss(_under(task), weights)), _LEAST)
    found = {path: price / size for path, price in found.items()}
    for name, value in on.items():
        alone = _under(task, **{name: value})
        bounds = alone.objective.regularizer
        if bounds.keeps:
            found[f"regularizer.{name}"] = _length(begin) / _length(bounds.kept_in(begin)) - 1
        else:
            price, _ = _pulled(alone, begin, rows)
            _, back = _pulled(alone, weights, rows)
            found[f"regularizer.{name}"] = max(price / size, back)
    return {HELD + path: number for path, number in found.items()}


def settled(
    task: Problem, weights: Weights, step: int, past: Past, found: Mapping[str, float]
) -> dict[str, float]:
    """The second, where the first found something strong, of weights that `step` steps led to."""
    strong = any(name.startswith(HELD) and v >= diagnosis.HELD for name, v in found.items())
    if not strong or step < _FEWEST:
        return {}
    looks = [past(int(part * step)) for part in _PARTS]
    if not all(looks):
        return {}
    free, there = _under(task), task.data.device
    losses = [data_loss(free, {k: w.to(there) for k, w in look.items()}) for look in looks if look]
    early, late = losses[: len(looks) // 2], losses[len(looks) // 2 :]
    now = statistics.fmean([*late, data_loss(free, weights)])
    fallen = statistics.fmean(early) - now
    return {"settled": 1.0} if fallen <= _STILL * max(abs(now), _LEAST) else {}


def _on(task: Problem) -> dict[str, float]:
    """The regularisers that are on."""
    p = task.objective.regularizer.params
    return {k: getattr(p, k) for k in p.__struct_fields__ if getattr(p, k) != getattr(_OFF, k)}


def _prices(task: Problem) -> dict[str, float]:
    rows = subset(task.data, _ROWS)
    return {**task.energy.prices(rows), **task.loss.prices()}


def _under(task: Problem, **params: float) -> Problem:
    """The problem under these regularisers alone."""
    own = Regularizer(RegularizerParams(**params))
    return dataclasses.replace(task, objective=dataclasses.replace(task.objective, regularizer=own))


def _pulled(task: Problem, weights: Weights, rows: Tensor) -> tuple[float, float]:
    """What the regulariser adds to the loss at rows, and the part of the slope it takes back."""
    own = task.objective
    wrong = own.draw(weights, rows, 0)
    with torch.enable_grad():
        leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
        found = own.energies(leaves, rows, wrong)
        if found.pull is None:
            return 0.0, 0.0
        if not found.pull.requires_grad:  # an energy without weights
            return float(found.pull), 0.0
        g, h = (
            _slope(part, leaves) for part in (own.loss.per_row(found, wrong).mean(), found.pull)
        )
    size = float(g.square().sum())
    return float(found.pull.detach()), -float((g * h).sum()) / max(size, _LEAST)


def _slope(of: Tensor, leaves: Weights) -> Tensor:
    slopes = torch.autograd.grad(
        of, [*leaves.values()], retain_graph=True, allow_unused=True, materialize_grads=True
    )
    return torch.cat([slope.double().flatten() for slope in slopes])


def _length(weights: Weights) -> float:
    whole = torch.cat([w.double().flatten() for w in weights.values()]).norm()
    return max(float(whole), _LEAST)
