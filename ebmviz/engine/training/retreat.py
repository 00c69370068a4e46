"""How good weights are for a loss, and where a divergence leads back to.

The loss of a batch says little: `data_loss` is over many of the data, with the same
wrong answers whatever the weights. A divergence is seen late; steps before it the loss may have
risen for long. So the weights that come back are the last on record whose loss is not above that of
the start, the weights that training under these settings began from.
"""

from __future__ import annotations

import math

import torch

from ebmviz.engine.energies.base.capabilities import OwnSteps
from ebmviz.engine.training.history import History
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.subset import subset
from ebmviz.engine.weights import Weights

_ROWS = (32, 256)  # data whose loss is looked at: as many as a batch, within these bounds
_ONE_BY_ONE = 64  # records looked at, the newest first; from then on ever fewer


@torch.no_grad()
def data_loss(task: Problem, weights: Weights) -> float:
    """The mean loss over the data, the regularisers' part included; NaN where steps follow none.

    Of losses whose value is none, for they know only samples, the −ln P that they estimate.
    """
    if isinstance(task.energy, OwnSteps):
        return math.nan
    rows = subset(task.data, max(_ROWS[0], min(task.batch, _ROWS[1])))
    own = task.objective
    estimate = own.loss.estimate(own.space, weights, rows)
    if estimate is not None:
        return float(estimate)
    wrong = own.draw(weights, rows, 0)
    return float(own.value(own.energies(weights, rows, wrong), wrong))


def retreat(task: Problem, history: History, start: TrainState) -> int | None:
    """The newest step on record since the start, with a loss not above its; None: the start."""
    most = data_loss(task, start.weights)
    device, entry, stride = task.data.device, len(history.steps) - 1, 1
    looked = 0
    while entry >= 0 and history.steps[entry] > start.step:
        weights = {k: w.to(device) for k, w in history.weights[entry].unpacked().items()}
        if data_loss(task, weights) <= most:
            return history.steps[entry]
        looked += 1
        if looked >= _ONE_BY_ONE:
            stride *= 2
        entry -= stride
    return None


def better(task: Problem, one: TrainState, other: TrainState) -> TrainState:
    """The one of the lower loss; the other where they are equal."""
    return one if data_loss(task, one.weights) < data_loss(task, other.weights) else other


def revisited(task: Problem, weights: Weights, step: int) -> TrainState:
    """The state of which a record holds the weights alone: with fresh slots, and where the data
    stand if the batches were always of today's size.
    """
    epoch, done = divmod(step, task.epoch_steps)
    return TrainState(weights, task.slots(weights), step, epoch, done * task.batch)
