"""What is measured of the loss lab.

| array | what |
|---|---|
| `lab_map` (L, h, w) float32 | F_β of each lane on h × w cells of the window, row 0 below |
| `lab_low`, `lab_high` (L,) | the ends of each map, in units of energy |
| `lab_alive` (L,) bool | which lanes have not diverged |
| `lab_step` (L,) | steps that each lane has done |
| `lab_loss` (L,) | loss of each lane's last batch |
| `lab_meter_…` (L,) | the metrics of `ebmviz.engine.measures.meter`, those that there are |

The labels `lab` and `lab_titles` name the losses.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.meter import meter
from ebmviz.engine.measures.subject import Subject

SIDES = (48, 32, 24, 16)
"""Cells along each axis: the first that is cheap enough."""
_WORK = 1 << 25  # products of all maps: places times width², or times the set of latents


def measure_lab(s: Subject) -> dict[str, Array]:
    """The arrays above; none while there is no lab."""
    lab = s.lab
    if lab is None:
        return {}
    lanes = [lab.lane(i).weights for i in range(len(lab.kinds))]
    side = _side(s, len(lanes))
    y1, y2 = s.cells(side)
    maps = [
        task.energy.landscape(weights, s.view, y1, y2, s.view.beta).free_energy
        for task, weights in zip(lab.tasks, lanes, strict=True)
    ]
    stacked = torch.stack(maps).float().cpu().numpy()
    meters = [meter(t, weights) for t, weights in zip(lab.tasks, lanes, strict=True)]
    s.labels |= {"lab": lab.kinds, "lab_titles": lab.titles}
    found: dict[str, Array] = {
        "lab_map": np.ascontiguousarray(stacked),
        "lab_low": stacked.min((1, 2)),
        "lab_high": stacked.max((1, 2)),
        "lab_alive": lab.alive.cpu().numpy(),
        "lab_step": lab.steps.cpu().numpy(),
        "lab_loss": lab.losses.cpu().numpy(),
    }
    for name in dict.fromkeys(name for each in meters for name in each):
        row = [each.get(name, math.nan) for each in meters]
        found[f"lab_{name}"] = np.array(row, np.float64)
    return found


def _side(s: Subject, lanes: int) -> int:
    energy, weights = s.task.energy, s.weights
    width = energy.width(weights)
    each = width if "decoder" in energy.traits else width**2
    return next((n for n in SIDES if lanes * n * n * each <= _WORK), SIDES[-1])
