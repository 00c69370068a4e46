"""The experiment on adding up scores of separately trained models: what the rules decide, and how
often they are right.

Arrays: `calibration_x` (N, 2), `calibration_y` (N,): the data; `calibration_window` (4,);
`calibration_regions` (4, h, w): what the sum of scores, the sum of −ln P, the sum trained end to
end and the best possible rule decide, row 0 at the bottom; `calibration_border` (M, 2): where the
last of them changes;
`calibration_ratio` (R,), `calibration_right` (R,): how often the sum is right, by the ratio of
agent 2's unit to agent 1's; `calibration_confidence`, `calibration_hits` (2, 2, B): of both agents,
as they are and at their fitted β, the mean of max P and how often that is right, in bins; NaN where
a bin has fewer than 10 data.

Metrics: `calibration_scores`, `calibration_logs`, `calibration_trained`, `calibration_best`,
`calibration_one`, `calibration_two`: how often each rule and each agent alone is right, by
quadrature of p(x, y); `calibration_beta_one`, `calibration_beta_two`: the fitted β;
`calibration_at_scores`, `…_logs`, `…_trained`: log10 of the ratio of units in effect.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.params import Affects, Param, ParamSet, integer, real
from ebmviz.engine.analysis.borders import borders
from ebmviz.engine.experiments.base.experiment import Experiment, Findings
from ebmviz.engine.theory import calibration
from ebmviz.engine.weights import Weights

_RATIOS, _DECADES = 81, 2.5


def _noise(agent: int) -> Param:
    return real(
        "Noise",
        symbol=f"σ_{agent}",
        help=f"Standard deviation of what agent {agent} sees, around the mean of the class",
        affects=Affects.BUILD,
        low=0.05,
        high=10,
        slider=(0.2, 3.0),
    )


class CalibrationParams(ParamSet, frozen=True):
    """Units and noise of both agents, and the descent."""

    unit: Annotated[
        float,
        real(
            "Unit",
            symbol="u_2",
            help="Factor on agent 2’s energies; its own answers do not depend on it",
            affects=Affects.TRAIN,
            low=1e-3,
            high=1e3,
            slider=(0.01, 100.0),
            log=True,
        ),
    ] = 20.0
    first: Annotated[float, _noise(1)] = 0.5
    second: Annotated[float, _noise(2)] = 1.5
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
            help="Learning rate of the descent in ln a_1 and ln a_2; no step is longer than 0.2",
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


class Calibration(Experiment[CalibrationParams]):
    """Calibration of two agents

    Two agents see one coordinate each, and each finds its best answer; but their energies have
    different units. The sum of the energies follows the agent of larger energies; the sum of −ln P,
    each agent calibrated on the data, is right; and so is the sum of energies once it is trained
    end to end.
    Formula: E(x, y) = a_1 E_1(x_1, y) + a_2 E_2(x_2, y)
    Source: LeCun et al. 2006, §1.3; Guo et al. 2017, temperature scaling
    """

    kind = "calibration"
    order = 200
    Params = CalibrationParams
    shows = "calibration"
    quantity = "mean −ln P(y|x_1, x_2) of the trained sum"

    def start(self, seed: int) -> Weights:
        """`log_scale` (2,): ln a, from 0; `x` (N, 2): the experiment's own data, whose classes
        take turns.
        """
        generator = torch.Generator().manual_seed(seed)
        x, _ = calibration.sample(self.params.count, self.params.noise, generator)
        return {"log_scale": torch.zeros(2), "x": x.float()}

    def step(self, state: Weights, step: int, seed: int) -> Weights:
        """One step of the end-to-end descent."""
        energy, y = self.told(state)
        scale = state["log_scale"].cpu().double()
        moved = calibration.descended(scale, energy, y, self.params.rate)
        return {**state, "log_scale": moved.to(state["log_scale"])}

    def value(self, state: Weights) -> float:
        energy, y = self.told(state)
        return float(calibration.nll(state["log_scale"].cpu().double(), energy, y))

    def told(self, state: Weights) -> tuple[Tensor, Tensor]:
        """E_i of the data, (N, 2, 3) float64, and their classes (N,) int64."""
        p, x = self.params, state["x"].cpu().double()
        return calibration.energies(x, p.noise, p.units), calibration.classes(len(x))

    def arrays(self, state: Weights) -> Findings:
        p, metrics = self.params, dict[str, float]()
        told, y = self.told(state)
        betas = [calibration.fitted(told[:, i], y) for i in range(2)]
        trained = state["log_scale"].cpu().double().exp()
        scales = {
            "scores": torch.ones(2, dtype=torch.float64),
            "logs": torch.tensor(betas, dtype=torch.float64),
            "trained": trained,
        }
        places, window, cell = calibration.grid(p.noise)
        joint = calibration.density(places, p.noise)
        each = calibration.energies(places, p.noise, p.units)
        best = calibration.energies(places, p.noise, (1.0, 1.0))
        rules = {name: (a[:, None] * each).sum(1) for name, a in scales.items()}
        alone = {"one": each[:, 0], "two": each[:, 1], "best": best.sum(1)}
        for name, total in {**rules, **alone}.items():
            metrics[f"calibration_{name}"] = calibration.accuracy(total, joint, cell)
        for name, a in scales.items():
            ratio = float(a[1] * p.unit / a[0])
            metrics[f"calibration_at_{name}"] = math.log10(ratio)
        metrics["calibration_beta_one"], metrics["calibration_beta_two"] = betas
        ratios = torch.linspace(-_DECADES, _DECADES, _RATIOS, dtype=torch.float64)
        right = [
            calibration.accuracy(best[:, 0] + 10 ** float(r) * best[:, 1], joint, cell)
            for r in ratios
        ]
        decided = torch.stack([*(t.argmin(1) for t in rules.values()), alone["best"].argmin(1)])
        found = [
            [calibration.reliability(beta * told[:, i], y) for beta in (1.0, betas[i])]
            for i in range(2)
        ]
        shape = (calibration.SIDE, calibration.SIDE)
        maps = best.sum(1).T.reshape(calibration.CLASSES, *shape).numpy()
        arrays = {
            "calibration_x": state["x"].cpu().double().numpy(),
            "calibration_y": y.numpy(),
            "calibration_window": np.array(window),
            "calibration_regions": decided.view(-1, *shape).numpy(),
            "calibration_border": borders(maps, window),
            "calibration_ratio": ratios.numpy(),
            "calibration_right": np.array(right),
            "calibration_confidence": np.array([[pair[0] for pair in row] for row in found]),
            "calibration_hits": np.array([[pair[1] for pair in row] for row in found]),
        }
        return Findings(arrays, metrics)
