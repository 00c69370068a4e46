"""Codes of an energy with an encoder: where q(z|y) lies, and how far it is from the posterior.

All at the view's β. Only the first `MARKS` data are looked at.

| need | arrays |
|---|---|
| `codes` | `code_mean`, `code_s` (N, d): of q(z|y) of data; `code_probe` (2, d): of the probe;
`code_energy`, `code_free`, `code_kl`, `code_gap` (N,): ⟨E⟩_q, F_β, KL(q‖p) and KL(q‖q*) in nats,
F̃ − F in units of energy where β = ∞; NaN where the set of z is too coarse or short for q* |
| `posterior` | `z_axis` (K,): z along each axis; `z_posterior`, `z_code`, `z_prior` (K,) or (K, K):
the densities q*, q and p there of the probe; rows go with the second number of z; `z_place` (2, d):
mean and s of q there |
| `tilde` | `tilde` (S,): F̃ along the cut |

Metrics: `code_gap_mean` and `code_kl_mean`, the former of those that are numbers, and of the probe
`probe_gap` in nats (none at β = ∞, nor where z is too coarse), `probe_tilde`, `probe_free`;
`code_beyond`: how many codes lie beyond the grid of z that F sees; `code_coarse`: how many gaps are
NaN, for F changes by more than COARSE nats where every second z is left out, or q reaches beyond.
Source: mathematics.md §5.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base import variational as v
from ebmviz.engine.energies.base.capabilities import Code, Encodes
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.landscape.softmin import posterior_of, soft_minimum
from ebmviz.engine.measures.base.counts import MARKS, SECTION_SAMPLES
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

COARSE = 0.2
"""Nats that F may change by where every second z is left out: then it is right to some 0.05."""
_SHOWN = {1: (4.0, 401), 2: (3.2, 97)}
"""How far z is looked at along each axis, and at how many values, by how many numbers z has."""


def _codes(s: Subject) -> dict[str, Array]:
    energy = s.task.energy
    assert isinstance(energy, Encodes)
    rows = s.task.data[:MARKS]
    code, free, coarse = _of(s, rows)
    mean, width = energy.encode(s.weights, s.at(*s.view.probe))
    gap = v.gap(code, free, s.view.beta)
    if math.isinf(s.view.beta):
        gap = code.energy - free
    gap = gap.masked_fill(coarse, math.nan)
    if not bool(coarse.all()):  # colder than its set of z can tell, there is no number
        s.metrics["code_gap_mean"] = float(gap.nanmean())
    s.metrics |= {
        "code_coarse": float(coarse.sum()),
        "code_kl_mean": float(v.prior_kl(code).mean()),
        "code_beyond": float((code.mean.abs().amax(1) > _extent(s)).sum()),
    }
    return {
        "code_mean": code.mean.cpu().numpy(),
        "code_s": code.s.cpu().numpy(),
        "code_probe": torch.cat([mean, width]).cpu().numpy(),
        "code_energy": code.energy.cpu().numpy(),
        "code_free": free.cpu().numpy(),
        "code_kl": v.prior_kl(code).cpu().numpy(),
        "code_gap": gap.cpu().numpy(),
    }


def _posterior(s: Subject) -> dict[str, Array]:
    energy = s.task.energy
    assert isinstance(energy, Decoder)
    row = s.at(*s.view.probe)
    code, free, coarse = _of(s, row)
    s.metrics["probe_free"] = float(free)
    s.metrics["probe_tilde"] = float(v.variational(code, max(s.view.beta, v.HOTTEST)))
    if math.isfinite(s.view.beta) and not bool(coarse):
        s.metrics["probe_gap"] = float(v.gap(code, free, s.view.beta))
    dimension = code.mean.shape[1]
    reach = min(_extent(s), _SHOWN[dimension][0])
    axis = torch.linspace(-reach, reach, _SHOWN[dimension][1]).to(code.mean)
    grid = torch.cartesian_prod(*[axis] * dimension).view(-1, dimension)
    weights = {k: w.double() for k, w in s.weights.items()}
    energies = energy.energies(weights, row.double(), grid)
    prior = _normal(grid)
    shares = posterior_of(energies, s.view.beta, torch.log_softmax(prior.log(), 0))[0]
    cell = float(axis[1] - axis[0]) ** dimension
    own = _normal((grid - code.mean) / code.s) / code.s.prod()
    parts = {"z_posterior": shares / cell, "z_code": own, "z_prior": prior}
    shape = (len(axis),) * dimension
    out = {name: part.view(shape).t().float().cpu().numpy() for name, part in parts.items()}
    out["z_place"] = torch.cat([code.mean, code.s]).float().cpu().numpy()
    return {"z_axis": axis.cpu().numpy(), **{k: np.ascontiguousarray(x) for k, x in out.items()}}


def _tilde(s: Subject) -> dict[str, Array]:
    energy = s.task.energy
    assert isinstance(energy, Encodes)
    x0, y0, x1, y1 = s.view.cut
    t = torch.linspace(0, 1, SECTION_SAMPLES).to(s.task.data)[:, None]
    ends = s.at(x0, y0), s.at(x1, y1)
    code = v.exact(energy, s.weights, ends[0] + t * (ends[1] - ends[0]))
    return {"tilde": v.variational(code, max(s.view.beta, v.HOTTEST)).cpu().numpy()}


def _of(s: Subject, rows: Tensor) -> tuple[Code, Tensor, Tensor]:
    """The codes of rows (N, 2), F at the view's β, and whether its set of z will not do, (N,); in
    float64, for the difference is small.
    """
    weights = {k: w.double() for k, w in s.weights.items()}
    energy, rows, beta = s.task.energy, rows.double(), s.view.beta
    assert isinstance(energy, Encodes)
    assert isinstance(energy, Decoder)
    code = v.exact(energy, weights, rows)
    energies, log_p = energy.energies(weights, rows), energy.log_weights(weights)
    free = soft_minimum(energies, beta, log_p)
    if not 0 < beta < math.inf or log_p is None:
        return code, free, torch.zeros_like(free, dtype=torch.bool)
    parts = [
        soft_minimum(energies[:, some], beta, torch.log_softmax(log_p[some], 0))
        for some in _sparser(len(log_p), code.mean.shape[1])
    ]
    change = beta * (torch.stack(parts) - free).abs().amax(0)
    beyond = (code.mean.abs() + 2 * code.s).amax(1) > _extent(s)
    return code, free, (change > COARSE) | beyond


def _sparser(count: int, dimension: int) -> list[Tensor]:
    """The numbers of every second z of a regular grid along every axis, at each offset."""
    side = round(count ** (1 / dimension))
    grid = torch.arange(count).view((side,) * dimension)
    starts = torch.cartesian_prod(*[torch.arange(2)] * dimension).view(-1, dimension).tolist()
    return [grid[tuple(slice(i, None, 2) for i in start)].flatten() for start in starts]


def _normal(u: Tensor) -> Tensor:
    """N(u; 0, 1) of all axes together, (K, d) -> (K,)."""
    out: Tensor = torch.exp(-0.5 * u.square().sum(1)) / math.tau ** (u.shape[1] / 2)
    return out


def _extent(s: Subject) -> float:
    return float(s.z.abs().max())


MEASURES = (
    Measure("codes", _codes, energy=(Encodes, Decoder)),
    Measure("posterior", _posterior, energy=(Encodes, Decoder)),
    Measure("tilde", _tilde, energy=(Encodes,)),
)
