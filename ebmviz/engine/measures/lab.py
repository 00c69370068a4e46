"""What is measured of the loss lab.

| `array` | what |
|---|---|
| `lab_map` (L, h, w) float32 | F_β of each lane on h × w cells of the window, row 0 below |
| `lab_alive` (L,) bool | which lanes have not diverged |
| `lab_step` (L,) | steps that each lane has done |
| `lab_loss` (L,) | loss of each lane's last batch |
| `lab_number`, `lab_number_lane` (M,) | the numbers of `measures.base.collapse`, and whose |

The labels `lab` and `lab_titles` name the losses, `lab_number` those numbers: what a lane does not
have is not among them. `lab_verdicts` says how each lane is, as the meter would of its weights.
"""

from __future__ import annotations

import functools

import numpy as np
import torch

from ebmviz.core.diagnosis import diagnose
from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.measures.base.held import settled
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.training.lab import Lab

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
        "lab_alive": lab.alive.cpu().numpy(),
        "lab_step": lab.steps.cpu().numpy(),
        "lab_loss": lab.values.cpu().numpy(),
    }
    named = [(lane, *pair) for lane, each in enumerate(meters) for pair in each.items()]
    found["lab_number_lane"] = np.array([lane for lane, _, _ in named], np.int64)
    found["lab_number"] = np.array([value for _, _, value in named], np.float64)
    s.labels["lab_number"] = tuple(name for _, name, _ in named)
    s.labels["lab_verdicts"] = tuple(
        diagnose({**each, **_run(lab, lane, each)}, lab.facts[lane]).name
        for lane, each in enumerate(meters)
    )
    return found


def _run(lab: Lab, lane: int, found: dict[str, float]) -> dict[str, float]:
    """What an engine's metrics say of a run, of a lane."""
    step, past = int(lab.steps[lane]), functools.partial(lab.past, lane)
    run = {"last_step": float(step)}
    if not bool(lab.alive[lane]):
        return run | {"diverged": 1.0}
    return run | settled(lab.tasks[lane], lab.lane(lane).weights, step, past, found)


def _side(s: Subject, lanes: int) -> int:
    energy, weights = s.task.energy, s.weights
    width = energy.width(weights)
    each = width if isinstance(energy, Decoder) else width**2
    return next((n for n in SIDES if lanes * n * n * each <= _WORK), SIDES[-1])


MEASURE = Measure("lab", measure_lab)
