"""The likelihood by Hamiltonian chains."""

from __future__ import annotations

from ebmviz.engine.losses.base.sampled import ChainLoss
from ebmviz.engine.losses.base.trajectories import TrajectoryParams


class HamiltonianLikelihood(ChainLoss[TrajectoryParams]):
    """NLL, HMC samples

    Chains start at the data and take k trajectories, each of L leapfrog steps over H = F + ½‖v‖²
    from a fresh v. A trajectory keeps its direction, Langevin steps are a random walk: the same
    number of gradients leads farther from the data, so the bias is less.
    Formula: L = F(y) − F(ŷ), ŷ after k trajectories from y, taken with min(1, e^{−β ΔH})
    Source: Duane et al. 1987; Hinton et al. 2006; Neal 2011, §5
    """

    kind = "nll-hmc"
    order = 190
    brief = "HMC"
    Params = TrajectoryParams
    start = "data"
