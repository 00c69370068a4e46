"""The interface of a loss: a functional of the energies of right and wrong answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

import torch
from torch import Tensor

from ebmviz.core.params import Affects, Param, ParamSet, choice, integer, real
from ebmviz.core.view import BETA_HIGH, BETA_LOW
from ebmviz.engine.component import Component, P
from ebmviz.engine.energies.base.energy import Code

Start = Literal["data", "noise", "buffer"]
"""Where the chains of a loss of samples begin."""
Answers = Literal["none", "one", "all", "embeddings", "inputs", "code"]
_CONTINUOUS = ("continuous",)
_OF_ANSWERS = "Inverse temperature of P(y|x), and of the free energy where there is a latent"


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
            "Inverse temperature of the trained free energy: ∞ moves only the nearest manifold"
            " point, finite β moves all of them, 0 the mean",
            when=("latent|thermal", "loss"),
        ),
    ] = math.inf


class AnswersParams(LossParams, frozen=True):
    """Of losses that push up wrong answers: where these come from."""

    answers: Annotated[
        int,
        integer(
            "Grid size",
            symbol="|Y|",
            help="Answers per axis of y, evenly over the data's range widened by the reach",
            affects=Affects.TRAIN,
            low=2,
            high=256,
            slider=(4, 64),
            when=("continuous", "objective.negatives=grid|objective.negatives=offending"),
        ),
    ] = 32
    reach: Annotated[
        float,
        real(
            "Reach",
            help="How far answers go beyond the data, on each side, as a part of the data's range",
            affects=Affects.TRAIN,
            low=0,
            high=10,
            slider=(0.0, 2.0),
            when=_CONTINUOUS,
        ),
    ] = 0.5
    spread: Annotated[
        float,
        real(
            "Spread",
            symbol="σ",
            help="Standard deviation of the noise that makes ŷ of y",
            affects=Affects.TRAIN,
            low=0,
            high=100,
            slider=(0.0, 2.0),
            when=(*_CONTINUOUS, "objective.negatives=noise"),
        ),
    ] = 0.5


def _ball(*when: str) -> Param:
    return real(
        "Ball",
        symbol="ε",
        help="Answers within this distance of y are not wrong",
        affects=Affects.TRAIN,
        low=0,
        high=100,
        slider=(0.0, 2.0),
        when=when,
    )


class PairParams(AnswersParams, frozen=True):
    """Of losses of one wrong answer ŷ per datum."""

    beta: Annotated[
        float,
        training_beta(
            "Inverse temperature of the trained free energy, and of the P(ŷ|x) of an expected ŷ: ∞"
            " looks only at the lowest energy, 0 at the mean",
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
            " lowest energy outside the ε ball around y, on the grid."
            " Expected: the mean of the loss over all of the grid, weighted by P(ŷ|x)",
            affects=Affects.TRAIN,
            when=("continuous|many",),
            requires={"noise": {"continuous": "there is no noise to add to a class"}},
        ),
    ] = "offending"
    epsilon: Annotated[
        float,
        _ball(*_CONTINUOUS, "objective.negatives=offending|objective.negatives=grid"),
    ] = 0.2


class MarginParams(PairParams, frozen=True):
    margin: Annotated[
        float,
        real(
            "Margin",
            symbol="m",
            help="How far above the right answer the wrong one has to lie",
            affects=Affects.TRAIN,
            low=0,
            high=1e6,
            slider=(0.0, 4.0),
        ),
    ] = 1.0


class EveryParams(AnswersParams, frozen=True):
    """Of losses of all answers."""

    negatives: Annotated[
        str,
        choice(
            "Answers",
            {"grid": "All of the grid", "uniform": "Uniform sample"},
            help="The grid stands for the continuum, a sample estimates it",
            affects=Affects.TRAIN,
            when=_CONTINUOUS,
        ),
    ] = "grid"
    samples: Annotated[
        int,
        integer(
            "Samples",
            symbol="M",
            help="Answers drawn for each step",
            affects=Affects.TRAIN,
            low=1,
            high=4096,
            slider=(1, 256),
            when=(*_CONTINUOUS, "objective.negatives=uniform"),
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
    epsilon: Annotated[float, _ball(*_CONTINUOUS)] = 0.2


class Loss(Component[P]):
    """Energies of the right answers, and of wrong ones, to one loss per datum.

    answers: what it looks at beside the right one: nothing, one wrong answer ŷ per datum, or all
    answers; or, not at energies, at both embeddings of the batch; or at all classes and at samples
    of x. thermal losses look at β
    themselves (trait "thermal"); the others only through F_β. All are elementwise over data, but
    for those of embeddings, for any float dtype, and differentiable. Losses that push wrong answers
    up have the trait "contrastive"; those of differences alone, which F + c(x) leaves as they are
    for any c, "relative"; to those that are "marginless" equal energies cost nothing.
    """

    part: ClassVar[str] = "objective"
    brief: ClassVar[str] = ""
    """A name for where there is little room; the title if empty."""
    answers: ClassVar[Answers] = "none"
    start: ClassVar[Start] = "data"
    forbids: ClassVar[dict[str, str]] = {
        "own-steps": "its steps do not go down a loss",
        "still": "it has nothing to train",
    }

    def prices(self, rows: Tensor) -> dict[str, float]:
        """By path of its parameter: what of the loss of rows (N, D) a usual code would cost."""
        return {}

    def alone(self, right: Tensor) -> Tensor:
        """answers = "none": ℓ(E_C), (N,) -> (N,)."""
        raise NotImplementedError

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        """answers = "one": ℓ(E_C, E_I) of energies of one shape."""
        raise NotImplementedError

    def over(self, right: Tensor, every: Tensor, near: Tensor, log_cell: float) -> Tensor:
        """answers = "all": E_C (N,), all answers' energies (N, M), which of them count as right
        (N, M) bool, and ln of the volume that one answer stands for -> (N,).
        """
        raise NotImplementedError

    def embedded(self, x: Tensor, y: Tensor) -> Tensor:
        """answers = "embeddings": h(x) and h(y), (N, d) each -> (N,). Its mean is the loss of the
        batch; a row of it may depend on the others.
        """
        raise NotImplementedError

    def nodes(
        self, normal: Callable[[tuple[int, ...]], Tensor], count: int, dimension: int
    ) -> tuple[Tensor, Tensor]:
        """answers = "code": standard normal places (S, d) or (N, S, d) and their shares (S,), for N
        = count rows and codes of d = dimension numbers; `normal` draws a shape for this step.
        """
        raise NotImplementedError

    def coded(self, code: Code) -> Tensor:
        """answers = "code": of the mean energy under q(z|y), its mean and its width -> (N,)."""
        raise NotImplementedError

    def joint(self, right: Tensor, every: Tensor, sampled: Tensor) -> Tensor:
        """answers = "inputs": E(x, y) (N,), that of all classes (N, C), and of one sample x̂ per
        datum −ln Σ_y exp(−E(x̂, y)) (N,) -> (N,).
        """
        raise NotImplementedError

    def of_pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        """ℓ(E_C, E_I) where there are just these two answers: what the loss plane shows."""
        if self.answers == "one":
            return self.pair(right, wrong)
        if self.answers == "none":
            return self.alone(right)
        if self.answers in ("embeddings", "inputs", "code"):
            raise ValueError("no function of two energies")
        flat = torch.stack([right.flatten(), wrong.flatten()], 1)
        near = torch.tensor([True, False], device=flat.device).expand_as(flat)
        return self.over(right.flatten(), flat, near, 0.0).view_as(right)

    def with_slope(self, data_energy: Tensor) -> tuple[Tensor, Tensor]:
        """Of a loss of E_C alone: its mean, and ∂L/∂F (N,)."""
        with torch.enable_grad():
            leaf = data_energy.detach().requires_grad_()
            loss = self.alone(leaf).mean()
            (slope,) = torch.autograd.grad(loss, leaf)
        return loss.detach(), slope


def softplus(x: Tensor) -> Tensor:
    """ln(1 + e^x), exact in both tails."""
    return torch.logaddexp(x, torch.zeros_like(x))


def log_right(right: Tensor, every: Tensor, near: Tensor, beta: float) -> Tensor:
    """ln P(y|x) (N,), of the right answer (N,) among itself and those of (N, M) that are not near.

    ln e^{−βE_C} / (e^{−βE_C} + Σ_{not near} e^{−βE_j}).
    """
    rivals = (right[:, None] - every).masked_fill(near, -math.inf)
    lead = torch.cat([torch.zeros_like(right)[:, None], beta * rivals], 1)
    return -torch.logsumexp(lead, 1)
