"""How many nats a cube and a Gaussian tell, as curves over their size and place.

| need | arrays |
|---|---|
| `information` | `info_ratio` (S,): s/r; `info_cubes` (3, S): bits of cubes of d = 1, 2, 3, 0 where
s = r; `info_width`, `info_slip` (S,): KL over s/r at the m of the scene, in nats per axis, right
and with the log2 of LeCun 2023 inside it; `info_mean`, `info_place` (S,): m/r, and KL over it |

Metrics in nats, of all axes: `info_cube` (none where the small cube sticks out of the large one),
`info_gaussian`; `info_slip_least`, `info_slip_at`: where the slip's curve at m = 0 is least.
Source: mathematics.md §5.
"""

from __future__ import annotations

import math

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.information import Information
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.theory.errata import slip_kl as slip
from ebmviz.engine.theory.information import LN2, bits, cube_kl, gaussian_kl

_SAMPLES = 241
WIDEST, FARTHEST = 2.5, 2.5
"""The largest s/r and |m/r| of the curves, unless the scene's own are beyond them."""


def measure_information(s: Subject) -> dict[str, Array]:
    """The need `information`."""
    energy = s.task.energy
    if not isinstance(energy, Information):
        return {}
    p = energy.params
    width, place = p.s / p.r, p.m / p.r
    ratio = torch.linspace(0.02, max(WIDEST, 1.2 * width), _SAMPLES, dtype=torch.float64)
    mean = torch.linspace(-1, 1, _SAMPLES, dtype=torch.float64) * max(FARTHEST, 1.2 * abs(place))
    within = ratio.clamp(max=1)
    inside = abs(p.m) + p.s / 2 <= p.r / 2 * (1 + 1e-9)
    at = 1 / math.sqrt(LN2)
    least = slip(torch.zeros(1, dtype=torch.float64), torch.tensor([at], dtype=torch.float64))
    s.metrics |= {"info_slip_at": at, "info_slip_least": float(least)}
    own, far = (torch.tensor([x], dtype=torch.float64) for x in (width, place))
    s.metrics["info_gaussian"] = p.d * float(gaussian_kl(far, own))
    if inside:
        s.metrics["info_cube"] = float(cube_kl(own.clamp(max=1), 1.0, p.d))
    cubes = [bits(1.0) * cube_kl(within, 1.0, d) for d in (1, 2, 3)]
    found = {
        "info_ratio": ratio,
        "info_cubes": torch.stack(cubes),
        "info_width": gaussian_kl(far, ratio),
        "info_slip": slip(far, ratio),
        "info_mean": mean,
        "info_place": gaussian_kl(mean, own),
    }
    return {name: values.numpy() for name, values in found.items()}


MEASURE = Measure("information", measure_information)
