"""The order in which steps take the data: a function of (seed, epoch)."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.training.problem import Problem, TrainState


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
    return data[order(seed, epoch, len(data)).to(data.device)]


def order(seed: int, epoch: int, count: int) -> Tensor:
    """Numbers of rows, (count,), as the batches of an epoch take them."""
    generator = stream(seed, Stream.BATCHES, epoch)
    return torch.from_numpy(generator.permutation(count))
