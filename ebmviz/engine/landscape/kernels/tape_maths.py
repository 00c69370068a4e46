"""Functions of float32 that hold for every number: those beyond the range, ∞ and NaN too.

Polynomials of the Cephes library (Moshier), within 2 units in the last place.
"""

from __future__ import annotations

import math
from typing import Any

import numba as nb
import numpy as np

from ebmviz.engine.landscape.kernels.maths import INNER

STRICT = {"contract", "nsz"}
"""NaN and ∞ must come out as they would from torch."""
_F = np.float32
_ROUND, _SHIFT, _SQRT_HALF = _F(1.5 * 2**23), np.int32(23), np.int32(0x3F3504F3)
_ZERO, _HALF, _ONE, _TWO, _INF, _NAN = _F(0), _F(0.5), _F(1), _F(2), _F(np.inf), _F(np.nan)
_LOG2E, _HI, _LO = _F(np.log2(np.e)), _F(0.693359375), _F(-2.12194440e-4)
_MOST, _LEAST = _F(88.72283), _F(-87.33654)
_E2, _E3, _E4 = _F(5.0000001201e-1), _F(1.6666665459e-1), _F(4.1665795894e-2)
_E5, _E6, _E7 = _F(8.3334519073e-3), _F(1.3981999507e-3), _F(1.9875691500e-4)
_TINY, _UP, _DOWN = _F(1.17549435e-38), _F(2.0**24), _F(24)
_L3, _L4, _L5 = _F(3.3333331174e-1), _F(-2.4999993993e-1), _F(2.0000714765e-1)
_L6, _L7, _L8 = _F(-1.6668057665e-1), _F(1.4249322787e-1), _F(-1.2420140846e-1)
_L9, _L10, _L11 = _F(1.1676998740e-1), _F(-1.1514610310e-1), _F(7.0376836292e-2)
_T3, _T5, _T7 = _F(-3.33332819422e-1), _F(1.33314422036e-1), _F(-5.37397155531e-2)
_T9, _T11, _NEAR = _F(2.06390887954e-2), _F(-5.70498872745e-3), _F(0.625)


def inlined(function: Any) -> Any:
    """`function`, put into those that call it: one thing less to compile where that is one."""
    return nb.njit(inline="always", fastmath=STRICT)(function)


@inlined
def exp(x: Any) -> Any:
    """e^x; 0 where that would be no normal number."""
    t = _MOST if x > _MOST else x
    t = t if t > _LEAST else _LEAST
    z = t * _LOG2E + _ROUND
    n = z - _ROUND
    r = (t - n * _HI) - n * _LO
    q = _E2 + r * (_E3 + r * (_E4 + r * (_E5 + r * (_E6 + r * _E7))))
    p = _ONE + (r + r * r * q)
    bits = _F(p).view(np.int32) + (_F(z).view(np.int32) << _SHIFT)
    e = np.int32(bits).view(np.float32)
    e = _INF if x > _MOST else e
    e = _ZERO if x < _LEAST else e
    return e if x == x else x


@inlined
def log(x: Any) -> Any:
    """ln x."""
    small = x < _TINY
    v = x * _UP if small else x
    bits = _F(v).view(np.int32)
    exponent = np.int32((bits - _SQRT_HALF) >> _SHIFT)
    t = np.int32(bits - (exponent << _SHIFT)).view(np.float32) - _ONE
    e = _F(exponent) - (_DOWN if small else _ZERO)
    q = _L3 + t * (
        _L4 + t * (_L5 + t * (_L6 + t * (_L7 + t * (_L8 + t * (_L9 + t * (_L10 + t * _L11))))))
    )
    s = t * t
    y = t * s * q + e * _LO - _HALF * s
    y = (t + y) + e * _HI
    y = y if x > _ZERO else (-_INF if x == _ZERO else _NAN)
    return x if x == _INF else y


@inlined
def sigmoid(x: Any) -> Any:
    """1/(1 + e^{−x})."""
    return _ONE / (_ONE + exp(-x))


@inlined
def tanh(x: Any) -> Any:
    """tanh x."""
    s = x * x
    near = x + x * s * (_T3 + s * (_T5 + s * (_T7 + s * (_T9 + s * _T11))))
    far = _ONE - _TWO / (exp(x + x) + _ONE)
    return near if abs(x) < _NEAR else far


@inlined
def expm1(x: Any) -> Any:
    """e^x − 1 (Kahan's way: what rounding takes from e^x it takes from its logarithm)."""
    u = exp(x)
    y = (u - _ONE) * x / log(u)
    y = x if u == _ONE else y
    y = -_ONE if u <= _TINY else y
    return u if u == _INF else y


@inlined
def log1p(x: Any) -> Any:
    """ln(1 + x), likewise."""
    u = _ONE + x
    y = log(u) * x / (u - _ONE)
    y = x if u == _ONE else y
    return u if u == _INF else y


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
