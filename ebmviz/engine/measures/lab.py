"""What is measured of the lab.

| `array` | what |
|---|---|
| `lab_map` (L, h, w) float32 | F_β of each lane on h × w cells of the window, row 0 below |
| `lab_fine` (H, W) float32 | the map of the lane that is shown alone, as fine as a landscape |
| `lab_alive` (L,) bool | which lanes have not diverged |
| `lab_step` (L,) | steps that each lane has done |
| `lab_loss` (L,) | loss of each lane's last batch |
| `lab_energy` (L,) | mean energy of each lane's data, under its training β |
| `lab_data` (M, 2), `lab_data_lane` (M,) | data of lanes that have their own, and whose |
| `lab_data_x`, `lab_data_class` (M,) | as of `data`, where there is one |
| `lab_number`, `lab_number_lane` (M,) | the numbers of `measures.base.collapse`, and whose |

The labels `lab` and `lab_titles` name the lanes, by key and on the screen, `lab_row` and
`lab_column` by one of two values each where two paths vary; `lab_shared` says what all began from.
`lab_number` names those numbers: what a lane does not have is not among them. `lab_verdicts` says
how each lane is, as the meter would of its weights.
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
from ebmviz.engine.measures.base.rows_on_map import rows_on_map
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.training.lab import Lab
from ebmviz.engine.training.means import mean_energy
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights

SIDES = (48, 32, 24, 16)
"""Cells along each axis: the first that is cheap enough."""
_WORK = 1 << 25  # products of all maps: places times width², or times the set of latents


def measure_lab(s: Subject) -> dict[str, Array]:
    """The arrays above; none while there is no lab."""
    lab = s.lab
    if lab is None:
        return {}
    lanes = [lab.lane(i).weights for i in range(len(lab.keys))]
    side = _side(s, len(lanes))
    pairs = tuple(zip(lab.tasks, lanes, strict=True))
    stacked = np.stack([_map(s, *pair, side) for pair in pairs])
    meters = [meter(t, weights) for t, weights in zip(lab.tasks, lanes, strict=True)]
    s.labels |= {"lab": lab.keys, "lab_titles": lab.titles}
    s.labels["lab_shared"] = lab.shared
    if all(len(lane.names) > 1 for lane in lab.lane_tasks):
        rows, columns = zip(*(lane.names for lane in lab.lane_tasks), strict=True)
        s.labels |= {"lab_row": rows, "lab_column": columns}
    found: dict[str, Array] = {
        "lab_map": np.ascontiguousarray(stacked),
        "lab_alive": lab.alive.cpu().numpy(),
        "lab_step": lab.steps.cpu().numpy(),
        "lab_loss": lab.values.cpu().numpy(),
        "lab_energy": np.array([mean_energy(t, w) for t, w in zip(lab.tasks, lanes, strict=True)]),
        **_data(s, lab),
    }
    if s.view.lane in lab.keys:
        found["lab_fine"] = _map(s, *pairs[lab.keys.index(s.view.lane)], s.side)
    named = [(lane, *pair) for lane, each in enumerate(meters) for pair in each.items()]
    found["lab_number_lane"] = np.array([lane for lane, _, _ in named], np.int64)
    found["lab_number"] = np.array([value for _, _, value in named], np.float64)
    s.labels["lab_number"] = tuple(name for _, name, _ in named)
    s.labels["lab_verdicts"] = tuple(
        diagnose({**each, **_run(lab, lane, each)}, lab.tasks[lane].facts).name
        for lane, each in enumerate(meters)
    )
    return found


def _map(s: Subject, task: Problem, weights: Weights, side: int) -> Array:
    """F_β of a lane on side × side cells of the window."""
    y1, y2 = s.cells(side)
    free = task.energy.landscape(weights, s.view, y1, y2, s.view.beta).free_energy
    found: Array = free.float().cpu().numpy()
    return found


def _data(s: Subject, lab: Lab) -> dict[str, Array]:
    """Those of lanes that have data of their own, one after the other."""
    own = [i for i, task in enumerate(lab.tasks) if not torch.equal(task.data, s.task.data)]
    found = [rows_on_map(lab.tasks[i], lab.lane(i).weights) for i in own]
    if not found:
        return {}
    names = set.intersection(*({*each} for each in found))
    parts = {f"lab_{k}": np.concatenate([each[k] for each in found]) for k in sorted(names)}
    counts = [len(each["data"]) for each in found]
    return parts | {"lab_data_lane": np.repeat(np.array(own, np.int64), counts)}


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
