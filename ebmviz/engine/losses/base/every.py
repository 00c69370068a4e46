"""Losses of all answers."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, TypeVar

import torch
from torch import Tensor

from ebmviz.core.params import Affects, choice, integer
from ebmviz.engine.losses.base.answers import (
    CONTINUOUS,
    AnswersParams,
    among,
    ball_param,
    of_classes,
    script_grid,
)
from ebmviz.engine.losses.base.loss import Loss, training_beta
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Energies, Wrong
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_OF_ANSWERS = "Inverse temperature of P(y|x), and of the free energy where there is a latent"


class EveryParams(AnswersParams, frozen=True):
    """Of losses of all answers."""

    negatives: Annotated[
        str,
        choice(
            "Answers",
            {"grid": "All of the grid", "uniform": "Uniform sample"},
            help="The grid stands for the continuum, a sample estimates it",
            affects=Affects.TRAIN,
            when=CONTINUOUS,
        ),
    ] = "grid"
    samples: Annotated[
        int,
        integer(
            "Samples",
            symbol="M",
            help="Candidate answers drawn for each update",
            affects=Affects.TRAIN,
            low=1,
            high=4096,
            slider=(1, 256),
            when=(*CONTINUOUS, "objective.negatives=uniform"),
        ),
    ] = 64


class AllParams(EveryParams, frozen=True):
    """Of losses of all answers weighed by P(y|x): finite β > 0, or its limit ∞."""

    beta: Annotated[
        float,
        training_beta(_OF_ANSWERS, low=1e-6),
    ] = 1.0


class RivalParams(EveryParams, frozen=True):
    """Of losses of P(right answer) among the wrong ones: only finite β > 0 gives a slope."""

    beta: Annotated[
        float,
        training_beta(_OF_ANSWERS, low=1e-6, inf=False),
    ] = 1.0
    epsilon: Annotated[float, ball_param(*CONTINUOUS)] = 0.2


P = TypeVar("P", bound=EveryParams)


_SCRIPT_ALL = """
    right = free_energy(w, batch, BETA)
    every = table(w, batch, GRID, BETA)
"""
_SCRIPT_NEAR = """\
    near = (batch[:, None, -‹axes›:] - GRID).square().sum(2) <= ‹epsilon› ** 2
"""
_SCRIPT_CLASSES = """
    every = energies(w, batch[:, :2])
    right = every.gather(1, batch[:, 2:].long() % every.shape[1])[:, 0]
"""
_SCRIPT_NEAR_CLASS = """\
    near = batch[:, 2:].long() % every.shape[1] == torch.arange(every.shape[1])
"""


class EveryLoss(Loss[P]):
    """Of the right answer among all: a grid of them, a sample, or the classes."""

    shares: ClassVar[bool] = False
    """Whether `over` takes (1, M) where the energies are the same for all data."""
    formula = "over"
    draws = ("negatives", "answers", "reach", "epsilon", "samples")

    def over(self, right: Tensor, every: Tensor, near: Tensor, log_cell: float) -> Tensor:
        """E_C (N,), all answers' energies (N, M), which of them count as right (N, M) bool, and ln
        of the volume that one answer stands for -> (N,).
        """
        raise NotImplementedError

    def draw(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        p, y = self.params, space.answers(rows)
        classes = space.classes(weights, rows)
        if len(classes):
            return of_classes(classes, y)
        if p.negatives == "uniform":
            shape = (p.samples, space.energy.answer)
            every = space.within(space.uniform(step, shape, y))
        else:
            every = space.grid(p.answers).to(y)
        return among(space, y, every, getattr(p, "epsilon", 0.0))

    def script_over(self, cell: str) -> str:
        """`over` in a script, of right, every, near and `cell`; "" where it has none yet."""
        return ""

    def script(self, space: AnswerSpace) -> str:
        p, axes = self.params, space.energy.answer
        over = self.script_over("" if space.finite else " + CELL")
        value = f"    value = {over}.mean()\n"
        if not over or (p.negatives != "grid" and not space.finite):
            return ""
        near = "near" in over
        if space.finite:
            return piece(_SCRIPT_CLASSES + (_SCRIPT_NEAR_CLASS if near else "") + value)
        text = _SCRIPT_ALL + (_SCRIPT_NEAR if near else "") + value
        lines = piece(text, axes=axes, epsilon=getattr(p, "epsilon", 0.0))
        return f"{script_grid(axes, p.answers, p.reach)}---\n{lines}"

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        assert found.every is not None
        assert wrong.near is not None
        every = found.every if self.shares else found.every.expand_as(wrong.near)
        return self.over(found.right, every, wrong.near, wrong.log_cell)

    def of_pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        flat = torch.stack([right.flatten(), wrong.flatten()], 1)
        near = torch.tensor([True, False], device=flat.device).expand_as(flat)
        return self.over(right.flatten(), flat, near, 0.0).view_as(right)


def log_right(right: Tensor, every: Tensor, near: Tensor, beta: float) -> Tensor:
    """ln P(y|x) (N,), of the right answer (N,) among itself and those of (N, M) that are not near.

    ln e^{−βE_C} / (e^{−βE_C} + Σ_{not near} e^{−βE_j}).
    """
    rivals = (right[:, None] - every).masked_fill(near, -math.inf)
    lead = torch.cat([torch.zeros_like(right)[:, None], beta * rivals], 1)
    return -torch.logsumexp(lead, 1)
