"""The chains of the samplers, and the truth that they are held against.

| need | arrays |
|---|---|
| `chains` | `chains` (n, 2), at most 4000; `chain_trace` (M, 2) ways of a few, broken by NaN; |
| | `chain_path` (M, 2) HMC's last rides, where there are some |
| `density` | `density` (H, W): P or the chains per unit of area of the window, as view.picture |
| | asks; `density_max` (): of P in the box |
| `sampling` | `sampling_exact`, `sampling_chains` (48, 48): P and chains per unit of area of the |
| | box; `sampling_step`, `sampling_kl`, `sampling_floor` (T,) |
| `likelihood` | `known` (N,): F at the data, ascending, of a joint model |

P is normalised over the box, `box_left`, `box_right`, `box_bottom`, `box_top`, whatever the window
shows. Metrics of all but `chains`: these, `oracle_log_z`, `oracle_leakage`, `oracle_grid_error`,
`oracle_nll`; of `sampling` too: `sampler_count`, `sampler_steps`, `sampler_acceptance`,
`sampler_swaps`, `sampler_kl`, `sampler_floor`, `sampler_flown` (in the last
`sampler_recent` steps), `sampler_outside` (the share of
chains beyond the box, which the KL does not see: it is absent where all are), `sampler_beta` (of
what the chains sample, where that is not the β asked for), `sampler_limit` (the step at which ULA
turns unstable: 2/λ_max(∇²F)). And what the draws of this density tell, by this kernel, without
chains that were put back: `sampler_since` (steps), `sampler_draws` and `sampler_traced` (counted of
each of so many chains, each `sampler_stride`th), `sampler_standing` (chains that do not move),
`sampler_r_hat`, `sampler_ess` (only where they are enough). At β = 0 and ∞ there is no density over
the plane, and none of this; `oracle_nll` needs one P for all data.
Source: mathematics.md §4.
"""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.descents import broken
from ebmviz.engine.energies.base.capabilities import Conditional
from ebmviz.engine.energies.base.discrete import Joint
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.samplers.base.sampler import Independent, Swapping
from ebmviz.engine.sampling.oracle import Oracle, boxed
from ebmviz.engine.sampling.run import RECENT, Sampling

MOST = 4000  # chains drawn one by one
SHOWN, TAIL = 3, 120  # chains whose way is drawn, and steps of it
LEAPS = 12  # of it where chains change places with replicas far away
RIDES = 12
_SIDES = ("left", "right", "bottom", "top")
BOXES = 48  # a side of the small maps


def chains(s: Subject) -> dict[str, Array]:
    """The measure `chains`."""
    if s.sampling is None or s.sampling.chains is None:
        return {}
    y = s.sampling.chains.y.cpu().numpy()
    found = {"chains": y[:: max(1, math.ceil(len(y) / MOST))].astype(np.float32)}
    s.metrics["sampler_count"] = float(len(y))
    sampler = s.sampling.sampler
    ways = list(s.sampling.trace)[-(LEAPS if isinstance(sampler, Swapping) else TAIL) :]
    if len(ways) > 1 and not isinstance(sampler, Independent):
        found["chain_trace"] = broken(np.stack(ways)[:, :SHOWN]).astype(np.float32)
    if s.sampling.path is not None:
        found["chain_path"] = broken(s.sampling.path[:, :RIDES]).astype(np.float32)
    return found


def density(s: Subject) -> dict[str, Array]:
    """The measure `density`."""
    if s.view.picture not in ("probability", "chains") or s.oracle is None:
        return {}
    _truth(s, s.oracle)
    most = s.oracle.p.max() / s.oracle.cell
    if s.view.picture == "probability":
        found = np.exp(-s.view.beta * s.map.astype(np.float64) - s.oracle.log_z)
        most = max(most, found.max())
    else:
        if s.sampling is None or s.sampling.chains is None:
            return {}
        side = min(s.side, max(BOXES, math.isqrt(len(s.sampling.chains.y))))
        found = _histogram(s.view.window, s.sampling.chains.y.cpu().numpy(), side)
    return {
        "density": found.astype(np.float32),
        "density_max": np.asarray(most, np.float64),
    }


def likelihood(s: Subject) -> dict[str, Array]:
    """The measure `likelihood`."""
    if s.view.answer >= 0 or s.oracle is None:
        return {}
    _truth(s, s.oracle)
    return {"known": np.sort(s.data_energies)}


