"""The collapse meter: how far the landscape keeps right answers from all others.

All is measured on a grid over the box of the answers, which is the data's range widened by half of
it on each side, of energies drawn at one x that of the data near it: neither the map's window nor
the wrong answers that a loss looks at matter.

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
- `meter_depth`: the relief within the data's range, in the energy's own unit where it has one: 1
  of −cos, and of squared distances of y the variance of the answers there.
- `meter_left`: how far ⟨F_i⟩ lies above the least that the energy can be, in that unit.
- `meter_fall`: how far ⟨F_i⟩ has fallen since the fresh weights, in units of relief₀.
- `meter_steepness`: the largest |ΔF|/|Δy| between neighbours on the grid, energy per unit of y.
- `meter_canyon`: how many times faster than the data's own width asks for ln P falls beside the
  data, see `own_width`; of losses of P, of energies that may be of any scale, for enough data.
- `meter_missed`, `meter_explained`, `meter_blur`, `meter_growth`, `meter_told`, `meter_kl`: see
  `latent_use`.
- `meter_loss`, `meter_fresh`, `meter_start`: the loss over the data, that of fresh weights, and the
  larger of that and of those that training under these settings began from, for a new bound may
  raise it; see `ebmviz.engine.training.retreat`.
- `meter_held/PATH`: how strongly the regulariser at PATH holds, see `held`.
- `meter_data`, `meter_answers`: how many different data and answers all this rests on.

Of classes, the answers are all classes, and wrong ones are those but the datum's own. Instead of
level, share, rank and steepness there is `meter_accuracy`: the part of the data whose
own class has the least energy. What a model or a loss does not have is left out, never NaN.

For a histogram the need `meter` also gives `meter_edges` (B + 1,), `meter_right` and `meter_wrong`
(B,): which part of the right answers' energies, and of all answers', lies between two edges.
"""

from __future__ import annotations

import math
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Conditional, Cosine, OwnSteps, Still
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.reconstruction import Reconstruction
from ebmviz.engine.landscape.memory import in_parts
from ebmviz.engine.measures.base import own_width
from ebmviz.engine.measures.base.boxes import boxes, variety
from ebmviz.engine.measures.base.held import held
from ebmviz.engine.measures.base.latent_use import latent_use
from ebmviz.engine.training import step as training
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.training.retreat import data_loss
from ebmviz.engine.training.subset import subset
from ebmviz.engine.weights import Weights

# By how many numbers an answer has: answers along each axis, and data whose landscapes over y are
# looked at, where there is an x.
SIDE = {1: 64, 2: 48}
ROWS = {1: 96, 2: 32}
_COUNTS = ("meter_data", "meter_answers")
_MOST = 1 << 20  # numbers held at once
_WORK = 1 << 20  # numbers in all: the grid is coarser where the energy is dear


def meter(task: Problem, weights: Weights, start: Weights | None = None) -> dict[str, float]:
    """The metrics above; none where the answers are of more than two numbers, or nothing trains.

    start: the weights that training began from, if not the fresh ones.
    """
    return measured(task, weights, start)[0]


@np.errstate(all="ignore")  # a model may have left the numbers: then so do the metrics
@torch.no_grad()
def measured(
    task: Problem, weights: Weights, start: Weights | None
) -> tuple[dict[str, float], Array, Array]:
    """The metrics, F_i (N,), and F_ij of wrong answers (M,)."""
    energy, classes = task.energy, task.energy.classes(weights)
    nothing = np.empty(0)
    if (
        energy.over is None
        or isinstance(energy, OwnSteps | Still)
        or (not classes and energy.answer not in SIDE)
    ):
        return {}, nothing, nothing
    rows = subset(task.data, 4096)
    right = _free(task, weights, rows)
    alike = not classes and energy.condition(rows).shape[1] == 0  # all have the same answers
    few = rows[:1] if alike else subset(rows, ROWS[energy.answer])
    places = places_of(task, weights, few, classes)
    table, fresh = _table(task, weights, few, places), _fresh(task, rows, few, places)
    relief, relief0 = _relief(table), fresh.relief
    numbers = dict(zip(_COUNTS, map(float, variety(rows, energy.answer)), strict=True))
    numbers["meter_relief"] = relief
    numbers["meter_flatness"] = relief0 / (relief0 + relief) if relief0 + relief != 0 else 1.0
    if relief0 > 0:
        numbers["meter_fall"] = (fresh.free - float(right.mean())) / relief0
    if (unit := _unit(task, places)) is not None:
        numbers["meter_depth"] = _relief(table[:, places.inner()]) / unit
        least = -1.0 if isinstance(energy, Cosine) else 0.0
        numbers["meter_left"] = (float(right.mean()) - least) / unit
    if not math.isnan(fresh.loss):
        numbers["meter_loss"], numbers["meter_fresh"] = data_loss(task, weights), fresh.loss
        begun = data_loss(task, start) if start else fresh.loss
        numbers["meter_start"] = max(begun, fresh.loss)
        numbers |= held(task, weights, fresh.weights)
    if classes:
        own = few[:, -1:].long().cpu().numpy() % classes == np.arange(classes)
        wrong, least = table[~own], table.argmin(1)
        numbers["meter_accuracy"] = float(own[np.arange(len(own)), least].mean())
        numbers["meter_gap"] = float((wrong.mean() if wrong.size else 0.0) - table[own].mean())
        return numbers, right, wrong
    numbers["meter_gap"] = float(table.mean() - right.mean())
    numbers["meter_level"] = float(np.quantile(right, 0.95))
    numbers["meter_share"] = float((table <= numbers["meter_level"]).mean())
    own_right = right if alike else _free(task, weights, few)
    numbers["meter_rank"] = float((table <= own_right[:, None]).mean())
    numbers |= latent_use(task, weights)
    numbers["meter_steepness"] = _steepest(task, table, places)
    if (steep := own_width.steepness(task, weights)) is not None:
        numbers["meter_canyon"] = steep
    return numbers, right, table.ravel()


