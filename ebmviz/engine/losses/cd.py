"""Contrastive divergence."""

from __future__ import annotations

from ebmviz.engine.losses.base.chains import SampledParams
from ebmviz.engine.losses.base.sampled import ChainLoss


class ContrastiveDivergence(ChainLoss[SampledParams]):
    """Contrastive divergence (CD-k)

    Chains start at the data and take k steps: what they find lies near the data, so far valleys
    stay unseen. The loss is no measure of success; the bias of its gradient is in its figure.
    Formula: L = F(y) − F(ŷ), ŷ after k steps from y of y ← y − h ∇F + τ √(2h/β) ξ
    Source: Hinton 2002
    """

    kind = "cd"
    order = 150
    brief = "CD"
    Params = SampledParams
    start = "data"
