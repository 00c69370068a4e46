"""The energy over the latent at the probe.

| need | arrays |
|---|---|
| `lens` | `z` (K,), `lens_energy` (K,), `lens_p` (K,), `lens_path` (T, 2): z and E of the descent |
"""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.latent_descent import descend
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.landscape.softmin import posterior_of
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _lens(s: Subject) -> dict[str, Array]:
    assert s.decoder is not None
    assert s.points is not None
    if s.z.dim() != 1:
        return {}
    energy, beta = s.decoder, s.view.beta
    row = energy.rows(s.view, s.at(*s.view.probe))
    e = energy.energies(s.weights, row)[0]
    p = posterior_of(e[None], beta, energy.log_weights(s.weights))[0]
    free = float(s.free(s.at(*s.view.probe), beta))
    mean = float((p.cpu().double() * e.cpu().double()).sum())
    with torch.enable_grad():
        path = descend(energy, s.weights, row[0], s.view.latent)
    cold = int(e.argmin())
    s.metrics |= {
        "lens_free_energy": free,
        "lens_mean_energy": mean,
        "lens_ts": mean - free,
        "lens_entropy": _entropy(p, energy.log_weights(s.weights)),
        "lens_z_cold": float(s.z[cold]),
        "lens_energy_cold": float(e[cold]),
    }
    return {
        "z": s.z.cpu().numpy(),
        "lens_energy": e.cpu().numpy(),
        "lens_p": p.cpu().numpy(),
        "lens_path": np.asarray(path, np.float64).T.copy(),
    }


def _entropy(p: torch.Tensor, log_weights: torch.Tensor | None) -> float:
    """−KL of P(z|y), (K,), from the uniform distribution or from the prior, in nats: ≤ 0."""
    p = p.cpu().double()
    prior = torch.full_like(p, 1 / len(p)) if log_weights is None else log_weights.cpu().exp()
    return -float(torch.xlogy(p, p / prior.double())[p > 0].sum())


MEASURE = Measure("lens", _lens, energy=(Decoder,))
