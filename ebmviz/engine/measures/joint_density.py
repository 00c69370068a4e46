"""The joint density of answer and latent along the cut, from which all else follows.

| need | arrays |
|---|---|
| `joint-density` | `joint_s` (S,): the middles of equal cells along the cut; `joint_z` (K,): the
values of the first number of z, ascending, or the number of a centre; `joint_p` (K, S): P(y, z), a
density per unit of the cut's length and a probability of each z |

Metrics: `joint_probe_s`: where the probe's nearest place of the cut lies; `joint_length`: of the
cut. Σ_z ∫ P(y, z) dy = 1 over the cut alone, by the midpoint sum. Nothing at β = ∞, which has no
density. Source: LeCun 2023, “Refresher on turning energies to probabilities”.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Centres
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

CELLS = 160
"""Along the cut."""
ROWS = 256
"""Values of z told apart at most: neighbours beyond that count as one."""


def joint_density(s: Subject) -> dict[str, Array]:
    """The need `joint-density`, in float64."""
    energy, beta, view = s.decoder, s.view.beta, s.view
    assert energy is not None
    if math.isinf(beta):
        return {}
    start, end = np.array(view.cut[:2]), np.array(view.cut[2:])
    length = float(np.hypot(*(end - start)))
    t = (np.arange(CELLS) + 0.5) / CELLS
    places = torch.from_numpy(start + t[:, None] * (end - start))
    weights = {k: w.double().cpu() for k, w in s.weights.items()}
    logits = -beta * energy.energies(weights, energy.rows(view, places))
    log_p = energy.log_weights(weights)
    logits = logits - math.log(logits.shape[1]) if log_p is None else logits + log_p
    p = torch.softmax(logits.flatten(), 0).view_as(logits).numpy() * (CELLS / length)
    if isinstance(energy, Centres):
        z, p = np.arange(p.shape[1], dtype=np.float64), p.T
    else:
        z, p = _by_first(energy.latents().numpy(), p.T)
    along = float((np.array(view.probe) - start) @ (end - start)) / length
    s.metrics |= {"joint_probe_s": min(max(along, 0.0), length), "joint_length": length}
    return {"joint_s": t * length, "joint_z": z, "joint_p": p}


def _by_first(z: Array, p: Array) -> tuple[Array, Array]:
    """The values of the first number of z, and p (K, S) summed over all others."""
    first = z if z.ndim == 1 else z[:, 0]
    values, where = np.unique(first, return_inverse=True)
    together = -(-len(values) // ROWS)
    where = where.reshape(-1) // together
    rows = np.zeros((where.max() + 1, p.shape[1]))
    np.add.at(rows, where, p)
    starts = np.arange(0, len(values), together)
    counts = np.diff([*starts, len(values)])
    return np.add.reduceat(values, starts) / counts, rows


MEASURE = Measure("joint-density", joint_density, energy=(Decoder,))
