"""Whether chains have mixed: rank-normalised split R̂ and the bulk effective sample size.

Ranks over all draws become normal scores, so that heavy tails and scales do not blind R̂; folded
about the median, they show chains that differ in width. ESS follows Geyer's initial monotone
sequence, truncated as Stan and ArviZ do.
Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner 2021, §3 and §4.
"""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.core.snapshot import Array


def split_r_hat(draws: Array) -> float:
    """R̂ of draws (T, N) of one quantity: T ≥ 4 steps of N chains, each cut in two. 1 is mixed, ∞
    chains that stand still in different places, NaN draws that are all one.
    """
    halves = _halves(draws)
    folded = np.abs(halves - np.median(halves))
    return float(max(_r_hat(_scores(halves)), _r_hat(_scores(folded))))


def effective_size(draws: Array) -> float:
    """How many independent draws tell as much of the bulk as draws (T, N), T ≥ 4; at most T N
    log10(T N), where chains alternate. NaN when no chain moves.
    """
    scores = _scores(_halves(draws))
    steps, chains = scores.shape
    covariance = _autocovariance(scores).mean(1)
    within = covariance[0] * steps / (steps - 1)
    if within == 0:
        return float("nan")
    total = covariance[0] + scores.mean(0).var(ddof=1)
    rho = 1 - (within - covariance) / total
    rho[0] = 1.0
    # Lags go in pairs (0, 1), (2, 3), … up to the first whose sum is not positive, or to the last
    # there is: of that one only the even lag counts, where it is positive.
    pairs = rho[: max(1, (steps - 1) // 2) * 2].reshape(-1, 2)
    sums = pairs.sum(1)
    ended = np.flatnonzero(sums <= 0)
    last = int(ended[0]) if ended.size else len(sums) - 1
    kept, tail = np.minimum.accumulate(sums[:last]), max(0.0, float(pairs[last, 0]))
    tau = -1 + 2 * float(kept.sum()) + tail
    count = steps * chains
    return float(count / max(tau, 1 / np.log10(count)))


def standing(draws: Array) -> int:
    """How many chains of draws (T, N, D) are where they were at the first, at every step."""
    return int((draws == draws[:1]).all((0, 2)).sum())


def _r_hat(scores: Array) -> float:
    steps = scores.shape[0]
    within = scores.var(0, ddof=1).mean()
    between = steps * scores.mean(0).var(ddof=1)
    if within == 0:
        return float("nan") if between == 0 else float("inf")
    return float(np.sqrt(((steps - 1) / steps * within + between / steps) / within))


def _halves(draws: Array) -> Array:
    if draws.ndim != 2 or draws.shape[0] < 4:
        raise ValueError(f"draws must be (T, N) with T ≥ 4, not {draws.shape}.")
    half = draws.shape[0] // 2
    return np.concatenate([draws[:half], draws[-half:]], 1).astype(np.float64)


def _scores(x: Array) -> Array:
    """Normal scores Φ⁻¹((r − 3/8) / (S + 1/4)) of the ranks r = 1 … S, equal values sharing the
    mean of theirs.
    """
    _, where, counts = np.unique(x, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2 - 0.375) / (x.size + 0.25)
    scores: Array = torch.special.ndtri(torch.from_numpy(ranks)).numpy()[where.reshape(x.shape)]
    return scores


def _autocovariance(x: Array) -> Array:
    """By FFT, per column, divided by T."""
    steps = x.shape[0]
    centred = x - x.mean(0)
    spectrum = np.fft.rfft(centred, 2 * steps, axis=0)
    return np.asarray(np.fft.irfft(np.abs(spectrum) ** 2, axis=0)[:steps] / steps)
