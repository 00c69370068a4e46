"""The interface of a loss: a functional of the energies of right and wrong answers.

A loss is one of a family, which owns how wrong answers are drawn, which energies are needed, and
what lanes of the lab can share. One formula is left to the loss itself.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, TypeVar

import torch
from torch import Tensor

from ebmviz.core.params import Affects, Param, ParamSet, Value, real
from ebmviz.core.view import BETA_HIGH, BETA_LOW
from ebmviz.engine.component import Component
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Energies, Wrong, far
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.weights import Weights


def training_beta(
    what: str, *, low: float = 0, inf: bool = True, when: tuple[str, ...] = ()
) -> Param:
    """β of a loss: `what` it is, a line of help. Without ∞ it is at most 1e6."""
    return real(
        "Training β",
        symbol="β",
        help=what,
        affects=Affects.TRAIN,
        low=low,
        slider=(BETA_LOW, BETA_HIGH),
        log=True,
        thermometer=True,
        when=when,
        **({"inf": True} if inf else {"high": 1e6}),
    )


class LossParams(ParamSet, frozen=True):
    beta: Annotated[
        float,
        training_beta(
            "Inverse temperature of the trained free energy: at ∞ only ž, the latent of least"
            " energy, is trained; at a finite β all z, weighted by P(z|y); at 0 all z equally",
            when=("latent|thermal", "loss"),
        ),
    ] = math.inf


P = TypeVar("P", bound=LossParams)


class Loss(Component[P]):
    """Energies of the right answers, and of wrong ones, to one loss per datum.

    All are elementwise over data, but for those of embeddings, for any float dtype, and
    differentiable. What one does to energies is a class of `capabilities`.

    formula: the name of the method that each loss of a family has to define. draws: the parameters
    that decide which wrong answers are drawn.
    """

    part: ClassVar[str] = "objective"
    brief: ClassVar[str] = ""
    """A name for where there is little room; the title if empty."""
    formula: ClassVar[str] = ""
    draws: ClassVar[tuple[str, ...]] = ()
    forbids: ClassVar[dict[str, str]] = {
        "own-steps": "its steps do not go down a loss",
        "still": "it has nothing to train",
    }

    def prices(self) -> dict[str, float]:
        """By path of its parameter: what of the loss of a datum a usual code would cost."""
        return {}

    def trained(self, rows: Tensor, answer: int) -> Tensor:
        """The columns of rows (N, D) whose range is the box of the answer space: y, the last
        `answer`.
        """
        return rows[:, rows.shape[1] - answer :]

    def fresh(self, space: AnswerSpace) -> Slots:
        """What chains go on from, before the first step."""
        return {}

    def draw(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        """The wrong answers for a batch of rows (N, D) at a step; slots: as `fresh` made them, and
        the last step left them.
        """
        return Wrong()

    @property
    def drawn_by(self) -> tuple[Value, ...]:
        """Two losses of a family with equal ones draw the same wrong answers."""
        return tuple(getattr(self.params, name, "") for name in self.draws)

    def energies(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, wrong: Wrong
    ) -> Energies:
        """Everything that depends on the weights. Losses of one such function, and of one β where
        there is a latent, can share it.
        """
        energy, beta, every = space.energy, self.params.beta, None
        if wrong.every is None:
            right = energy.free(weights, rows, beta)
        elif energy.condition(rows).shape[1]:
            right, every = energy.both(weights, rows, wrong.every, beta)
        else:  # the same for all data: once
            right = energy.free(weights, rows, beta)
            every = energy.table(weights, rows[:1], wrong.every, beta)
        one = None
        if wrong.each is not None:
            one = energy.free(weights, energy.replaced(rows, wrong.each), beta)
        return Energies(right, one, every)

    def script(self, space: AnswerSpace) -> str:
        """Its part of a program that stands alone, see `ebmviz.script`: the lines of a function of
        w, batch and step that end in `value = …`, after what they rely on and a line of dashes;
        energies that a regulariser looks at are called right, wrong and every. "" for none yet.
        """
        return ""

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        """The loss of each datum, (N,)."""
        raise NotImplementedError

    def offending(
        self, space: AnswerSpace, found: Energies, wrong: Wrong, rows: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The wrong answer that the loss pushes up most for each datum (N, A), and its energy (N,);
        the right answer where no other counts as wrong.
        """
        if found.one is not None and wrong.each is not None:
            return wrong.each, found.one
        y = space.answers(rows)
        if found.every is None or wrong.near is None or wrong.every is None:
            return y, found.right
        low = far(found.every, wrong.near).min(1)
        none = wrong.near.all(1)
        answers = torch.where(none[:, None], y, wrong.every[low.indices])
        return answers, torch.where(none, found.right, low.values)

    def of_pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        """ℓ(E_C, E_I) where there are just these two answers: what the loss plane shows. Raises
        ValueError where the loss is no function of two energies.
        """
        raise ValueError("no function of two energies")

    def estimate(self, space: AnswerSpace, weights: Weights, rows: Tensor) -> Tensor | None:
        """What its steps go down, over rows (N, D), where its value says nothing; else None."""
        return None


def softplus(x: Tensor) -> Tensor:
    """ln(1 + e^x), exact in both tails."""
    return torch.logaddexp(x, torch.zeros_like(x))
