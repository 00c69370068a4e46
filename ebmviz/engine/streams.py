"""Whatever is random has a stream of its own, which no other shares: seed and stream give the same
numbers on every machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import IntEnum, unique
from typing import Any

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.seeding import generators
from ebmviz.engine.tape.beforehand import check_random


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
