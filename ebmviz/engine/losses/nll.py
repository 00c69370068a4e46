"""The negative log-likelihood."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Likelihood, Relative, Thermal
from ebmviz.engine.losses.base.every import AllParams, EveryLoss


class NLL(Thermal, Contrastive, Likelihood, Relative, EveryLoss[AllParams]):
    """Negative log-likelihood

    Pushes every answer up in proportion to its probability: −ln P(y|x)/β. It never stops: where the
    architecture allows it, walls grow without bound.
    Formula: L = E(y) + (1/β) ln ∫ exp(−βE(ŷ)) dŷ
    Source: LeCun et al. 2006, §2.2.4
    """

    kind = "nll"
    order = 100
    brief = "NLL"
    shares = True
    Params = AllParams

    def script_over(self, cell: str) -> str:
        if math.isinf(self.params.beta):
            return "(right - every.amin(1))"
        return f"(right + (torch.logsumexp(-BETA * every, 1){cell}) / BETA)"

    def over(self, right: Tensor, every: Tensor, near: Tensor, log_cell: float) -> Tensor:
        beta = self.params.beta
        if math.isinf(beta):
            return right - every.amin(1)
        return right + (torch.logsumexp(-beta * every, 1) + log_cell) / beta
