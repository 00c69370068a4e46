"""Whatever is random has a stream of its own, which no other shares: seed and stream give the same
numbers on every machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from enum import IntEnum, unique
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.seeding import generators
from ebmviz.engine.tape.beforehand import beforehand, check_random, current

Draw = Callable[..., Tensor]
"""`torch.randn`, or `torch.rand`."""


@unique
class Stream(IntEnum):
    """What randomness is for. Numbers stay: sessions go on from a seed, a stream and a step."""

    PLACES = 0  # of data
    NOISE = 1  # of data
    BATCHES = 2  # the order of rows
    ANSWERS = 3  # wrong ones, drawn without a model
    CHAINS = 4  # steps of the chains of a loss
    BUFFER = 5  # where those of a buffer begin
    SAMPLER = 6  # the chains that are watched
    STARTS = 7  # of descents
    DIMENSION = 31  # the experiment on wrong answers
    ORDER = 60  # of a network's units in a sweep
    HEAT = 61  # bath of a network's units
    TRIALS = 62  # of a network's capacity


def stream(seed: int, purpose: Stream | int, *more: int) -> np.random.Generator:
    """A generator of its own for a seed, a purpose and what else tells it apart, such as the step.

    Data sets of plug-ins use 0 and 1, for places and noise.
    """
    check_random()
    key: Any = (seed, purpose, *more)
    with contextlib.suppress(OverflowError):  # the same, and as words it takes half the time
        key = np.array(key, np.uint32)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def streams(keys: Array) -> Iterator[np.random.Generator]:
    """`stream` of many: keys (S, L ≤ 4) in uint32, a seed, a purpose and what else there is."""
    check_random()
    return generators(keys)


def torch_stream(
    seed: int, purpose: Stream, *more: int, device: torch.device | None = None
) -> torch.Generator:
    """The same for torch's own numbers, which differ between kinds of devices."""
    check_random()
    state = np.random.SeedSequence([seed, purpose, *more]).generate_state(1)[0]
    return torch.Generator(device=device or torch.device("cpu")).manual_seed(int(state))


class Draws:
    """The numbers of one stream of a step, in the order in which they are drawn."""

    def __init__(self, seed: int, purpose: Stream) -> None:
        self._seed, self._purpose = seed, purpose
        self._wanted: list[tuple[Draw, torch.Size, torch.dtype]] = []
        self._made: list[Tensor] = []
        self._step = -1
        self._generator = torch.Generator()

    def want(self, draw: Draw, like: Tensor) -> int:
        """One more; its number."""
        self._wanted.append((draw, like.shape, like.dtype))
        return len(self._wanted) - 1

    def at(self, step: int, number: int) -> Tensor:
        """The one of this number, of a step; in main memory."""
        if step != self._step:
            self._step, self._made = step, []
            self._generator = torch_stream(self._seed, self._purpose, step)
        for draw, shape, dtype in self._wanted[len(self._made) : number + 1]:
            self._made.append(draw(shape, generator=self._generator, dtype=dtype))
        return self._made[number]


class Foredrawn:
    """Stands for the generator of a step while that is recorded: what is drawn by `drawn` is made
    beforehand.
    """

    def __init__(self, seed: int, purpose: Stream, step: int) -> None:
        self._draws, self._step = Draws(seed, purpose), step

    def drawn(self, draw: Draw, like: Tensor) -> Tensor:
        """Of the shape, type and device of `like`."""
        draws, number = self._draws, self._draws.want(draw, like)
        return beforehand(self._step, lambda step: draws.at(step, number)).to(like)


def step_stream(seed: int, purpose: Stream, step: int) -> torch.Generator:
    """`torch_stream` of a step in main memory: the same numbers wherever it is made."""
    foreseen = current.get()
    if foreseen is not None and foreseen.draws:
        return cast(torch.Generator, Foredrawn(seed, purpose, step))
    return torch_stream(seed, purpose, step)


def drawn(draw: Draw, like: Tensor, generator: torch.Generator) -> Tensor:
    """`torch.randn` or `torch.rand` of the shape, type and device of `like`, drawn where the
    generator is.
    """
    if isinstance(generator, Foredrawn):
        return generator.drawn(draw, like)
    device = generator.device
    return draw(like.shape, generator=generator, dtype=like.dtype, device=device).to(like.device)
