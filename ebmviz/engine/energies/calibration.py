"""The experiment on adding up scores of separately trained models."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer, real
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.theory import calibration
from ebmviz.engine.weights import Weights

_NOISE = "Standard deviation of what agent {} sees, around the mean of the class"


class CalibrationParams(ParamSet, frozen=True):
    unit: Annotated[
        float,
        real(
            "Unit",
            symbol="u_2",
            help="Agent 2’s energies are so many times as large: its own answers stay as they are",
            affects=Affects.TRAIN,
            low=1e-3,
            high=1e3,
            slider=(0.01, 100.0),
            log=True,
        ),
    ] = 20.0
    first: Annotated[
        float,
        real(
            "Noise",
            symbol="σ_1",
            help=_NOISE.format(1),
            affects=Affects.BUILD,
            low=0.05,
            high=10,
            slider=(0.2, 3.0),
        ),
    ] = 0.5
    second: Annotated[
        float,
        real(
            "Noise",
            symbol="σ_2",
            help=_NOISE.format(2),
            affects=Affects.BUILD,
            low=0.05,
            high=10,
            slider=(0.2, 3.0),
        ),
    ] = 1.5
    count: Annotated[
        int,
        integer(
            "Data",
            symbol="N",
            help="Both agents are calibrated on them, and the sum is trained on them",
            affects=Affects.BUILD,
            low=12,
            high=10_000,
            slider=(60, 2000),
        ),
    ] = 600
    rate: Annotated[
        float,
        real(
            "Rate",
            symbol="η",
            help="Of the descent in ln a_1 and ln a_2; no step is longer than 0.2",
            affects=Affects.TRAIN,
            low=1e-4,
            high=10,
            slider=(0.01, 3.0),
            log=True,
        ),
    ] = 1.0

    @property
    def noise(self) -> tuple[float, float]:
        """σ of both."""
        return self.first, self.second

    @property
    def units(self) -> tuple[float, float]:
        """u of both."""
        return 1.0, self.unit


class Calibration(Energy[CalibrationParams]):
    """Calibration of two agents

    Two agents see one coordinate each, and each finds its best answer; but their energies have
    units of their own. The sum of the energies follows the louder one; the sum of −ln P, each agent
    calibrated on the data, is right; and so is the sum of scores once it is trained end to end.
    Formula: E(x, y) = a_1 E_1(x_1, y) + a_2 E_2(x_2, y)
    Source: LeCun et al. 2006, §1.3; Guo et al. 2017, temperature scaling
    """

    kind = "calibration"
    order = 200
    Params = CalibrationParams
    traits = ("main:calibration", "own-steps", "takes:nothing")

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        """`log_scale` (2,): ln a, from 0; `x` (N, 2): the experiment's own data, whose classes
        take turns.
        """
        x, _ = calibration.sample(self.params.count, self.params.noise, generator)
        return {"log_scale": torch.zeros(2), "x": x.float()}

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """The mean of −ln P(y|x_1, x_2) of the trained sum, the same for all rows."""
        energy, y = self.told(weights)
        value = calibration.nll(weights["log_scale"].cpu().double(), energy, y)
        return value.to(weights["log_scale"]).expand(len(rows))

    def own_step(self, weights: Weights, rows: Tensor, step: int, seed: int) -> Weights:
        """One step of the end-to-end descent."""
        energy, y = self.told(weights)
        scale = weights["log_scale"].cpu().double()
        moved = calibration.descended(scale, energy, y, self.params.rate)
        return {**weights, "log_scale": moved.to(weights["log_scale"])}

    def told(self, weights: Weights) -> tuple[Tensor, Tensor]:
        """E_i of the data, (N, 2, 3) float64, and their classes (N,) int64."""
        p, x = self.params, weights["x"].cpu().double()
        return calibration.energies(x, p.noise, p.units), calibration.classes(len(x))
