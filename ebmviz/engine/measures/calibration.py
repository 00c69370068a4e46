"""What the rules of the calibration experiment decide, and how often they are right.

| need | arrays |
|---|---|
| `calibration` | `calibration_x` (N, 2), `calibration_y` (N,): the data; `calibration_window` (4,);
`calibration_regions` (4, h, w): what the sum of scores, the sum of −ln P, the sum trained end to
end and the best possible rule decide, row 0 at the bottom; `calibration_border` (M, 2): where the
last of them changes;
`calibration_ratio` (R,), `calibration_right` (R,): how often the sum is right, by the ratio of
agent 2's unit to agent 1's; `calibration_confidence`, `calibration_hits` (2, 2, B): of both agents,
as they are and at their fitted β, the mean of max P and how often that is right, in bins; NaN where
a bin has fewer than 10 data |

Metrics: `calibration_scores`, `calibration_logs`, `calibration_trained`, `calibration_best`,
`calibration_one`, `calibration_two`: how often each rule and each agent alone is right, by
quadrature of p(x, y); `calibration_beta_one`, `calibration_beta_two`: the fitted β;
`calibration_at_scores`, `…_logs`, `…_trained`: log10 of the ratio of units in effect.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.calibration import Calibration
from ebmviz.engine.measures.base.borders import borders
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.theory import calibration as experiment

SIDE, REACH = 161, 4.5
"""Cells along each axis of the quadrature, and how many σ beyond the means it goes."""
_RATIOS, _DECADES = 81, 2.5
_BINS, _FEW = 8, 10  # of confidence; data in one of them that tell nothing
RULES = ("scores", "logs", "trained")


def measure_calibration(s: Subject) -> dict[str, Array]:
    """The need `calibration`."""
    energy = s.task.energy
    if not isinstance(energy, Calibration):
        return {}
    p = energy.params
    told, y = energy.told(s.weights)
    betas = [experiment.fitted(told[:, i], y) for i in range(2)]
    trained = s.weights["log_scale"].cpu().double().exp()
    scales = {
        "scores": torch.ones(2, dtype=torch.float64),
        "logs": torch.tensor(betas, dtype=torch.float64),
        "trained": trained,
    }
    places, window, cell = _grid(p.noise)
    joint = experiment.density(places, p.noise)
    each = experiment.energies(places, p.noise, p.units)
    best = experiment.energies(places, p.noise, (1.0, 1.0))
    rules = {name: (a[:, None] * each).sum(1) for name, a in scales.items()}
    alone = {"one": each[:, 0], "two": each[:, 1], "best": best.sum(1)}
    for name, total in {**rules, **alone}.items():
        s.metrics[f"calibration_{name}"] = experiment.accuracy(total, joint, cell)
    for name, a in scales.items():
        ratio = float(a[1] * p.unit / a[0])
        s.metrics[f"calibration_at_{name}"] = math.log10(ratio)
    s.metrics["calibration_beta_one"], s.metrics["calibration_beta_two"] = betas
    ratios = torch.linspace(-_DECADES, _DECADES, _RATIOS, dtype=torch.float64)
    right = [
        experiment.accuracy(best[:, 0] + 10 ** float(r) * best[:, 1], joint, cell) for r in ratios
    ]
    decided = torch.stack([*(t.argmin(1) for t in rules.values()), alone["best"].argmin(1)])
    found = [[_reliability(beta * told[:, i], y) for beta in (1.0, betas[i])] for i in range(2)]
    shape = (SIDE, SIDE)
    maps = best.sum(1).T.reshape(experiment.CLASSES, *shape).numpy()
    return {
        "calibration_x": s.weights["x"].cpu().double().numpy(),
        "calibration_y": y.numpy(),
        "calibration_window": np.array(window),
        "calibration_regions": decided.view(-1, *shape).numpy(),
        "calibration_border": borders(maps, window),
        "calibration_ratio": ratios.numpy(),
        "calibration_right": np.array(right),
        "calibration_confidence": np.array([[pair[0] for pair in row] for row in found]),
        "calibration_hits": np.array([[pair[1] for pair in row] for row in found]),
    }


def _grid(noise: tuple[float, float]) -> tuple[Tensor, tuple[float, ...], float]:
    """Cell centres (SIDE², 2) all around the means, their window, and the area of a cell."""
    mu = experiment.means()
    low = mu.amin(0) - REACH * torch.tensor(noise)
    high = mu.amax(0) + REACH * torch.tensor(noise)
    t = (torch.arange(SIDE, dtype=torch.float64) + 0.5) / SIDE
    x1, x2 = (low[i] + t * (high[i] - low[i]) for i in range(2))
    places = torch.cartesian_prod(x2, x1).flip(1)
    window = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
    return places, window, float((high - low).prod()) / SIDE**2


def _reliability(energy: Tensor, y: Tensor) -> tuple[Array, Array]:
    """Mean confidence and share of hits in bins of confidence, (B,) each."""
    p = torch.softmax(-energy, 1)
    sure, said = p.max(1)
    low = 1 / experiment.CLASSES
    where = ((sure - low) / (1 - low) * _BINS).long().clamp(0, _BINS - 1).numpy()
    count = np.bincount(where, minlength=_BINS)
    totals = (np.bincount(where, v.double().numpy(), _BINS) for v in (sure, said == y))
    conf, hits = (np.where(count >= _FEW, t / np.maximum(count, 1), np.nan) for t in totals)
    return conf, hits


MEASURE = Measure("calibration", measure_calibration)
