"""The variational loss, of an energy with an encoder."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, choice, integer, real
from ebmviz.engine.energies.base.capabilities import Code
from ebmviz.engine.energies.base.variational import hermite, variational
from ebmviz.engine.losses.base.capabilities import Thermal
from ebmviz.engine.losses.base.code import CodeLoss
from ebmviz.engine.losses.base.loss import LossParams, training_beta
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.source import piece

_SCRIPT = """
    mean, s = encode(w, batch)
    noise = stream(ANSWERS, step).standard_normal((len(batch), ‹m›, mean.shape[1]))
    z = mean[:, None] + s[:, None] * torch.from_numpy(noise).float()  # draws from q(z|y)
    missed = batch[:, None] - decode(w, z.flatten(0, 1)).view(len(batch), ‹m›, 2)
    right = missed.square().sum(2).mean(1)  # ⟨E⟩ under q
    kl = 0.5 * (mean.square() + s.square() - 1 - 2 * s.log()).sum(1)  # KL(q‖p)
    value = (right‹kl›‹springs›).mean()
"""


class VariationalParams(LossParams, frozen=True):
    beta: Annotated[
        float,
        training_beta(
            "1/β is the weight of KL(q‖p), the “β” of β-VAE: at ∞ the balls q(z|y) may move"
            " apart freely, at a small β all of them become the prior",
            low=1e-3,
        ),
    ] = 10.0
    expectation: Annotated[
        str,
        choice(
            "⟨E⟩ over q",
            {"sample": "Random z = m + sε", "quadrature": "Gauss–Hermite"},
            help="The reparametrised sample is noisy but unbiased; the quadrature all but exact",
            affects=Affects.TRAIN,
        ),
    ] = "sample"
    draws: Annotated[
        int,
        integer(
            "Draws of z",
            symbol="M",
            help="For each datum and step",
            affects=Affects.TRAIN,
            low=1,
            high=256,
            slider=(1, 32),
            when=("objective.expectation=sample",),
        ),
    ] = 1
    nodes: Annotated[
        int,
        integer(
            "Nodes",
            symbol="n",
            help="Along each axis of z",
            affects=Affects.TRAIN,
            low=1,
            high=32,
            slider=(1, 16),
            when=("objective.expectation=quadrature",),
        ),
    ] = 8
    springs: Annotated[
        float,
        real(
            "Springs",
            symbol="γ",
            help="Adds γ‖m(y)‖², which pulls the mean of every q(z|y) to the origin; 0 is off",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 1.0),
        ),
    ] = 0.0


class Variational(Thermal, CodeLoss[VariationalParams]):
    """Variational free energy

    The mean energy under a fuzzy code q(z|y), plus what the code tells about y: never below F, and
    equal to it where q(z|y) is the posterior.
    Formula: L = ⟨E(y, z)⟩_q + (1/β) KL(q(z|y)‖p(z)) + γ‖m(y)‖^2
    Source: Kingma and Welling 2014; Higgins et al. 2017 (β-VAE)
    """

    kind = "variational"
    order = 130
    Params = VariationalParams
    requires = {"encodes": "it needs an encoder q(z|y), and this energy has none"}

    def nodes(
        self, normal: Callable[[tuple[int, ...]], Tensor], count: int, dimension: int
    ) -> tuple[Tensor, Tensor]:
        p = self.params
        if p.expectation == "quadrature":
            return hermite(p.nodes, dimension)
        draws = normal((count, p.draws, dimension))
        return draws, torch.full((p.draws,), 1 / p.draws, dtype=draws.dtype)

    def script(self, space: AnswerSpace) -> str:
        p = self.params
        if p.expectation != "sample":
            return ""
        kl = "" if math.isinf(p.beta) else " + kl / BETA"
        springs = f" + {p.springs!r} * mean.square().sum(1)" if p.springs else ""
        return piece(_SCRIPT, m=p.draws, kl=kl, springs=springs)

    def coded(self, code: Code) -> Tensor:
        free = variational(code, self.params.beta)
        if self.params.springs == 0:
            return free
        return free + self.params.springs * code.mean.square().sum(1)

    def prices(self) -> dict[str, float]:
        """A code as far from the origin as the prior's usual one, ‖m‖² = d."""
        if self.params.springs == 0:
            return {}
        return {"objective.springs": self.params.springs}
