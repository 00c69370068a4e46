"""The non-contrastive loss: variance, invariance, covariance."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, real
from ebmviz.engine.losses.base.embeddings import EmbeddingLoss
from ebmviz.engine.losses.base.loss import LossParams
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.source import piece

_EPSILON = 1e-4  # under the root of the standard deviation, as in the paper


_SCRIPT = """
    def spread(h):
        # a standard deviation of 1 for each number of the embedding
        return torch.relu(1 - (h.var(0) + ‹eps›).sqrt()).mean()


    def repeated(h):
        # no two of its numbers tell the same
        c = torch.cov(h.T)
        return (c.square().sum() - c.diagonal().square().sum()) / h.shape[1]


    ---
    h_x, h_y = embed(w, batch)
    value = (h_x - h_y).square().sum(1).mean()
    for h in (h_x, h_y):
        value = value + ‹mu› * spread(h) + ‹nu› * repeated(h)
"""


class VICRegParams(LossParams, frozen=True):
    variance: Annotated[
        float,
        real(
            "Variance",
            symbol="μ",
            help="Weight of the term that keeps each number of an embedding at a standard"
            " deviation of at least 1 over the batch; at 0 everything may collapse",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 4.0),
        ),
    ] = 1.0
    covariance: Annotated[
        float,
        real(
            "Covariance",
            symbol="ν",
            help="Weight of the term that decorrelates the numbers of an embedding",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 4.0),
        ),
    ] = 0.04


class VICReg(EmbeddingLoss[VICRegParams]):
    """Non-contrastive (VICReg)

    Pushes nothing up: two views of one thing are pulled together, while the variance and covariance
    terms keep the embeddings of a batch apart. It needs batches of more than one.
    Formula: L = ‖h − h′‖^2 + (μ/d) Σ_j [1 − σ_j]^+ + (ν/d) Σ_{i≠j} C_{ij}^2
    Source: Bardes, Ponce and LeCun 2022, equations 1–6
    """

    kind = "non-contrastive"
    order = 140
    Params = VICRegParams
    requires = {"embeds": "it compares two embeddings, and this energy has none"}

    def script(self, space: AnswerSpace) -> str:
        p = self.params
        return piece(_SCRIPT, mu=p.variance, nu=p.covariance, eps=_EPSILON)

    def embedded(self, x: Tensor, y: Tensor) -> Tensor:
        p = self.params
        batch = sum(
            p.variance * variance(branch) + p.covariance * covariance(branch) for branch in (x, y)
        )
        return (x - y).square().sum(1) + batch


def variance(h: Tensor) -> Tensor:
    """(1/d) Σ_j [1 − √(Var h_j + ε)]⁺ over a batch (N, d)."""
    spread = (_centred(h).square().sum(0) / _freedom(h) + _EPSILON).sqrt()
    return torch.relu(1 - spread).mean()


def covariance(h: Tensor) -> Tensor:
    """(1/d) Σ_{i≠j} C_ij² over a batch (N, d)."""
    centred = _centred(h)
    c = centred.t() @ centred / _freedom(h)
    return (c.square().sum() - c.diagonal().square().sum()) / h.shape[1]


def _centred(h: Tensor) -> Tensor:
    return h - h.mean(0)


def _freedom(h: Tensor) -> int:
    return max(1, len(h) - 1)
