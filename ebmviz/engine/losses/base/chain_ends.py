"""Where the chains of a loss begin and end, by draws that follow from the seed and the step."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ebmviz.engine.losses.base.chains import ChainParams, Start
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import BUFFER
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.samplers.base.mirrored import MirroredBox
from ebmviz.engine.samplers.base.sampler import Field
from ebmviz.engine.streams import Stream, step_stream, stream
from ebmviz.engine.tape.beforehand import beforehand


def buffered(space: AnswerSpace, params: ChainParams) -> Slots:
    """Places all over the box, where chains have a buffer."""
    if params.kept is None:
        return {}
    share = stream(space.seed, Stream.BUFFER).random((params.kept[0], len(space.low)))
    return {BUFFER: space.within(torch.from_numpy(share).to(space.low))}


def ends(
    space: AnswerSpace,
    params: ChainParams,
    start: Start,
    beta: float,
    field: Field,
    y: Tensor,
    step: int,
    slots: Slots,
) -> tuple[Tensor, Slots]:
    """Where chains of a step end, one for each of the data y (N, A), and what the next go on from.
    field: F (n,) of the first n data's places, and its slope; sampled at β.
    """
    count, picked, kept = len(y), None, None
    low, high = space.low.to(y), space.high.to(y)
    if params.kept:
        kept = slots[BUFFER] if BUFFER in slots else buffered(space, params)[BUFFER]
    if start != "data":
        size = 0 if kept is None else len(kept)
        uniform, picked, renew = _starts(space, params, y, size, step)
        y = low + uniform * (high - low)
        if kept is not None:
            y = y[: len(picked)]
            y = torch.where(renew[:, None], y, kept[picked].to(y))
    sampler, steps = params.walk()
    box = MirroredBox(low, high)
    mirrored = box.field(field)
    chance = step_stream(space.seed, Stream.CHAINS, step)
    chains = sampler.init(mirrored, y)
    for _ in range(steps):
        chains, _ = sampler.step(chains, mirrored, params.colder(beta), chance)
    y = box.inside(chains.y)
    after: Slots = {}
    if kept is not None and picked is not None:
        after = {BUFFER: kept.index_copy(0, picked, y.to(kept))}
    return y[torch.arange(count, device=y.device) % len(y)], after


def _starts(
    space: AnswerSpace, params: ChainParams, y: Tensor, size: int, step: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Of a step: numbers in [0, 1[ like y, which of `size` places are gone on from, and which of
    these begin anew.
    """
    few, share = min(size, len(y)), params.kept[1] if params.kept else 0.0

    def make(step: int) -> Tensor:
        generator = stream(space.seed, Stream.CHAINS, step)
        uniform = generator.random(tuple(y.shape)).ravel()
        chosen = generator.permutation(size)[:few]
        renewed = generator.random(few) < share
        return torch.from_numpy(np.concatenate([uniform, chosen, renewed])).to(y)

    made = beforehand(step, make)
    uniform, chosen, renewed = torch.split(made, [y.numel(), few, few])
    return uniform.view(y.shape), chosen.long(), renewed > 0.5