class _Fresh(NamedTuple):
    """Of fresh weights: ⟨F_i⟩, the relief among so many answers to a side, the loss."""

    side: int
    weights: Weights
    free: float
    relief: float
    loss: float


_known: WeakKeyDictionary[Problem, _Fresh] = WeakKeyDictionary()


def _fresh(task: Problem, rows: Tensor, few: Tensor, places: Places) -> _Fresh:
    """Found once for a problem: it stays the same however long it is trained."""
    found = _known.get(task)
    if found is None or found.side != places.side:
        begin = training.start(task).weights
        free, table = _free(task, begin, rows), _table(task, begin, few, places)
        found = _Fresh(
            places.side, begin, float(free.mean()), _relief(table), data_loss(task, begin)
        )
        _known[task] = found
    return found


def _unit(task: Problem, places: Places) -> float | None:
    """The energy's own unit, where it has one."""
    if isinstance(task.energy, Cosine):
        return 1.0
    if isinstance(task.energy, Decoder | Reconstruction):
        return float(((places.high - places.low) ** 2).sum(1).mean() / 48)
    return None


def _steepest(task: Problem, table: Array, places: Places) -> float:
    axes, side = task.energy.answer, places.side
    grid = table.reshape(len(table), *[side] * axes)
    cells = ((places.high - places.low) / side).cpu().double().numpy()
    climbs = [np.abs(np.diff(grid, axis=1 + k)).reshape(len(grid), -1).max(1) for k in range(axes)]
    return max(float((climb / cells[:, k]).max()) for k, climb in enumerate(climbs))


class Places(NamedTuple):
    """The answers that are looked at: side along each axis of boxes low … high (n, A), one per row;
    shared (M, A): where all rows have the same.
    """

    low: Tensor
    high: Tensor
    side: int
    shared: Tensor | None

    def inner(self) -> Array:
        """Which of them lie within the inner half along each axis: within the data's range."""
        line = np.abs((np.arange(self.side) + 0.5) / self.side - 0.5) < 0.25
        inside = np.ix_(*[line] * self.low.shape[1])
        out = np.zeros((self.side,) * self.low.shape[1], bool)
        out[inside] = True
        return out.ravel()

    def of(self, row: int) -> Tensor:
        """Those of a row, (M, A)."""
        if self.shared is not None:
            return self.shared
        low, high = self.low[row], self.high[row]
        line = ((torch.arange(self.side) + 0.5) / self.side).to(low)
        grid = torch.cartesian_prod(*[line] * len(low)).view(-1, len(low))
        return low + grid * (high - low)


def places_of(task: Problem, weights: Weights, rows: Tensor, classes: int) -> Places:
    """All answers to rows (n, D)."""
    low, high = boxes(task, rows)
    if classes:
        return Places(low, high, classes, torch.arange(classes).to(rows)[:, None])
    axes = task.energy.answer
    most = _WORK / (len(rows) * task.energy.width(weights))
    side = int(max(8, min(SIDE[axes], most ** (1 / axes))))
    own = Places(low, high, side, None)
    return own if isinstance(task.energy, Conditional) else own._replace(shared=own.of(0))


def _free(task: Problem, weights: Weights, rows: Tensor) -> Array:
    beta, step = task.loss.params.beta, max(1, _MOST // task.energy.width(weights))

    def some(part: slice) -> Tensor:
        return task.energy.free(weights, rows[part], beta)

    return _float64(torch.cat([part for _, part in in_parts(len(rows), step, some)]))


def _table(task: Problem, weights: Weights, rows: Tensor, places: Places) -> Array:
    beta, energy = task.loss.params.beta, task.energy
    if places.shared is None:
        own = [energy.table(weights, rows[i : i + 1], places.of(i), beta) for i in range(len(rows))]
        return _float64(torch.cat(own))
    answers = places.shared
    step = max(1, _MOST // (len(answers) * energy.width(weights)))

    def some(part: slice) -> Tensor:
        return energy.table(weights, rows[part], answers, beta)

    return _float64(torch.cat([part for _, part in in_parts(len(rows), step, some)]))


def _float64(values: Tensor) -> Array:
    return values.cpu().double().numpy()


def _relief(table: Array) -> float:
    return float(table.std(1).mean())
