"""Contrastive divergence."""

from __future__ import annotations

from typing import ClassVar

from ebmviz.core.catalogue import Former, Renamed
from ebmviz.engine.losses.base.chains import SampledParams
from ebmviz.engine.losses.base.sampled import ChainLoss


class ContrastiveDivergence(ChainLoss[SampledParams]):
    """Contrastive divergence (CD-k)

    Chains start at the data and take k steps: what they find lies near the data, so low energies
    far away stay unseen. The loss is no measure of success; the bias of its gradient has a figure
    of its own.
    Formula: L = F(y) − F(ŷ), ŷ from y by k steps of {chain}
    Source: Hinton 2002; Hinton et al. 2006 (with Hamiltonian chains)
    """

    kind = "cd"
    order = 150
    brief = "CD"
    Params = SampledParams
    start = "data"
    former: ClassVar[tuple[Former, ...]] = (
        # The same by Hamiltonian chains alone, told by their leapfrog step ε = √(2h).
        Former(
            "nll-hmc",
            values={"chain": "hmc", "step": 0.02, "noise": 1.0},
            defaults={"steps": 4},
            renamed={"leap": Renamed("step", factor=0.5, power=2.0, low=0.0, high=1e2)},
        ),
    )
