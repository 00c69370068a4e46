"""Losses of a density of x beside the classes."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, TypeVar

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, real
from ebmviz.core.view import View
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.losses.base.answers import of_classes
from ebmviz.engine.losses.base.chain_ends import buffered, ends
from ebmviz.engine.losses.base.chains import (
    ChainParams,
    Start,
    buffer_param,
    renewed_param,
    script_of_chains,
    steps_param,
)
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.losses.base.sampled import coarse
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Energies, Wrong
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights


class JointParams(ChainParams, frozen=True):
    """Of chains over x with a buffer, beside a classification."""

    steps: Annotated[int, steps_param()] = 20
    classify: Annotated[
        float,
        real(
            "Classify",
            symbol="w_y",
            help="Weight of −ln P(y|x), the cross-entropy; 0 learns no classes",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 2.0),
        ),
    ] = 1.0
    generate: Annotated[
        float,
        real(
            "Generate",
            symbol="w_x",
            help="Weight of −ln p(x), by samples; 0 is a plain classifier",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 2.0),
        ),
    ] = 1.0
    buffer: Annotated[int, buffer_param()] = 1000
    renewed: Annotated[float, renewed_param()] = 0.05

    @property
    def kept(self) -> tuple[int, float]:
        return self.buffer, self.renewed


_SCRIPT = """
    def marginal(w, x):
        # E(x) = −ln Σ_y exp(−E(x, y))
        return -torch.logsumexp(-energies(w, x), 1)
"""
_SCRIPT_LOSS = """
    every = energies(w, batch[:, :2])
    right = every.gather(1, batch[:, 2:].long() % every.shape[1])[:, 0]
    wrong = marginal(w, samples(w, batch[:, :2], step))
    log_sum = torch.logsumexp(-every, 1)
"""
_ALL = View(answer=-1)  # classes
P = TypeVar("P", bound=JointParams)


class InputLoss(Loss[P]):
    """Of P(y|x), and of p(x) by samples x̂ of chains that begin at `start`."""

    formula = "joint"
    start: ClassVar[Start] = "buffer"

    def joint(self, right: Tensor, every: Tensor, sampled: Tensor) -> Tensor:
        """E(x, y) (N,), that of all classes (N, C), and of one sample x̂ per datum
        −ln Σ_y exp(−E(x̂, y)) (N,) -> (N,).
        """
        raise NotImplementedError

    def script_joint(self) -> str:
        """`joint` in a script, of right, every and wrong; "" where it has none yet."""
        return ""

    def script(self, space: AnswerSpace) -> str:
        joint = self.script_joint()
        chains = script_of_chains(
            self.params, self.start, 1.0, "rows[:, :2]", "marginal(w, mirrored(x))"
        )
        if not joint or not chains:
            return ""
        lines = piece(_SCRIPT_LOSS + f"    value = {joint}.mean()\n")
        return f"{piece(_SCRIPT)}\n\n{chains}---\n{lines}"

    def trained(self, rows: Tensor, answer: int) -> Tensor:
        return rows[:, :2]

    def fresh(self, space: AnswerSpace) -> Slots:
        return buffered(space, self.params)

    def draw(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        frozen = {k: w.detach() for k, w in weights.items()}

        def field(x: Tensor) -> tuple[Tensor, Tensor]:
            return space.energy.value_and_grad(frozen, _ALL, x, 1.0)

        x = rows[:, :2]
        each, after = ends(space, self.params, self.start, 1.0, field, x, step, slots)
        every = of_classes(space.classes(weights, rows), rows[:, -1:])
        return every._replace(each=each, slots=after)

    def energies(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, wrong: Wrong
    ) -> Energies:
        assert wrong.each is not None
        assert wrong.every is not None
        right, every = space.energy.both(weights, rows, wrong.every, self.params.beta)
        return Energies(right, marginal(space.energy, weights, wrong.each), every)

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        assert found.every is not None
        assert found.one is not None
        return self.joint(found.right, found.every, found.one)

    def estimate(self, space: AnswerSpace, weights: Weights, rows: Tensor) -> Tensor:
        """⟨−ln P(y|x)⟩ and ⟨E(x)⟩ + ln ⟨e^{−E}⟩ over a grid of the box, as the loss weighs them."""
        energy, places = space.energy, coarse(space).to(rows)
        right = marginal(energy, weights, rows[:, :2])
        wrong = marginal(energy, weights, places)
        class_loss = (energy.free(weights, rows, 1.0) - right).mean()
        log_z = torch.logsumexp(-wrong, 0) - math.log(len(wrong))
        p = self.params
        return p.classify * class_loss + p.generate * (right.mean() + log_z)


def marginal(energy: Energy[ParamSet], weights: Weights, x: Tensor) -> Tensor:
    """−ln Σ_y e^{−E(x, y)} at places x (N, 2)."""
    every = torch.arange(energy.classes(weights)).to(x)[:, None]
    rows = torch.cat([x, torch.zeros_like(x[:, :1])], 1)
    return -torch.logsumexp(-energy.table(weights, rows, every, 1.0), 1)
