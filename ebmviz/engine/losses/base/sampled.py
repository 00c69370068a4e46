"""Losses whose wrong answers are samples of the model, mostly of chains.

The value of such a loss says nothing about convergence: it is the gap ⟨F(y)⟩ − ⟨F(ŷ)⟩ of the
moment. Its gradient is that of the log-likelihood as far as ŷ is a sample of P.
"""

from __future__ import annotations

import math
from typing import ClassVar, TypeVar

import torch
from torch import Tensor

from ebmviz.core.view import View
from ebmviz.engine.losses.base.capabilities import (
    Contrastive,
    FromModel,
    Likelihood,
    Relative,
    Thermal,
)
from ebmviz.engine.losses.base.chain_ends import buffered, ends
from ebmviz.engine.losses.base.chains import ChainParams, Start, script_of_chains
from ebmviz.engine.losses.base.loss import P
from ebmviz.engine.losses.base.pair import OneWrong
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Wrong
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.samplers.base.mirrored import field_of
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

CONTINUOUS = {"continuous": "its samples move over a continuum of answers"}
_VIEW = View()
_SIDE = 24  # places along each axis of the box, for ln Z

C = TypeVar("C", bound=ChainParams)


class Sampled(Thermal, Contrastive, Likelihood, FromModel, Relative, OneWrong[P]):
    """L = F(y) − F(ŷ), ŷ a sample of the model."""

    requires = CONTINUOUS

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return right - wrong

    def estimate(self, space: AnswerSpace, weights: Weights, rows: Tensor) -> Tensor:
        """⟨βF⟩ + ln ⟨e^{−βF}⟩ over a grid of the box, ()."""
        energy, beta = space.energy, self.params.beta
        table = energy.table(weights, rows[:64], coarse(space).to(rows), beta)
        log_z = (torch.logsumexp(-beta * table, 1) - math.log(table.shape[1])).mean()
        return beta * energy.free(weights, rows, beta).mean() + log_z


_SCRIPT = """
    right = free_energy(w, batch, BETA)
    wrong = free_energy(w, samples(w, batch, step), BETA)
    value = (right - wrong).mean()  # its gradient is that of −ln P/β; its value says little
"""


class ChainLoss(Sampled[C]):
    """ŷ by chains that begin at `start`."""

    start: ClassVar[Start] = "data"

    def fresh(self, space: AnswerSpace) -> Slots:
        return buffered(space, self.params)

    def script(self, space: AnswerSpace) -> str:
        if len(space.energy.template(View())) > space.energy.answer:
            return ""  # each chain has an x of its own
        field = "free_energy(w, mirrored(x), BETA)"
        chains = script_of_chains(self.params, self.start, self.params.beta, "rows", field)
        return f"{chains}---\n{piece(_SCRIPT)}" if chains else ""

    def draw(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        energy, beta = space.energy, self.params.beta
        frozen = {k: w.detach() for k, w in weights.items()}

        def free(y: Tensor) -> Tensor:
            # Replicas of the chains follow these, in the same order.
            own = rows[torch.arange(len(y), device=y.device) % len(rows)]
            return energy.free(frozen, energy.replaced(own, y), beta)

        def own(y: Tensor) -> tuple[Tensor, Tensor]:
            return energy.value_and_grad(frozen, _VIEW, y, beta)

        y = space.answers(rows)
        field = own if len(energy.template(_VIEW)) == energy.answer == 2 else field_of(free)
        each, after = ends(space, self.params, self.start, beta, field, y, step, slots)
        return Wrong(each, slots=after)


def coarse(space: AnswerSpace) -> Tensor:
    """Places all over the box, enough for the ln Z that tells one state from another."""
    return space.grid(_SIDE if len(space.low) > 1 else _SIDE**2)
