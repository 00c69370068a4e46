"""Functions of float32 that hold for every number: those beyond the range, ∞ and NaN too.

Polynomials of the Cephes library (Moshier), within 2 units in the last place.
"""

from __future__ import annotations

import math
from typing import Any

import numba as nb
import numpy as np

from ebmviz.engine.landscape.kernels import tape_numbers as c
from ebmviz.engine.landscape.kernels.maths import INNER

_F = np.float32
STRICT = {"contract", "nsz"}
"""NaN and ∞ must come out as they would from torch."""


def inlined(function: Any) -> Any:
    """`function`, put into those that call it: one thing less to compile where that is one."""
    return nb.njit(inline="always", fastmath=STRICT)(function)


@inlined
def exp(x: Any) -> Any:
    """e^x; 0 where that would be no normal number."""
    t = c.MOST if x > c.MOST else x
    t = t if t > c.LEAST else c.LEAST
    z = t * c.LOG2E + c.ROUND
    n = z - c.ROUND
    r = (t - n * c.HI) - n * c.LO
    q = c.E2 + r * (c.E3 + r * (c.E4 + r * (c.E5 + r * (c.E6 + r * c.E7))))
    p = c.ONE + (r + r * r * q)
    bits = _F(p).view(np.int32) + (_F(z).view(np.int32) << c.SHIFT)
    e = np.int32(bits).view(np.float32)
    e = c.INF if x > c.MOST else e
    e = c.ZERO if x < c.LEAST else e
    return e if x == x else x


@inlined
def log(x: Any) -> Any:
    """ln x."""
    small = x < c.TINY
    v = x * c.UP if small else x
    bits = _F(v).view(np.int32)
    exponent = np.int32((bits - c.SQRT_HALF) >> c.SHIFT)
    t = np.int32(bits - (exponent << c.SHIFT)).view(np.float32) - c.ONE
    e = _F(exponent) - (c.DOWN if small else c.ZERO)
    q = c.L3 + t * (
        c.L4
        + t * (c.L5 + t * (c.L6 + t * (c.L7 + t * (c.L8 + t * (c.L9 + t * (c.L10 + t * c.L11))))))
    )
    s = t * t
    y = t * s * q + e * c.LO - c.HALF * s
    y = (t + y) + e * c.HI
    y = y if x > c.ZERO else (-c.INF if x == c.ZERO else c.NAN)
    return x if x == c.INF else y


@inlined
def sigmoid(x: Any) -> Any:
    """1/(1 + e^{−x})."""
    return c.ONE / (c.ONE + exp(-x))


@inlined
def tanh(x: Any) -> Any:
    """tanh x."""
    s = x * x
    near = x + x * s * (c.T3 + s * (c.T5 + s * (c.T7 + s * (c.T9 + s * c.T11))))
    far = c.ONE - c.TWO / (exp(x + x) + c.ONE)
    return near if abs(x) < c.NEAR else far


@inlined
def expm1(x: Any) -> Any:
    """e^x − 1 (Kahan's way: what rounding takes from e^x it takes from its logarithm)."""
    u = exp(x)
    y = (u - c.ONE) * x / log(u)
    y = x if u == c.ONE else y
    y = -c.ONE if u <= c.TINY else y
    return u if u == c.INF else y


@inlined
def log1p(x: Any) -> Any:
    """ln(1 + x), likewise."""
    u = c.ONE + x
    y = log(u) * x / (u - c.ONE)
    y = x if u == c.ONE else y
    return u if u == c.INF else y


@inlined
def sine(x: Any) -> Any:
    """sin x."""
    return _F(math.sin(x))


@inlined
def cosine(x: Any) -> Any:
    """cos x."""
    return _F(math.cos(x))


# Nothing is allocated, so nobody counts who looks at an array: half of the compiler's work.
PLAIN: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}


def strict(function: Any) -> Any:
    """`function`, for compiled ones to call, with no liberties but those of `STRICT`."""
    return nb.njit(fastmath=STRICT, **PLAIN, **INNER)(function)


def summing(function: Any) -> Any:
    """The same, its sums taken in any order."""
    return nb.njit(fastmath={*STRICT, "reassoc"}, **PLAIN, **INNER)(function)
