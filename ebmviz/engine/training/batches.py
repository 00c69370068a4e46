"""The order in which steps take the data: a function of (seed, epoch)."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.training.problem import Problem, TrainState


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
    count, batch = len(task.data), task.batch
    cursor = state.cursor if state.cursor < count else 0
    if cursor + batch > count:  # the rest of an epoch
        rows = order(task.seed, state.epoch, count)[cursor:]
        return Run(rows[None], state.epoch, cursor, count)
    if batch == count:  # the whole set needs no order
        return Run(np.tile(np.arange(count), (most, 1)), state.epoch, 0, count)
    wanted, parts, epoch, at = most, [], state.epoch, cursor
    while wanted > 0:
        fit = min(wanted, (count - at) // batch)
        rows = order(task.seed, epoch, count)[at : at + fit * batch]
        parts.append(rows.reshape(fit, batch))
        wanted, epoch, at = wanted - fit, epoch + 1, 0
        if count % batch:
            break
    return Run(np.concatenate(parts), state.epoch, cursor, count)


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


@functools.lru_cache(maxsize=64)
def order(seed: int, epoch: int, count: int) -> Array:
    """Numbers of rows, (count,), as the batches of an epoch take them."""
    return stream(seed, Stream.BATCHES, epoch).permutation(count)
