"""The element-wise parts of a network's energy and slope: one pass each over what stays in the
cache, where torch makes one per operation. The products between them are left to torch.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba as nb
import numpy as np

from ebmviz.engine.landscape.kernels.maths import ahead, exp2, inlined

KINDS = {"silu": 0, "tanh": 1, "sigmoid": 2, "relu": 3}
"""The activations, as `activate` is told."""

# NaN and ∞ must come out as they would from torch; sums may be taken in any order.
_STRICT, _SUMS = {"contract", "nsz"}, {"contract", "nsz", "reassoc"}
_ZERO, _ONE, _MOST = np.float32(0.0), np.float32(1.0), np.float32(126.0)
_LOG2E = np.float32(np.log2(np.e))
_T3, _T5, _T7 = np.float32(1 / 3), np.float32(2 / 15), np.float32(17 / 315)
_NEAR = np.float32(0.02)


@inlined
def _sigmoid(z: Any) -> Any:
    t = -z * _LOG2E
    far = t > _MOST
    t = _MOST if far else t
    t = -_MOST if t < -_MOST else t
    s = _ZERO if far else _ONE / (_ONE + exp2(t))
    return s if t == t else t


@inlined
def _tanh(z: Any) -> Any:
    s = _sigmoid(z + z)
    q = z * z  # near 0 the difference of two halves would cancel: Taylor's series to z⁷
    near = z * (_ONE - q * (_T3 - q * (_T5 - q * _T7)))
    return near if q < _NEAR else s + s - _ONE


@inlined
def _activate_row(a: Any, b: Any, r: Any, kind: Any) -> None:
    """One place's units: a becomes a(a + b), and r the slope there."""
    if kind == 0:
        for j in range(a.size):
            t = a[j] + b[j]
            s = _sigmoid(t)
            v = t * s
            a[j] = v
            r[j] = s + (v - s * v)
    elif kind == 1:
        for j in range(a.size):
            v = _tanh(a[j] + b[j])
            a[j] = v
            r[j] = _ONE - v * v
    elif kind == 2:
        for j in range(a.size):
            v = _sigmoid(a[j] + b[j])
            a[j] = v
            r[j] = v - v * v
    else:
        for j in range(a.size):
            t = a[j] + b[j]
            a[j] = _ZERO if t < _ZERO else t
            r[j] = _ONE if t > _ZERO else _ZERO


def _enter(x: Any, w: Any, b: Any, a: Any, rise: Any, kind: Any) -> None:
    for i in range(x.shape[0]):
        row = a[i]
        for j in range(row.size):
            row[j] = x[i, 0] * w[0, j]
        for d in range(1, x.shape[1]):
            share, line = x[i, d], w[d]
            for j in range(row.size):
                row[j] += share * line[j]
        _activate_row(row, b, rise[i], kind)


def _activate(a: Any, b: Any, rise: Any, kind: Any) -> None:
    for i in range(a.shape[0]):
        _activate_row(a[i], b, rise[i], kind)


def _turn(a: Any, rise: Any, w: Any, b: Any, out: Any) -> None:
    for i in range(a.shape[0]):
        row, r, total = a[i], rise[i], _ZERO
        for j in range(w.size):
            total += row[j] * w[j]
            row[j] = r[j] * w[j]
        out[i] = total + b


def _gather(flow: Any, rise: Any, w: Any, slope: Any) -> None:
    for i in range(flow.shape[0]):
        row, r = flow[i], rise[i]
        for d in range(w.shape[0]):
            line, total = w[d], _ZERO
            for j in range(row.size):
                total += row[j] * r[j] * line[j]
            slope[i, d] = total


class Layers(NamedTuple):
    """For n places and h units; matrices float32 and C-contiguous; nothing holds a lock.

    enter(x (n, D), w (D, h), b (h,), a, rise, kind): a becomes a(x w + b), and rise a′ there.
    activate(a, b (h,), rise, kind): a becomes a(a + b), and rise a′ there, both (n, h).
    turn(a, rise, w (h,), b, out (n,)): out = a w + b, and a becomes rise w.
    gather(flow (n, h), rise, w (D, h), slope (n, D)): slope = (flow rise) wᵀ.
    """

    enter: Any
    activate: Any
    turn: Any
    gather: Any


_F = nb.float32
_ROW, _ROWS = _F[::1], _F[:, ::1]


def compiled(cache: bool) -> Layers:
    """Compiled now, and kept on disk if `cache`."""
    return Layers(
        ahead(_enter, nb.void(_ROWS, _ROWS, _ROW, _ROWS, _ROWS, nb.int64), cache, _STRICT),
        ahead(_activate, nb.void(_ROWS, _ROW, _ROWS, nb.int64), cache, _STRICT),
        ahead(_turn, nb.void(_ROWS, _ROWS, _ROW, _F, _ROW), cache, _SUMS),
        ahead(_gather, nb.void(_ROWS, _ROWS, _ROWS, _ROWS), cache, _SUMS),
    )
