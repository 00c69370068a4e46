"""What a loss looks at beside the right answers, and the energies of all of them."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from ebmviz.core.checkpoint import CHAINS
from ebmviz.engine.energies.base.capabilities import Code
from ebmviz.engine.optimizers.base.optimizer import Slots

BUFFER = CHAINS + "buffer"
"""The slot of the places (B, A) that chains go on from."""
NOWHERE = 1e30
"""The energy of a wrong answer where there is none: out of every loss's reach, yet a number."""


class Wrong(NamedTuple):
    """The answers that are looked at beside the right ones.

    each: one drawn per datum, (N, A). every: common to all data, (M, A). near: which of `every`
    count as right, (N, M). log_cell: ln of the volume that one of them stands for. slots: what the
    next step's chains go on from. Of a loss of inputs, `each` are not answers but places x̂ (N, 2).
    nodes: where a loss of codes looks at q(z|y), as `CodeLoss.nodes`.
    """

    each: Tensor | None = None
    every: Tensor | None = None
    near: Tensor | None = None
    log_cell: float = 0.0
    slots: Slots = {}
    nodes: tuple[Tensor, Tensor] | None = None


class Energies(NamedTuple):
    """E_C (N,), of one wrong answer per datum (N,), of all answers (N, M), or (1, M) where no x
    tells data apart; pull: the regularisers' part of the loss; embeddings: h(x) and h(y), (N, d)
    each, for a loss that asks for them; code: for a loss of codes, whose E_C is the mean energy
    under q(z|y).
    """

    right: Tensor
    one: Tensor | None = None
    every: Tensor | None = None
    pull: Tensor | None = None
    embeddings: tuple[Tensor, Tensor] | None = None
    code: Code | None = None


def hardest(every: Tensor, near: Tensor) -> Tensor:
    """The lowest energy among all answers' (…, N, M), or (…, 1, M), that is not `near` (N, M):
    (…, N); NOWHERE where all are near.
    """
    return far(every, near).amin(-1)


def far(every: Tensor, near: Tensor) -> Tensor:
    """All answers' energies (…, N, M), or (…, 1, M), for each datum; NOWHERE where they are `near`
    (N, M): (…, N, M).
    """
    return every.expand(*every.shape[:-2], *near.shape).masked_fill(near, NOWHERE)
