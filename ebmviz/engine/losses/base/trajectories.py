"""What a loss by Hamiltonian chains has to be told."""

from __future__ import annotations

from typing import Annotated, Any

from ebmviz.core.params import Affects, integer, real
from ebmviz.engine.losses.base.chains import WalkParams, beta_param, reach_param
from ebmviz.engine.samplers.base.sampler import Sampler
from ebmviz.engine.samplers.hmc import HMC


class TrajectoryParams(WalkParams, frozen=True):
    """Of Hamiltonian chains over y, within a box around the data."""

    beta: Annotated[float, beta_param()] = 1.0
    steps: Annotated[
        int,
        integer(
            "Trajectories",
            symbol="k",
            help="Hamiltonian transitions for each update: more bring samples nearer to P",
            affects=Affects.TRAIN,
            low=1,
            high=100,
            slider=(1, 20),
        ),
    ] = 4
    leaps: Annotated[
        int,
        integer(
            "Leapfrog steps",
            symbol="L",
            help="Of one trajectory, between two decisions",
            affects=Affects.TRAIN,
            low=1,
            high=200,
            slider=(1, 20),
        ),
    ] = 3
    leap: Annotated[
        float,
        real(
            "Leapfrog step",
            symbol="ε",
            help="Time of one, ± 20 % by chance: above 2 / √(largest curvature) most trajectories"
            " are refused",
            affects=Affects.TRAIN,
            low=0,
            high=1e2,
            slider=(1e-3, 1.0),
            log=True,
        ),
    ] = 0.2
    reach: Annotated[float, reach_param()] = 0.5

    def walk(self) -> tuple[Sampler[Any], int]:
        return HMC.jittered(self.leap, self.leaps), self.steps
