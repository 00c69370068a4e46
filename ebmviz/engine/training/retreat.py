"""How good weights are for a loss, and where a divergence leads back to.

The loss of a batch says little: `data_loss` is over many of the data, with the same
wrong answers whatever the weights. A divergence is seen late; steps before it the loss may have
risen for long. So the weights that come back are the last on record whose loss is not above that of
the start, the weights that training under these settings began from.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ebmviz.engine.training import step as training
from ebmviz.engine.training.history import History
from ebmviz.engine.training.step import Problem, TrainState
from ebmviz.engine.training.subset import subset
from ebmviz.engine.weights import Weights

_ROWS = (32, 256)  # data whose loss is looked at: as many as a batch, within these bounds
_SIDE = 24  # places along each axis for the ln Z of losses that know only samples
_ONE_BY_ONE = 64  # records looked at, the newest first; from then on ever fewer


@torch.no_grad()
def data_loss(task: Problem, weights: Weights) -> float:
    """The mean loss over the data, the regularisers' part included; NaN where steps follow none.

    Of losses whose value is none, for they know only samples, the −ln P that they estimate.
    """
    if "own-steps" in task.energy.traits:
        return math.nan
    rows = subset(task.data, max(_ROWS[0], min(task.batch, _ROWS[1])))
    own = task.objective
    if "sampled" in own.loss.traits:
        return float(_likelihood(task, weights, rows))
    wrong = own.draw(weights, rows, 0)
    return float(own.value(own.energies(weights, rows, wrong), wrong))


def retreat(task: Problem, history: History, start: TrainState) -> TrainState:
    """The newest state on record since the start, with a loss not above its, or the start; under a
    fresh optimiser, for what it had gathered led astray.
    """
    most = data_loss(task, start.weights)
    device, entry, stride = task.data.device, len(history.steps) - 1, 1
    looked = 0
    while entry >= 0 and history.steps[entry] > start.step:
        weights = {k: w.to(device) for k, w in history.weights[entry].items()}
        if data_loss(task, weights) <= most:
            return _revisited(task, weights, history.steps[entry])
        looked += 1
        if looked >= _ONE_BY_ONE:
            stride *= 2
        entry -= stride
    return training.fresh_optimizer(task, start)


def better(task: Problem, one: TrainState, other: TrainState) -> TrainState:
    """The one of the lower loss; the other where they are equal."""
    return one if data_loss(task, one.weights) < data_loss(task, other.weights) else other


def _revisited(task: Problem, weights: Weights, step: int) -> TrainState:
    epoch, done = divmod(step, task.epoch_steps)
    return TrainState(weights, task.slots(weights), step, epoch, done * task.batch)


def _likelihood(task: Problem, weights: Weights, rows: Tensor) -> Tensor:
    """⟨βF⟩ + ln ⟨e^{−βF}⟩ over a grid of the box; of a loss of inputs, the same of E(x) and the
    cross-entropy of the classes, as the loss weighs them.
    """
    own, energy = task.objective, task.energy
    places = own.grid(_SIDE if len(own.low) > 1 else _SIDE**2).to(rows)
    if own.loss.answers == "inputs":
        every = torch.arange(energy.classes(weights)).to(rows)[:, None]
        right = energy.table(weights, rows, every, 1.0)
        far = torch.cat([places, places[:, :1]], 1)
        wrong = -torch.logsumexp(-energy.table(weights, far, every, 1.0), 1)
        marginal = -torch.logsumexp(-right, 1)
        class_loss = (energy.free(weights, rows, 1.0) - marginal).mean()
        p = own.loss.params
        total = getattr(p, "classify", 1.0) * class_loss
        log_z = torch.logsumexp(-wrong, 0) - math.log(len(wrong))
        return total + getattr(p, "generate", 1.0) * (marginal.mean() + log_z)
    beta = own.loss.params.beta
    table = energy.table(weights, rows[:64], places, beta)
    log_z = (torch.logsumexp(-beta * table, 1) - math.log(table.shape[1])).mean()
    return beta * energy.free(weights, rows, beta).mean() + log_z
