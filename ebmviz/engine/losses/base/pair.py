"""Losses of one wrong answer per datum."""

from __future__ import annotations

import math
from typing import Annotated, TypeVar

import torch
from torch import Tensor

from ebmviz.core.params import Affects, choice, real
from ebmviz.engine.losses.base.answers import (
    CONTINUOUS,
    AnswersParams,
    among,
    ball_param,
    of_classes,
    script_grid,
)
from ebmviz.engine.losses.base.loss import Loss, LossParams, training_beta
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import NOWHERE, Energies, Wrong, far, hardest
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights


class PairParams(AnswersParams, frozen=True):
    """Of losses of one wrong answer ŷ per datum."""

    beta: Annotated[
        float,
        training_beta(
            "Inverse temperature of the trained free energy, and of the P(ŷ|x) of an expected"
            " ŷ: at ∞ only the lowest energy counts, at 0 all count equally",
            when=("latent|objective.negatives=grid",),
        ),
    ] = math.inf
    negatives: Annotated[
        str,
        choice(
            "Negatives ŷ",
            {
                "offending": "Most offending",
                "uniform": "Uniform noise",
                "noise": "Data plus noise",
                "grid": "Expected, on grid",
            },
            help="Contrastive samples. Most offending incorrect answer (LeCun et al. 2006): the"
            " one of lowest energy, on the grid, outside the ε ball around y. Expected:"
            " the mean of the loss over all incorrect answers of the grid, weighted by"
            " P(ŷ|x)",
            affects=Affects.TRAIN,
            when=("continuous|many",),
            requires={"noise": {"continuous": "there is no noise to add to a class"}},
        ),
    ] = "offending"
    epsilon: Annotated[
        float,
        ball_param(*CONTINUOUS, "objective.negatives=offending|objective.negatives=grid"),
    ] = 0.2


class MarginParams(PairParams, frozen=True):
    margin: Annotated[
        float,
        real(
            "Margin",
            symbol="m",
            help="By how much the energy of the incorrect answer ŷ has to exceed that of the"
            " correct one",
            affects=Affects.TRAIN,
            low=0,
            high=1e6,
            slider=(0.0, 4.0),
        ),
    ] = 1.0


Any = TypeVar("Any", bound=LossParams)
P = TypeVar("P", bound=PairParams)


_SCRIPT_CLASSES = """
    every = energies(w, batch[:, :2])
    near = batch[:, 2:].long() % every.shape[1] == torch.arange(every.shape[1])
    right = every[near]
"""
_SCRIPT_ALL = """
    right = free_energy(w, batch, BETA)
    every = table(w, batch, GRID, BETA)
    # Answers within a ball around y count as correct.
    near = (batch[:, None, -‹axes›:] - GRID).square().sum(2) <= ‹epsilon› ** 2
"""
_SCRIPT_OFFENDING = """\
    # The most offending incorrect answer is the one of the lowest energy.
    wrong = every.masked_fill(near, 1e30).amin(1)
"""
_SCRIPT_EXPECTED = """\
    # All incorrect answers, weighted by their probability: p is held fixed.
    p = torch.softmax((-BETA * every.detach()).masked_fill(near, -1e30), 1)
    right, wrong = right[:, None], every.masked_fill(near, 1e30)
"""
_SCRIPT_UNIFORM = """
    right = free_energy(w, batch, BETA)
    # Incorrect answers: anywhere in the box.
    share = torch.from_numpy(stream(ANSWERS, step).random((len(batch), ‹axes›))).float()
    others = torch.cat([batch[:, :-‹axes›], low + share * (high - low)], 1)
    wrong = free_energy(w, others, BETA)
"""
_SCRIPT_NOISE = """
    right = free_energy(w, batch, BETA)
    # Incorrect answers: data plus noise.
    noise = torch.from_numpy(stream(ANSWERS, step).standard_normal((len(batch), ‹axes›))).float()
    others = torch.cat([batch[:, :-‹axes›], batch[:, -‹axes›:] + ‹spread› * noise], 1)
    wrong = free_energy(w, others, BETA)
"""


class OneWrong(Loss[Any]):
    """ℓ(E_C, E_I), of one wrong answer ŷ per datum, wherever it comes from."""

    formula = "pair"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        """ℓ(E_C, E_I) of energies of one shape."""
        raise NotImplementedError

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        assert found.one is not None
        return self.pair(found.right, found.one)

    def of_pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return self.pair(right, wrong)


class PairLoss(OneWrong[P]):
    """With the ŷ of the parameter `negatives`: drawn without the model, or the lowest or all of a
    grid, or of the classes.
    """

    draws = ("negatives", "answers", "reach", "spread", "epsilon")

    def draw(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        p, y = self.params, space.answers(rows)
        classes = space.classes(weights, rows)
        if count := len(classes):
            if p.negatives == "uniform":
                on = 1 + space.uniform(step, (len(rows), 1), y) * (count - 1)
                return Wrong(each=(y + on.floor().clamp(max=count - 1)) % count)
            return of_classes(classes, y)
        if p.negatives == "noise":
            return Wrong(each=y + p.spread * space.normal(step, y.shape, y))
        if p.negatives == "uniform":
            return Wrong(each=space.within(space.uniform(step, y.shape, y)))
        return among(space, y, space.grid(p.answers).to(y), p.epsilon)

    @property
    def offends(self) -> bool:
        """Whether, given all answers, the loss looks at the lowest wrong one alone: at β = ∞ an
        expected one is that.
        """
        return self.params.negatives != "grid" or math.isinf(self.params.beta)

    def script_pair(self) -> str:
        """`pair` in a script, of right and wrong; "" where it has none yet."""
        return ""

    def script(self, space: AnswerSpace) -> str:
        p, pair, axes = self.params, self.script_pair(), space.energy.answer
        if not pair or (p.negatives == "uniform" and space.finite):
            return ""
        value = f"    value = {pair}.mean()\n"
        if p.negatives == "noise":
            return piece(_SCRIPT_NOISE + value, axes=axes, spread=p.spread)
        if p.negatives == "uniform":
            lines = piece(_SCRIPT_UNIFORM + value, axes=axes)
            return f"{script_grid(axes, p.answers, p.reach)}---\n{lines}"
        lowest = _SCRIPT_OFFENDING if self.offends else _SCRIPT_EXPECTED
        value = value if self.offends else f"    value = (p * {pair}).sum(1).mean()\n"
        if space.finite:
            return piece(_SCRIPT_CLASSES + lowest + value)
        lines = piece(_SCRIPT_ALL + lowest + value, axes=axes, epsilon=p.epsilon)
        return f"{script_grid(axes, p.answers, p.reach)}---\n{lines}"

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        if found.one is not None:
            return self.pair(found.right, found.one)
        assert found.every is not None
        assert wrong.near is not None
        if self.offends:
            return self.pair(found.right, hardest(found.every, wrong.near))
        every = far(found.every, wrong.near)
        weighed = -self.params.beta * every.detach()
        p = torch.softmax(weighed.masked_fill(wrong.near, -NOWHERE), 1)
        return (p * self.pair(found.right[:, None].expand_as(every), every)).sum(1)
