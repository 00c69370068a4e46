"""What cannot be computed, computed: Z, P(y), exact samples, by quadrature in two dimensions.

With F on the centres of the equal cells of a window, ∫ exp(−βF) dy is the midpoint sum: for a
smooth density that vanishes at the window's edge its error falls faster than any power of the cell
(Trefethen and Weideman 2014). What the window leaves out and what the cells miss is estimated.
Source: mathematics.md §4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ebmviz.core.snapshot import Array


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
        """An estimate of the probability outside: what a tail would hold that goes on falling as
        the two outermost rings of cells do, geometrically or as a power of the distance from the
        middle, whichever holds more.
        """
        if min(self.free.shape) < 5:
            return 1.0
        outer, inner = (self._ring(depth) for depth in (0, 1))
        if outer <= 0.0:
            return 0.0
        if outer >= inner:
            return 1.0
        fall = outer / inner
        radius = (min(self.free.shape) - 1) / 2  # in cells
        power = -math.log(fall) / math.log(radius / (radius - 1))
        if power <= 1:
            return 1.0
        return min(1.0, outer * float(max(fall / (1 - fall), radius / (power - 1))))

    @property
    def grid_error(self) -> float:
        """An estimate of the error of ln Z by cells: its change when every second centre is left
        out, or a quarter of it when two of three are, along each axis and at every offset, at most;
        an upper bound for smooth densities.

        Two strides, for about a centre of symmetry one of them finds no change at all.
        """
        return max(_thinned(self.p.sum(axis), stride) for axis in (0, 1) for stride in (2, 3))

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
        window, P with half a count more in every box; N exact samples have some, see `floor`.
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


def _thinned(p: Array, stride: int) -> float:
    """How much ln Σp changes where only every so manieth entry counts, as an error of the whole."""
    rows = p[: len(p) // stride * stride].reshape(-1, stride)
    parts = np.maximum(rows.sum(0), np.finfo(np.float64).tiny)
    worst = float(np.abs(np.log(stride * parts / parts.sum())).max())
    return worst if stride == 2 else worst / 4


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
