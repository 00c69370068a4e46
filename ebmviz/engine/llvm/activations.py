"""Activations of a network on vectors, each with its slope."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.engine.llvm import numbers as c
from ebmviz.engine.llvm.vectors import Value, Writer, const

# tanh x = x P(x²)/Q(x²) for |x| ≤ 9, within 2.1e-8 of it, so that rounding is all that is left: 6
# units in the last place at most. Beyond, 1 is the nearest number. By weighted least squares whose
# weights grow where the error is large (Lawson 1961).
_P = (1.0, 0.13381025195121765, 0.0034955882001668215, 2.0609084458556026e-05, 1.335466404e-08)
_Q = (1.0, 0.4671434164047241, 0.025876982137560844, 0.0003285635029897094, 7.776559414e-07)
_FAR, _MOST = 9.0, 87.0
_EXP = tuple(float(each) for each in (c.E2, c.E3, c.E4, c.E5, c.E6, c.E7))

Activation = Callable[[Writer, Value], tuple[Value, Value]]
"""z -> a and ∂a/∂z, as numbers of the function that is written."""


def exponential(w: Writer, x: Value) -> Value:
    """e^x, |x| taken as 87 at most, as the Cephes library finds it."""
    x = w.within(x, _MOST)
    rounded = w.plus(w.mul(x, const(c.LOG2E)), const(c.ROUND))
    n = w.minus(rounded, const(c.ROUND))
    r = w.minus(w.minus(x, w.mul(n, const(c.HI))), w.mul(n, const(c.LO)))
    more = w.mul(w.mul(r, r), w.polynomial(r, _EXP))
    return w.mul(w.plus(const(1), w.plus(r, more)), w.power_of_two(rounded))


def _sigmoid_alone(w: Writer, z: Value) -> Value:
    """1/(1 + e^{−z}), no closer to 0 and 1 than e^{−87}."""
    return w.over(const(1), w.plus(const(1), exponential(w, w.negative(z))))


def _sigmoid(w: Writer, z: Value) -> tuple[Value, Value]:
    s = w.where(z, "<", -_MOST, const(0), _sigmoid_alone(w, z))
    return s, w.minus(s, w.mul(s, s))


def _silu(w: Writer, z: Value) -> tuple[Value, Value]:
    s, _ = _sigmoid(w, z)
    a = w.mul(z, s)
    return a, w.plus(s, w.minus(a, w.mul(s, a)))


def _tanh(w: Writer, z: Value) -> tuple[Value, Value]:
    x = w.within(z, _FAR)
    s = w.mul(x, x)
    a = w.within(w.over(w.mul(x, w.polynomial(s, _P)), w.polynomial(s, _Q)), 1.0)
    return a, w.minus(const(1), w.mul(a, a))


def _relu(w: Writer, z: Value) -> tuple[Value, Value]:
    return w.where(z, "<", 0, const(0), z), w.where(z, ">", 0, const(1), const(0))


ACTIVATIONS: dict[str, Activation] = {
    "silu": _silu,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "relu": _relu,
}
