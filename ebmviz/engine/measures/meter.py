"""The collapse meter: how far the landscape keeps right answers from all others.

All is measured on a grid over the box of the answers, which is the data's range widened by half of
it on each side: neither the map's window nor the wrong answers that a loss looks at matter.

With F_i the free energy of datum i, and F_ij that of x_i with the answer j of the grid:

- `meter_gap`: ⟨F_ij⟩ − ⟨F_i⟩, how far all answers lie above the right ones, in units of energy.
- `meter_level`: the 95th percentile of F_i.
- `meter_share`: the part of all F_ij at or below that level, 0 … 1. Where F is flat it is 0.95 or
  so, in a well-dug landscape the valley's share of the box.
- `meter_rank`: ⟨the part of the answers j with F_ij ≤ F_i⟩, 0 … 1: how many answers an inference
  would prefer to the right one, ½ by chance. Unlike the share it does not mind an energy that is
  higher for some x than for others.
- `meter_relief`: ⟨std_j F_ij⟩, how much F varies from answer to answer, in units of energy.
- `meter_flatness`: relief₀ / (relief₀ + relief), 0 … 1, relief₀ being that of fresh weights of the
  same seed: ½ as at the start, 1 flat.
- `meter_steepness`: the largest |ΔF|/|Δy| between neighbours on the grid, energy per unit of y.
- `meter_cliff`: β times the largest climb over a 64th of the box, between neighbours: by how many
  nats ln P changes there; not at β = ∞.
- `meter_wall`: the largest climb |ΔF| over a 64th of the box, between neighbours, as a part of the
  whole height, the largest max_j F_ij − min_j F_ij: 1/64 on an even slope, 1 in a canyon.

Of classes, the answers are all classes, and wrong ones are those but the datum's own. Instead of
level, share, rank, steepness, cliff and wall there is `meter_accuracy`: the part of the data whose
own class has the least energy.

For a histogram the need `meter` also gives `meter_edges` (B + 1,), `meter_right` and `meter_wrong`
(B,): which part of the right answers' energies, and of all answers', lies between two edges.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine import training
from ebmviz.engine.energies.energy import Weights
from ebmviz.engine.measures.subject import Subject
from ebmviz.engine.memory import in_parts
from ebmviz.engine.training import Problem

# By how many numbers an answer has: answers along each axis, and data whose landscapes over y are
# looked at, where there is an x.
SIDE = {1: 64, 2: 48}
ROWS = {1: 96, 2: 32}
BINS = 40
_MOST = 1 << 20  # numbers held at once
_WORK = 1 << 20  # numbers in all: the grid is coarser where the energy is dear


def meter(task: Problem, weights: Weights) -> dict[str, float]:
    """The metrics above; none where the answers are of more than two numbers."""
    return _numbers(task, weights)[0]


def measure_meter(s: Subject) -> dict[str, Array]:
    """`meter_edges` (B + 1,): energies, `meter_right` and `meter_wrong` (B,): which part of F_i and
    of F_ij lies between two of them. Its metrics go with the others.
    """
    numbers, right, every = _numbers(s.task, s.weights)
    s.metrics |= numbers
    if not all(map(math.isfinite, numbers.values())) or not numbers:
        return {}
    low, high = float(min(right.min(), every.min())), float(np.quantile(every, 0.98))
    flat = min(numbers["meter_flatness"], 0.999)
    fresh = numbers["meter_relief"] * flat / (1 - flat)  # flat heaps shall look narrow
    least = max(4 * fresh, 1e-6 * max(1.0, abs(low)))
    edges = np.linspace(low, max(high, float(right.max()), low + least), BINS + 1)
    return {
        "meter_edges": edges,
        "meter_right": np.histogram(right, edges)[0] / right.size,
        "meter_wrong": np.histogram(every, edges)[0] / every.size,
    }


@np.errstate(all="ignore")  # a model may have left the numbers: then so do the metrics
@torch.no_grad()
def _numbers(task: Problem, weights: Weights) -> tuple[dict[str, float], Array, Array]:
    """The metrics, F_i (N,), and F_ij of wrong answers (M,)."""
    energy, classes = task.energy, task.energy.classes(weights)
    nothing = np.empty(0)
    mapped = any(trait.startswith("plane:") for trait in energy.traits)
    if not mapped or (not classes and energy.answer not in SIDE):
        return {}, nothing, nothing
    rows = task.data[:: -(-len(task.data) // 4096)]
    right = _free(task, weights, rows)
    stride = -(-len(rows) // ROWS[energy.answer])
    few = rows[::stride]
    if not classes and energy.condition(rows).shape[1] == 0:
        few = rows[:1]
    answers, side = _answers(task, weights, few, classes)
    table, fresh = (_table(task, w, few, answers) for w in (weights, training.start(task).weights))
    numbers = {"meter_relief": _relief(table)}
    numbers["meter_flatness"] = _flatness(_relief(fresh), numbers["meter_relief"])
    if classes:
        own = few[:, -1:].long().cpu().numpy() % classes == np.arange(classes)
        wrong, least = table[~own], table.argmin(1)
        numbers["meter_accuracy"] = float(own[np.arange(len(own)), least].mean())
        numbers["meter_gap"] = float((wrong.mean() if wrong.size else 0.0) - table[own].mean())
        return numbers, right, wrong
    numbers["meter_gap"] = float(table.mean() - right.mean())
    numbers["meter_level"] = float(np.quantile(right, 0.95))
    numbers["meter_share"] = float((table <= numbers["meter_level"]).mean())
    own_right = right[::stride] if len(few) > 1 else right
    numbers["meter_rank"] = float((table <= own_right[:, None]).mean())
    return numbers | _walls(task, table, side), right, table.ravel()


def _walls(task: Problem, table: Array, side: int) -> dict[str, float]:
    axes = task.energy.answer
    grid = table.reshape(len(table), *[side] * axes)
    low, high = box(task)
    cells = ((high - low) / side).tolist()
    climbs = [float(np.abs(np.diff(grid, axis=1 + k)).max()) for k in range(axes)]
    height = float(np.ptp(table, axis=1).max())
    steepest = max(climb / cell for climb, cell in zip(climbs, cells, strict=True))
    share = max(climbs) / height * side / SIDE[1] if height else 0.0
    found = {"meter_steepness": steepest, "meter_wall": share}
    if task.loss.params.beta < math.inf:
        found["meter_cliff"] = task.loss.params.beta * max(climbs) * side / SIDE[1]
    return found


def box(task: Problem) -> tuple[Tensor, Tensor]:
    """low, high (A,): the data's answers, widened by half of their range on each side."""
    y = task.data[:, task.data.shape[1] - task.energy.answer :]
    low, high = y.amin(0), y.amax(0)
    room = (0.5 * (high - low)).clamp(min=1e-3)
    return low - room, high + room


