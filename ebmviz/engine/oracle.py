"""What cannot be computed, computed: Z, P(y), exact samples, by quadrature in two dimensions.

With F on the centres of the equal cells of a window, ∫ exp(−βF) dy is the midpoint sum: for a
smooth density that vanishes at the window's edge its error falls faster than any power of the cell
(Trefethen and Weideman 2014). What the window leaves out and what the cells miss is estimated.
Source: math.md §4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ebmviz.core.snapshot import Array

COARSE = 64  # cells a side, for curvature


@dataclass(frozen=True, eq=False)
class Oracle:
    """F (H, W) at the cells of a window (left, right, bottom, top), at β in ]0, ∞[."""

    free: Array
    window: tuple[float, float, float, float]
    beta: float

    @property
    def cell(self) -> float:
        """The area of a cell."""
        left, right, bottom, top = self.window
        return (right - left) * (top - bottom) / self.free.size

    @cached_property
    def log_z(self) -> float:
        """ln ∫ exp(−βF) dy over the window, in nats."""
        return _log_sum(-self.beta * self.free.astype(np.float64)) + math.log(self.cell)

    @cached_property
    def p(self) -> Array:
        """The probability of each cell, (H, W) float64, summing to 1."""
        logs = -self.beta * self.free.astype(np.float64)
        return np.exp(logs - _log_sum(logs))

    @property
    def leakage(self) -> float:
        """An estimate of the probability outside: the share of the outermost ring of cells, as
        many times as a tail that goes on falling as it does there would repeat it.
        """
        if min(self.free.shape) < 5:
            return 1.0
        rings = [self._ring(depth) for depth in (0, 1)]
        if rings[1] <= 0.0:
            return 0.0 if rings[0] <= 0.0 else 1.0
        fall = rings[0] / rings[1]
        return min(1.0, rings[0] * fall / (1 - fall)) if fall < 1 else 1.0

    @property
    def grid_error(self) -> float:
        """An estimate of the error of ln Z by cells: its change when every second centre is left
        out, along each axis and both offsets, at most; an upper bound for smooth densities.
        """
        logs = -self.beta * self.free.astype(np.float64)
        worst = 0.0
        for axis in (0, 1):
            even = logs.shape[axis] // 2 * 2
            whole = np.take(logs, range(even), axis)
            for offset in (0, 1):
                half = np.take(logs, range(offset, even, 2), axis)
                worst = max(worst, abs(_log_sum(half) + math.log(2) - _log_sum(whole)))
        return worst

    def nll(self, energy: Array) -> float:
        """The mean of βF + ln Z over data of these free energies (N,): nats per datum."""
        return float(self.beta * np.mean(energy.astype(np.float64)) + self.log_z)

    def sample(self, count: int, generator: np.random.Generator) -> Array:
        """Places (count, 2): a cell by its probability, uniform within it."""
        height, width = self.free.shape
        cumulative = np.cumsum(self.p.ravel())
        index = np.searchsorted(cumulative, generator.random(count) * cumulative[-1])
        index = np.minimum(index, self.p.size - 1)
        left, right, bottom, top = self.window
        x = left + (index % width + generator.random(count)) * (right - left) / width
        y = bottom + (index // width + generator.random(count)) * (top - bottom) / height
        return np.stack([x, y], 1)

    def divergence(self, y: Array, bins: int = 32) -> float:
        """KL(chains ‖ P) in nats between places (N, 2) and P, both on `bins`² equal boxes of the
        window, P with half a count more in every box; its floor for N exact samples is about
        (occupied boxes − 1) / 2N.
        """
        left, right, bottom, top = self.window
        counts, *_ = np.histogram2d(
            y[:, 1], y[:, 0], bins=bins, range=((bottom, top), (left, right))
        )
        total = counts.sum()
        if total == 0:
            return math.inf
        wanted = boxed(self.p, bins) + 0.5 / (bins * bins * total)
        wanted /= wanted.sum()
        share = counts / total
        seen = share > 0
        return float((share[seen] * np.log(share[seen] / wanted[seen])).sum())

    def floor(self, count: int, bins: int = 32) -> float:
        """The KL that so many exact samples have to P themselves, found with some."""
        return self.divergence(self.sample(count, np.random.default_rng(0)), bins)

    def _ring(self, depth: int) -> float:
        p = self.p[depth : self.p.shape[0] - depth, depth : self.p.shape[1] - depth]
        return float(p[0].sum() + p[-1].sum() + p[1:-1, 0].sum() + p[1:-1, -1].sum())


def stability_limit(free: Array, window: tuple[float, ...]) -> float:
    """2/λ_max(∇²F), the largest over the window by finite differences on a coarse map; ∞ where
    nothing curves upwards.
    """
    step = max(1, math.ceil(max(free.shape) / COARSE))
    f = free[::step, ::step].astype(np.float64)
    left, right, bottom, top = window
    dx = (right - left) / free.shape[1] * step
    dy = (top - bottom) / free.shape[0] * step
    xx = (f[1:-1, 2:] - 2 * f[1:-1, 1:-1] + f[1:-1, :-2]) / dx**2
    yy = (f[2:, 1:-1] - 2 * f[1:-1, 1:-1] + f[:-2, 1:-1]) / dy**2
    xy = (f[2:, 2:] - f[2:, :-2] - f[:-2, 2:] + f[:-2, :-2]) / (4 * dx * dy)
    largest = float(((xx + yy) / 2 + np.hypot((xx - yy) / 2, xy)).max())
    return 2 / largest if largest > 0 else math.inf


def boxed(p: Array, bins: int) -> Array:
    """The probability of bins² boxes, each cell counted where its area lies."""
    for axis in (0, 1):
        edges = np.linspace(0, p.shape[axis], bins + 1)
        zeros = np.zeros((1, p.shape[1]) if axis == 0 else (p.shape[0], 1))
        total = np.concatenate([zeros, np.cumsum(p, axis)], axis)
        whole = np.floor(edges).astype(int)
        after = np.minimum(whole + 1, p.shape[axis])
        part = edges - whole
        shape = (-1, 1) if axis == 0 else (1, -1)
        at = np.take(total, whole, axis)
        at = at + part.reshape(shape) * (np.take(total, after, axis) - at)
        p = np.diff(at, axis=axis)
    return p


def _log_sum(logs: Array) -> float:
    top = float(logs.max())
    return top + math.log(float(np.exp(logs - top).sum()))