def sampling(s: Subject) -> dict[str, Array]:
    """The measure `sampling`."""
    run, oracle = s.sampling, s.oracle
    if oracle is None:
        return {}
    for old in [name for name in s.metrics if name.startswith("sampler_")]:
        del s.metrics[old]  # of where the chains were before, such as an R̂ that they have no more
    _truth(s, oracle)
    area = oracle.cell * oracle.p.size / BOXES**2
    found = {"sampling_exact": (boxed(oracle.p, BOXES) / area).astype(np.float32)}
    s.metrics["sampler_limit"] = s.limit
    if run is None or run.chains is None:
        return found
    y = run.chains.y.cpu().numpy().astype(np.float64)
    found["sampling_chains"] = _histogram(oracle.window, y, BOXES).astype(np.float32)
    bins = min(32, max(8, math.isqrt(len(y)) // 2))  # several chains a box
    away, floor = oracle.divergence(y, bins), s.floor(len(y), bins)
    known = {}
    if math.isfinite(away):  # of no chain in the box there is none
        run.note(away, floor)
        known = {"sampler_kl": away, "sampler_floor": floor}
    entries = run.record
    found["sampling_step"] = np.asarray([e.step for e in entries], np.float64)
    found["sampling_kl"] = np.asarray([e.divergence for e in entries], np.float64)
    found["sampling_floor"] = np.asarray([e.floor for e in entries], np.float64)
    s.metrics |= {
        "sampler_count": float(len(y)),
        "sampler_steps": float(run.steps),
        **known,
        "sampler_flown": float(run.flown),
        "sampler_recent": float(min(run.steps, RECENT)),
        "sampler_outside": _outside(oracle, y),
        **_implied(run),
        **_mixing(run),
    }
    return found


def _outside(oracle: Oracle, y: Array) -> float:
    """The share of places (N, 2) that lie outside the box."""
    left, right, bottom, top = oracle.window
    inside = (y[:, 0] >= left) & (y[:, 0] <= right) & (y[:, 1] >= bottom) & (y[:, 1] <= top)
    return float(1 - inside.mean())


def _implied(run: Sampling) -> dict[str, float]:
    """β of the density that the sampler walks by, where that is not the one asked for."""
    implied = run.sampler.implied(run.beta)
    return {} if implied == run.beta else {"sampler_beta": implied}


def _mixing(run: Sampling) -> dict[str, float]:
    """How well the traced chains have mixed, once there is enough of their way."""
    found = {}
    if run.accepted:
        found["sampler_acceptance"] = run.acceptance
    if run.swapped:
        found["sampler_swaps"] = float(np.mean(run.swapped))
    found["sampler_since"] = float(run.draws.steps)
    if mixing := run.draws.mixing():
        found["sampler_draws"] = float(mixing.draws)
        found["sampler_traced"] = float(mixing.chains)
        found["sampler_stride"] = float(mixing.stride)
        found["sampler_standing"] = float(mixing.standing)
        if mixing.r_hat is not None and mixing.size is not None:
            found |= {"sampler_r_hat": mixing.r_hat, "sampler_ess": mixing.size}
    return found


def _truth(s: Subject, oracle: Oracle) -> None:
    s.metrics |= {f"box_{k}": x for k, x in zip(_SIDES, oracle.window, strict=True)}
    s.metrics |= {
        "oracle_log_z": oracle.log_z,
        "oracle_leakage": oracle.leakage,
        "oracle_grid_error": oracle.grid_error,
    }
    if not isinstance(s.task.energy, Conditional):  # ln Z would be that of another x than F(y)'s
        s.metrics["oracle_nll"] = oracle.nll(s.data_energies)


def _histogram(window: tuple[float, ...], y: Array, side: int) -> Array:
    """Chains per unit of area in side² boxes of the window, as a share of all."""
    left, right, bottom, top = window
    counts, *_ = np.histogram2d(y[:, 1], y[:, 0], bins=side, range=((bottom, top), (left, right)))
    area = (right - left) * (top - bottom) / side**2
    return np.asarray(counts / (len(y) * area))


MEASURES = (
    Measure("chains", chains, walks=True),
    Measure("density", density, walks=True),
    Measure("sampling", sampling, walks=True),
    Measure("likelihood", likelihood, energy=(Joint,)),
)
"""Of what moves while all else stands still."""
