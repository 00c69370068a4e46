"""Descent of a function from many starts at once: by gradient, and by L-BFGS.

Bookkeeping is NumPy's: on so few numbers, torch would spend longer on its calls than on them.
Source: Nocedal and Wright 2006, algorithms 3.1 and 7.4; Barzilai and Borwein 1988.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array

Method = Literal["gradient", "lbfgs"]
Slopes = Callable[[Array], tuple[Array, Array]]
"""Values (S,) and gradients (S, A) at places (S, A), float64; each row is a problem of its own."""

EVALUATIONS = 400  # of all starts at once, at most
MEMORY = 5  # pairs of steps and changes of slope that L-BFGS keeps
_ARMIJO = 1e-4
_FLAT = 1e-5  # a slope below this, relative to 1 + |value|, is none
_SHORT = 1e-6  # a step below this part of the stride is none


class Descents(NamedTuple):
    """Of S starts: path (T, S, A) and value (T, S), the start first; one that has ended stays.
    ended (S,): which have come to rest or left the box, not just run out of evaluations.
    escaped (S,): which have left it.
    """

    path: Array
    value: Array
    ended: Array
    escaped: Array


def descents(
    function: Slopes,
    starts: Array,
    method: Method,
    stride: float,
    most: int,
    box: tuple[Array, Array],
) -> Descents:
    """Down from starts (S, A), in `most` evaluations and steps no longer than `stride`.

    Steps are halved until the Armijo condition holds, so no value ever rises; each start ends in a
    local minimum near it, which may be the wrong one. Where there is none below, it leaves the box
    with corners (A,), and is stopped.
    """
    x = np.array(starts, np.float64)
    value, slope = function(x)
    path, values = [x], [value]
    memory = _Memory(x) if method == "lbfgs" else None
    rate = np.full(len(x), 0.5)
    escaped = np.any((x < box[0]) | (x > box[1]), axis=1)
    active = np.isfinite(value) & ~escaped
    for _ in range(most):
        steep = np.sqrt((slope * slope).sum(1))
        active &= steep > _FLAT * (1 + np.abs(value))
        way = -slope if memory is None else memory.way(slope)
        down = (way * slope).sum(1)
        long = np.sqrt((way * way).sum(1))
        rate = np.minimum(rate, stride / np.maximum(long, 1e-300))
        active &= rate * long > _SHORT * stride
        if not active.any():
            break
        moved = rate[:, None] * way
        after, slope_after = function(x + moved)
        taken = active & (after <= value + _ARMIJO * rate * down) & (after < value)
        curvature = (moved * (slope_after - slope)).sum(1)
        if memory is not None:
            memory.learn(taken, moved, slope_after - slope, curvature, steep)
            longer = np.ones(len(x))
        else:
            # The next rate fits the curvature just seen.
            share = (moved * moved).sum(1) / np.where(curvature > 0, curvature, 1.0)
            longer = np.where(curvature > 0, share, 2 * rate)
        rate = np.where(taken, longer, rate / 2)
        if taken.any():
            x = np.where(taken[:, None], x + moved, x)
            value, slope = (
                np.where(taken, after, value),
                np.where(taken[:, None], slope_after, slope),
            )
            escaped = np.any((x < box[0]) | (x > box[1]), axis=1)
            active &= ~escaped
            path.append(x)
            values.append(value)
    return Descents(np.stack(path), np.stack(values), ~active, escaped)


class _Memory:
    """The latest steps s and changes of slope y of every start, newest last."""

    def __init__(self, x: Array) -> None:
        self.s = np.zeros((MEMORY, *x.shape))
        self.y = np.zeros((MEMORY, *x.shape))
        self.rho = np.zeros((MEMORY, len(x)))  # 1 / sᵀy, 0 where there is none yet
        self.scale = np.full(len(x), 0.5)

    def learn(self, taken: Array, s: Array, y: Array, curvature: Array, steep: Array) -> None:
        """From the steps taken. Where the function bends downwards there is no model: what was
        learnt is forgotten, and the next step is twice as long down the slope.
        """
        up = taken & (curvature > 1e-12 * (y * y).sum(1)) & (curvature > 0)
        safe = np.where(up, curvature, 1.0)
        for kept, latest in ((self.s, s), (self.y, y), (self.rho, 1 / safe)):
            kept[:, up] = np.concatenate([kept[1:, up], latest[None, up]])
        self.scale = np.where(up, safe / np.where(up, (y * y).sum(1), 1.0), self.scale)
        lost = taken & ~up
        self.rho[:, lost] = 0
        length = np.sqrt((s * s).sum(1))
        self.scale = np.where(lost, 2 * length / np.maximum(steep, 1e-300), self.scale)

    def way(self, slope: Array) -> Array:
        """−H ∇f by the two loops; −∇f where rounding would let that lead upwards."""
        q, alphas = slope, []
        for s, y, rho in zip(self.s[::-1], self.y[::-1], self.rho[::-1], strict=True):
            alpha = rho * (s * q).sum(1)
            alphas.append(alpha)
            q = q - alpha[:, None] * y
        q = self.scale[:, None] * q
        for s, y, rho, alpha in zip(self.s, self.y, self.rho, reversed(alphas), strict=True):
            q = q + (alpha - rho * (y * q).sum(1))[:, None] * s
        uphill = (q * slope).sum(1) <= 0
        return -np.where(uphill[:, None], slope, q)


def by_autograd(function: Callable[[Tensor], Tensor]) -> Slopes:
    """Values and slopes of a torch function (S, A) -> (S,) whose rows do not see each other."""

    def slopes(at: Array) -> tuple[Array, Array]:
        with torch.enable_grad():
            leaf = torch.from_numpy(at).requires_grad_()
            value = function(leaf)
            (slope,) = torch.autograd.grad(value.sum(), leaf)
        return value.detach().numpy(), slope.numpy()

    return slopes


def broken(path: Array) -> Array:
    """Paths (T, S, A) as one line (M, A): each start's own places, then NaN."""
    pieces = []
    for places in path.transpose(1, 0, 2):
        new = np.ones(len(places), bool)
        new[1:] = (np.diff(places, axis=0) != 0).any(1)
        pieces += [places[new], np.full((1, path.shape[2]), np.nan)]
    return np.concatenate(pieces)
