"""2^x and log2 x for float32, as polynomials that the compiler can put in vector registers.

numba calls the C library once per element where Intel's vector library is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb
import numpy as np

# No reassociation: the rounding trick below would be optimised away.
FAST = {"contract", "nnan", "nsz"}
_OPTIONS: dict[str, Any] = {"fastmath": FAST, "error_model": "numpy", "nogil": True}
# Of functions that only compiled ones call: what Python would need takes an eighth of the time.
INNER: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
F = TypeVar("F", bound=Callable[..., Any])


def quick(function: F) -> F:
    """`function`, for compiled ones to call: compiled for each of their types. Python
    cannot call it, and crashes.
    """
    compiled: Any = nb.njit(**_OPTIONS, **INNER)(function)
    return cast(F, compiled)


def inlined(function: F) -> F:
    """`function`, put into those that call it, where loops over it become vector loops."""
    compiled: Any = nb.njit(inline="always", fastmath=FAST)(function)
    return cast(F, compiled)


def ahead(function: F, signature: Any, cache: bool, fast: Any = FAST) -> F:
    """`function`, compiled now for one signature, and kept on disk if `cache`; `fast` says what the
    compiler may assume of numbers.
    """
    compiled: F = nb.njit(signature, cache=cache, **{**_OPTIONS, "fastmath": fast})(function)
    return compiled


_ROUND = np.float32(1.5 * 2**23)  # adding it leaves the nearest integer in the last bits
_SHIFT = np.int32(23)
_SQRT_HALF = np.int32(0x3F3504F3)
# Minimax on [−½, ½], relative error 1.9e-9.
_E1, _E2, _E3 = np.float32(0.6931472057), np.float32(0.2402264689), np.float32(0.0555032878)
_E4, _E5, _E6 = np.float32(0.0096184890), np.float32(0.0013399931), np.float32(0.0001534581)
# log2(1 + t) = t q(t) on [√½ − 1, √2 − 1], absolute error 6.7e-9.
_L0, _L1, _L2 = np.float32(1.4426948686), np.float32(-0.7213471285), np.float32(0.4809225291)
_L3, _L4, _L5 = np.float32(-0.3607211957), np.float32(0.2876566691), np.float32(-0.2385194276)
_L6, _L7, _L8 = np.float32(0.2173794264), np.float32(-0.2103034200), np.float32(0.1254124192)
_ONE = np.float32(1.0)


@inlined
def exp2(x: Any) -> Any:
    """2^x for x in [−126, 127], within 1.2 units in the last place."""
    z = x + _ROUND
    r = x - (z - _ROUND)
    p = np.float32(_ONE + r * (_E1 + r * (_E2 + r * (_E3 + r * (_E4 + r * (_E5 + r * _E6))))))
    bits = p.view(np.int32) + (np.float32(z).view(np.int32) << _SHIFT)
    return np.int32(bits).view(np.float32)


@inlined
def log2(x: Any) -> Any:
    """log2 x for normal x > 0, within 1e-7 max(1, |log2 x|)."""
    bits = np.float32(x).view(np.int32)
    exponent = np.int32((bits - _SQRT_HALF) >> _SHIFT)
    t = np.int32(bits - (exponent << _SHIFT)).view(np.float32) - _ONE
    q = _L4 + t * (_L5 + t * (_L6 + t * (_L7 + t * _L8)))
    return np.float32(exponent) + t * (_L0 + t * (_L1 + t * (_L2 + t * (_L3 + t * q))))
