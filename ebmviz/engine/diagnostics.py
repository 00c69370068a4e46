"""Whether chains have mixed: R̂ and the effective sample size.

Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner 2021 (split R̂, ESS by Geyer's initial monotone
sequence), without the rank normalisation.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array


def split_r_hat(draws: Array) -> float:
    """R̂ of draws (T, N) of one quantity: T ≥ 4 steps of N chains, each cut in two; 1 is mixed.

    NaN when nothing moves at all.
    """
    halves = _halves(draws)
    steps = halves.shape[0]
    within = halves.var(0, ddof=1).mean()
    between = steps * halves.mean(0).var(ddof=1)
    if within == 0:
        return float("nan") if between == 0 else float("inf")
    return float(np.sqrt(((steps - 1) / steps * within + between / steps) / within))


def effective_size(draws: Array) -> float:
    """How many independent draws tell as much of the mean as draws (T, N), T ≥ 4; at most T N
    log10(T N).
    """
    halves = _halves(draws)
    steps, chains = halves.shape
    within = halves.var(0, ddof=1).mean()
    if within == 0:
        return float("nan")
    total = (steps - 1) / steps * within + halves.mean(0).var(ddof=1)
    covariance = _autocovariance(halves).mean(1)
    rho = 1 - (within - covariance * steps / (steps - 1)) / total
    rho[0] = 1.0
    pairs = rho[: steps // 2 * 2].reshape(-1, 2).sum(1)
    positive = np.minimum.accumulate(
        pairs[: int(np.argmax(pairs < 0)) if (pairs < 0).any() else None]
    )
    tau = max(-1 + 2 * float(positive.sum()), 1 / np.log10(steps * chains))
    return float(steps * chains / tau)


def _halves(draws: Array) -> Array:
    if draws.ndim != 2 or draws.shape[0] < 4:
        raise ValueError(f"draws must be (T, N) with T ≥ 4, not {draws.shape}.")
    half = draws.shape[0] // 2
    return np.concatenate([draws[:half], draws[-half:]], 1).astype(np.float64)


def _autocovariance(x: Array) -> Array:
    """By FFT, per column, divided by T."""
    steps = x.shape[0]
    centred = x - x.mean(0)
    spectrum = np.fft.rfft(centred, 2 * steps, axis=0)
    return np.asarray(np.fft.irfft(np.abs(spectrum) ** 2, axis=0)[:steps] / steps)
