"""The order in which steps take the data: a function of (seed, epoch)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.streams import Stream, stream, streams
from ebmviz.engine.training.problem import Problem, TrainState

_MANY = 24  # orders: fewer are drawn as quickly one by one
_WIDE = 1 << 32  # of one number of a key


class Run(NamedTuple):
    """Consecutive batches of one size: order (S, n), the numbers of their rows; the epoch and the
    data of it that were used before; how many data there are.
    """

    order: Array
    epoch: int
    cursor: int
    data: int

    @property
    def batches(self) -> int:
        """How many."""
        return len(self.order)

    @property
    def size(self) -> int:
        """Rows of each."""
        return int(self.order.shape[1])

    def after(self, batches: int) -> tuple[int, int]:
        """Epoch and cursor after so many of them."""
        done = self.cursor + batches * self.size
        return self.epoch + done // self.data, done % self.data


def next_run(task: Problem, state: TrainState, most: int) -> Run:
    """The batches of the next steps, at most so many, up to one of another size."""
    return next_runs((task,), state, most)[0]


def next_runs(tasks: Sequence[Problem], state: TrainState, most: int) -> list[Run]:
    """The same of several problems whose batches and numbers of data are alike."""
    count, batch = len(tasks[0].data), tasks[0].batch
    seeds = [task.seed for task in tasks]
    cursor = state.cursor if state.cursor < count else 0
    if batch == count and not cursor:  # the whole set needs no order
        return [Run(np.tile(np.arange(count), (most, 1)), state.epoch, 0, count)] * len(tasks)
    if cursor + batch > count:  # the rest of an epoch
        size, steps = count - cursor, 1
    elif count % batch or cursor % batch:  # up to the end of this epoch
        size, steps = batch, min(most, (count - cursor) // batch)
    else:
        size, steps = batch, most
    end = cursor + steps * size
    epochs = range(state.epoch, state.epoch - (-end // count))
    return [
        Run(rows[cursor:end].reshape(steps, size), state.epoch, cursor, count)
        for rows in orders(seeds, epochs, count)
    ]


def next_batch(task: Problem, state: TrainState) -> tuple[Tensor, int]:
    """The rows of the next step, and where the epoch stands after it."""
    count = len(task.data)
    cursor = state.cursor if state.cursor < count else 0
    end = cursor + task.batch
    if cursor or end < count:
        return _shuffled(task.data, task.seed, state.epoch)[cursor:end], end
    return task.data, end  # the whole set needs no order


def in_order(task: Problem, epoch: int) -> Tensor:
    """All rows as the batches of an epoch take them, (N, D)."""
    if task.batch >= len(task.data):
        return task.data  # the whole set needs no order
    return _shuffled(task.data, task.seed, epoch)


@functools.lru_cache(maxsize=16)  # a lab has several
def _shuffled(data: Tensor, seed: int, epoch: int) -> Tensor:
    """The data in the order of an epoch; one tensor, by identity, is one set."""
    return data[torch.from_numpy(order(seed, epoch, len(data))).to(data.device)]


def orders(seeds: Sequence[int], epochs: range, count: int) -> list[Array]:
    """Of each seed, one after another, (epochs · count,): numbers of rows, as the batches of each
    epoch take them.
    """
    if len(epochs) == 1:
        return [order(seed, epochs[0], count) for seed in seeds]
    if len(seeds) * len(epochs) < _MANY or max(*seeds, epochs[-1]) >= _WIDE:
        return [np.concatenate([order(seed, n, count) for n in epochs]) for seed in seeds]
    keys = [(seed, Stream.BATCHES, epoch) for seed in seeds for epoch in epochs]
    drawn = [made.permutation(count) for made in streams(np.array(keys, np.uint32))]
    return list(np.concatenate(drawn).reshape(len(seeds), -1))


@functools.lru_cache(maxsize=64)
def order(seed: int, epoch: int, count: int) -> Array:
    """Of one seed and epoch, (count,)."""
    return stream(seed, Stream.BATCHES, epoch).permutation(count)
