"""The likelihood by exact samples."""

from __future__ import annotations

from ebmviz.engine.losses.base.drawn import DrawnLoss, DrawParams


class SampledLikelihood(DrawnLoss):
    """NLL, exact samples

    One ŷ for each datum, drawn from P on the grid: no chain, so the mean of its gradient is that of
    the NLL on this grid, and only the noise of the draws is left. A grid takes few axes; chains go
    where it cannot.
    Formula: L = F(y) − F(ŷ), ŷ ~ P(ŷ|x) = exp(−βF(ŷ)) / Σ_j exp(−βF(ŷ_j))
    Source: Robbins and Monro 1951; LeCun et al. 2006, §2.2.4
    """

    kind = "nll-samples"
    order = 180
    brief = "exact samples"
    Params = DrawParams
    requires = {"continuous": "its grid is of a continuum of answers"}
