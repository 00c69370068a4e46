"""What a loss by Hamiltonian chains has to be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.params import Affects, integer, real
from ebmviz.engine.losses.base.chains import WalkParams, beta_param, reach_param
from ebmviz.engine.samplers.base.box import chance
from ebmviz.engine.samplers.base.hamiltonian import JITTER, hamiltonian


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

    def walked(
        self,
        energy: Callable[[Tensor], Tensor],
        y: Tensor,
        generator: np.random.Generator,
        beta: float,
        low: Tensor,
        high: Tensor,
    ) -> Tensor:
        drawn = chance(generator, self.steps, y)
        jitter = torch.from_numpy(generator.uniform(1 - JITTER, 1 + JITTER, drawn.u.shape)).to(y)
        return hamiltonian(energy, y, drawn, self.leap * jitter, self.leaps, beta, low, high)