def _answers(task: Problem, weights: Weights, rows: Tensor, classes: int) -> tuple[Tensor, int]:
    """All answers (M, A), and how many there are along each axis."""
    if classes:
        return torch.arange(classes).to(rows)[:, None], classes
    axes = task.energy.answer
    places = _WORK / (len(rows) * task.energy.width(weights))
    side = int(max(8, min(SIDE[axes], places ** (1 / axes))))
    low, high = box(task)
    line = ((torch.arange(side) + 0.5) / side).to(rows)
    return low + torch.cartesian_prod(*[line] * axes).view(-1, axes) * (high - low), side


def _free(task: Problem, weights: Weights, rows: Tensor) -> Array:
    beta, step = task.loss.params.beta, max(1, _MOST // task.energy.width(weights))

    def some(part: slice) -> Tensor:
        return task.energy.free(weights, rows[part], beta)

    return _float64(torch.cat([part for _, part in in_parts(len(rows), step, some)]))


def _table(task: Problem, weights: Weights, rows: Tensor, answers: Tensor) -> Array:
    beta, energy = task.loss.params.beta, task.energy
    step = max(1, _MOST // (len(answers) * energy.width(weights)))

    def some(part: slice) -> Tensor:
        return energy.table(weights, rows[part], answers, beta)

    return _float64(torch.cat([part for _, part in in_parts(len(rows), step, some)]))


def _float64(values: Tensor) -> Array:
    return values.cpu().double().numpy()


def _relief(table: Array) -> float:
    return float(table.std(1).mean())


def _flatness(fresh: float, now: float) -> float:
    return fresh / (fresh + now) if fresh + now != 0 else 1.0
