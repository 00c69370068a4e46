"""F_β along the cut, for several β.

| need | arrays |
|---|---|
| `section` | `section_at` (S, 2), `section_s` (S,), `section` (B, S), `section_beta` (B,) |

`section_level` is what energies are shown above: the least of the map where only differences
count, see `measures.base.level`, else 0. `range_low` and `range_high` are the ends of the colours
above that.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Discrete, Latent
from ebmviz.engine.measures.base.counts import SECTION_SAMPLES
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _section(s: Subject) -> dict[str, Array]:
    x0, y0, x1, y1 = s.view.cut
    t = np.linspace(0, 1, SECTION_SAMPLES)
    at = np.stack([x0 + t * (x1 - x0), y0 + t * (y1 - y0)], 1)
    betas = [*s.view.section, s.view.beta]
    where = torch.as_tensor(at, dtype=torch.float32, device=s.task.data.device)
    energy = s.task.energy
    one = isinstance(energy, Discrete) and s.view.answer >= 0
    if one or not isinstance(energy, Latent | Discrete):
        betas = [s.view.beta]
    rows = [s.free(where, beta) for beta in betas]
    s.metrics["section_level"] = s.level
    s.metrics["range_low"], s.metrics["range_high"] = s.range
    return {
        "section_at": at.astype(np.float32),
        "section_s": (t * math.hypot(x1 - x0, y1 - y0)).astype(np.float32),
        "section": torch.stack(rows).cpu().numpy(),
        "section_beta": np.asarray(betas),
    }


MEASURE = Measure("section", _section)
