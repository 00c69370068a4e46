"""The chains of the samplers, and the truth that they are held against.

| need | arrays |
|---|---|
| `chains` | `chains` (n, 2), at most 4000; `chain_trace` (M, 2) ways of a few, broken by NaN; |
| | `chain_path` (M, 2) HMC's last rides, where there are some |
| `density` | `density` (H, W): P or the chains per unit of area, as view.picture asks; |
| | `density_max` (): of P |
| `sampling` | `sampling_exact`, `sampling_chains` (48, 48): P and chains per unit of area; |
| | `sampling_step`, `sampling_kl`, `sampling_acceptance` (T,) |

Metrics of all but `chains`: `oracle_log_z`, `oracle_leakage`, `oracle_grid_error`, `oracle_nll`; of
`sampling` too: `sampler_count`, `sampler_steps`, `sampler_acceptance`, `sampler_swaps`,
`sampler_ess`, `sampler_draws`, `sampler_r_hat`, `sampler_kl`, `sampler_floor`, `sampler_flown`,
`sampler_outside` (the share of chains beyond the window, which the KL does not see),
`sampler_beta`, `sampler_limit` (the step at which ULA turns unstable: 2/λ_max(∇²F)). At β = 0 and ∞
there is no density over the plane, and none of this; `oracle_nll` needs one P for all data.
Source: math.md §4.
"""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.descents import broken
from ebmviz.engine.diagnostics import effective_size, split_r_hat
from ebmviz.engine.measures.subject import Subject
from ebmviz.engine.oracle import Oracle, boxed
from ebmviz.engine.samplers.sgld import SGLD
from ebmviz.engine.sampling import Sampling

MOST = 4000  # chains drawn one by one
SHOWN, TAIL = 3, 120  # chains whose way is drawn, and steps of it
LEAPS = 12  # of it where chains change places with replicas far away
RIDES = 12
BOXES = 48  # a side of the small maps
LEAST = 16  # steps before chains can be said to have mixed


def chains(s: Subject) -> dict[str, Array]:
    """The measure `chains`."""
    if s.sampling is None or s.sampling.chains is None:
        return {}
    y = s.sampling.chains.y.cpu().numpy()
    found = {"chains": y[:: max(1, math.ceil(len(y) / MOST))].astype(np.float32)}
    s.metrics["sampler_count"] = float(len(y))
    kind = s.sampling.sampler.kind
    ways = list(s.sampling.trace)[-(LEAPS if kind == "tempering" else TAIL) :]
    if len(ways) > 1 and kind != "exact":
        found["chain_trace"] = broken(np.stack(ways)[:, :SHOWN]).astype(np.float32)
    if s.sampling.path is not None:
        found["chain_path"] = broken(s.sampling.path[:, :RIDES]).astype(np.float32)
    return found


def density(s: Subject) -> dict[str, Array]:
    """The measure `density`."""
    if s.view.picture not in ("probability", "chains") or s.oracle is None:
        return {}
    _truth(s, s.oracle)
    exact = s.oracle.p / s.oracle.cell
    found = exact
    if s.view.picture == "chains":
        if s.sampling is None or s.sampling.chains is None:
            return {}
        side = min(len(exact), max(BOXES, math.isqrt(len(s.sampling.chains.y))))
        found = _histogram(s, s.sampling.chains.y.cpu().numpy(), side)
    return {
        "density": found.astype(np.float32),
        "density_max": np.asarray(exact.max(), np.float64),
    }


def sampling(s: Subject) -> dict[str, Array]:
    """The measure `sampling`."""
    run, oracle = s.sampling, s.oracle
    if oracle is None:
        return {}
    _truth(s, oracle)
    area = oracle.cell * oracle.p.size / BOXES**2
    found = {"sampling_exact": (boxed(oracle.p, BOXES) / area).astype(np.float32)}
    s.metrics["sampler_limit"] = s.limit
    if run is None or run.chains is None:
        return found
    y = run.chains.y.cpu().numpy().astype(np.float64)
    found["sampling_chains"] = _histogram(s, y, BOXES).astype(np.float32)
    bins = min(32, max(8, math.isqrt(len(y)) // 2))  # several chains a box
    away = oracle.divergence(y, bins)
    run.note(away)
    entries = run.record
    found["sampling_step"] = np.asarray([e.step for e in entries], np.float64)
    found["sampling_kl"] = np.asarray([e.divergence for e in entries], np.float64)
    found["sampling_acceptance"] = np.asarray([e.acceptance for e in entries], np.float64)
    s.metrics |= {
        "sampler_count": float(len(y)),
        "sampler_steps": float(run.steps),
        "sampler_kl": away,
        "sampler_floor": s.floor(len(y), bins),
        "sampler_flown": float(run.flown),
        "sampler_outside": _outside(s, y),
        "sampler_beta": _asked(run),
        **_mixing(run),
    }
    return found


def _outside(s: Subject, y: Array) -> float:
    """The share of places (N, 2) that lie outside the window."""
    left, right, bottom, top = s.view.window
    inside = (y[:, 0] >= left) & (y[:, 0] <= right) & (y[:, 1] >= bottom) & (y[:, 1] <= top)
    return float(1 - inside.mean())


def _asked(run: Sampling) -> float:
    """β of the density that the sampler walks by."""
    return run.sampler.implied_beta if isinstance(run.sampler, SGLD) else run.beta


def _mixing(run: Sampling) -> dict[str, float]:
    """How well the traced chains have mixed, once there is enough of their way."""
    found = {}
    if run.accepted:
        found["sampler_acceptance"] = run.acceptance
    if run.swapped:
        found["sampler_swaps"] = float(np.mean(run.swapped))
    if len(run.trace) >= LEAST:
        draws = np.stack(run.trace)[-(len(run.trace) // 8 * 8) :]
        axes = (draws[..., 0], draws[..., 1])
        found["sampler_r_hat"] = max(split_r_hat(axis) for axis in axes)
        found["sampler_ess"] = min(effective_size(axis) for axis in axes)
        found["sampler_draws"] = float(axes[0].size)
    return {k: v for k, v in found.items() if math.isfinite(v)}


def _truth(s: Subject, oracle: Oracle) -> None:
    s.metrics |= {
        "oracle_log_z": oracle.log_z,
        "oracle_leakage": oracle.leakage,
        "oracle_grid_error": oracle.grid_error,
    }
    if "conditional" not in s.task.energy.traits:  # ln Z would be that of another x than F(y)'s
        s.metrics["oracle_nll"] = oracle.nll(s.data_energies)


def _histogram(s: Subject, y: Array, side: int) -> Array:
    """Chains per unit of area in side² boxes of the window, as a share of all."""
    left, right, bottom, top = s.view.window
    counts, *_ = np.histogram2d(y[:, 1], y[:, 0], bins=side, range=((bottom, top), (left, right)))
    area = (right - left) * (top - bottom) / side**2
    return np.asarray(counts / (len(y) * area))


MEASURES = {"chains": chains, "density": density, "sampling": sampling}
