"""Recalls of the modern Hopfield network: attention, again and again.

| need | arrays |
|---|---|
| `attention` | `attention_path` (S, T + 1, 2): states ξ from a grid of starts over the map, each
the update of the one before at the view's β; `attention_probe` (T + 1, 2): the same from the probe;
`attention_weight` (N,): softargmax(βX'ξ) at the probe |

Metric: `attention_most`, the largest weight of softargmax(βX'ξ) at the probe.
"""

from __future__ import annotations

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Attends
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _attention(s: Subject) -> dict[str, Array]:
    energy, beta = s.task.energy, s.view.beta
    assert isinstance(energy, Attends)
    assert isinstance(energy, Decoder)
    probe, grid = s.at(*s.view.probe), torch.cartesian_prod(*s.cells(energy.starts))
    path = [torch.cat([probe, grid])]
    for _ in range(energy.updates):
        path.append(energy.update(s.weights, path[-1], beta))
    weight = energy.posterior(s.weights, probe, beta)[0].cpu().numpy()
    paths = torch.stack(path, 1).cpu().numpy()
    return {
        "attention_probe": paths[0],
        "attention_path": paths[1:],
        "attention_weight": weight,
    }


MEASURE = Measure("attention", _attention, energy=(Attends, Decoder))
