"""Short chains from noise."""

from __future__ import annotations

from ebmviz.engine.losses.base.chains import SampledParams
from ebmviz.engine.losses.base.sampled import ChainLoss


class ShortRun(ChainLoss[SampledParams]):
    """Short run from noise

    Chains start anywhere in the box and take only k steps. The model learns to lead noise to the
    data in k steps, not to have their density.
    Formula: L = F(y) − F(ŷ), ŷ from noise by k steps of {chain}
    Source: Nijkamp et al. 2019
    """

    kind = "short-run"
    order = 170
    brief = "short run"
    Params = SampledParams
    start = "noise"
