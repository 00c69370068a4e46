"""What an elementwise operation is in LLVM's language.

Numbers are those of torch to 2 units in the last place: beyond the range, ∞ and NaN too. A product
is drawn together with the sum that follows it inside a function alone, so that what an operation
makes does not depend on its neighbours: `contract` stands on none of what goes in or comes out.
"""

from __future__ import annotations

import numpy as np

from ebmviz.engine.llvm import numbers
from ebmviz.engine.llvm.text import number
from ebmviz.engine.tape import codes

ZERO, ONE = number(0.0), number(1.0)
_NUMBERS = {
    name: number(value) for name, value in vars(numbers).items() if isinstance(value, np.float32)
}

_FUNCTIONS = """
declare float @llvm.fabs.f32(float)
declare float @llvm.sqrt.f32(float)
declare float @llvm.floor.f32(float)
declare float @llvm.trunc.f32(float)
declare float @llvm.sin.f32(float)
declare float @llvm.cos.f32(float)

define internal float @exp(float %x) alwaysinline {
  %above = fcmp FAST ogt float %x, {MOST}
  %t0 = select i1 %above, float {MOST}, float %x
  %over = fcmp FAST ogt float %t0, {LEAST}
  %t = select i1 %over, float %t0, float {LEAST}
  %z0 = fmul FAST float %t, {LOG2E}
  %z = fadd FAST float %z0, {ROUND}
  %n = fsub FAST float %z, {ROUND}
  %r0 = fmul FAST float %n, {HI}
  %r1 = fsub FAST float %t, %r0
  %r2 = fmul FAST float %n, {LO}
  %r = fsub FAST float %r1, %r2
  %q0 = fmul FAST float %r, {E7}
  %q1 = fadd FAST float {E6}, %q0
  %q2 = fmul FAST float %r, %q1
  %q3 = fadd FAST float {E5}, %q2
  %q4 = fmul FAST float %r, %q3
  %q5 = fadd FAST float {E4}, %q4
  %q6 = fmul FAST float %r, %q5
  %q7 = fadd FAST float {E3}, %q6
  %q8 = fmul FAST float %r, %q7
  %q = fadd FAST float {E2}, %q8
  %p0 = fmul FAST float %r, %r
  %p1 = fmul FAST float %p0, %q
  %p2 = fadd FAST float %r, %p1
  %p = fadd FAST float {ONE}, %p2
  %b0 = bitcast float %p to i32
  %b1 = bitcast float %z to i32
  %b2 = shl i32 %b1, 23
  %b = add i32 %b0, %b2
  %e0 = bitcast i32 %b to float
  %e1 = select i1 %above, float {INF}, float %e0
  %below = fcmp FAST olt float %x, {LEAST}
  %e = select i1 %below, float {ZERO}, float %e1
  %sound = fcmp FAST oeq float %x, %x
  %y = select i1 %sound, float %e, float %x
  ret float %y
}

define internal float @log(float %x) alwaysinline {
  %small = fcmp FAST olt float %x, {TINY}
  %u = fmul FAST float %x, {UP}
  %v = select i1 %small, float %u, float %x
  %bits = bitcast float %v to i32
  %e0 = sub i32 %bits, {SQRT_HALF}
  %exponent = ashr i32 %e0, 23
  %e1 = shl i32 %exponent, 23
  %e2 = sub i32 %bits, %e1
  %t0 = bitcast i32 %e2 to float
  %t = fsub FAST float %t0, {ONE}
  %e3 = sitofp i32 %exponent to float
  %down = select i1 %small, float {DOWN}, float {ZERO}
  %e = fsub FAST float %e3, %down
  %q0 = fmul FAST float %t, {L11}
  %q1 = fadd FAST float {L10}, %q0
  %q2 = fmul FAST float %t, %q1
  %q3 = fadd FAST float {L9}, %q2
  %q4 = fmul FAST float %t, %q3
  %q5 = fadd FAST float {L8}, %q4
  %q6 = fmul FAST float %t, %q5
  %q7 = fadd FAST float {L7}, %q6
  %q8 = fmul FAST float %t, %q7
  %q9 = fadd FAST float {L6}, %q8
  %q10 = fmul FAST float %t, %q9
  %q11 = fadd FAST float {L5}, %q10
  %q12 = fmul FAST float %t, %q11
  %q13 = fadd FAST float {L4}, %q12
  %q14 = fmul FAST float %t, %q13
  %q = fadd FAST float {L3}, %q14
  %s = fmul FAST float %t, %t
  %y0 = fmul FAST float %t, %s
  %y1 = fmul FAST float %y0, %q
  %y2 = fmul FAST float %e, {LO}
  %y3 = fadd FAST float %y1, %y2
  %y4 = fmul FAST float {HALF}, %s
  %y5 = fsub FAST float %y3, %y4
  %y6 = fadd FAST float %t, %y5
  %y7 = fmul FAST float %e, {HI}
  %y8 = fadd FAST float %y6, %y7
  %none = fcmp FAST oeq float %x, {ZERO}
  %y9 = select i1 %none, float {MINUS_INF}, float {NAN}
  %some = fcmp FAST ogt float %x, {ZERO}
  %y10 = select i1 %some, float %y8, float %y9
  %all = fcmp FAST oeq float %x, {INF}
  %y = select i1 %all, float %x, float %y10
  ret float %y
}

define internal float @sigmoid(float %x) alwaysinline {
  %n = fneg FAST float %x
  %e = call float @exp(float %n)
  %s = fadd FAST float {ONE}, %e
  %y = fdiv FAST float {ONE}, %s
  ret float %y
}

define internal float @silu(float %x) alwaysinline {
  %s = call float @sigmoid(float %x)
  %y = fmul float %x, %s
  ret float %y
}

define internal float @silu_rise(float %x) alwaysinline {
  %s = call float @sigmoid(float %x)
  %l = fsub FAST float {ONE}, %s
  %m = fmul FAST float %x, %l
  %r = fadd FAST float %m, {ONE}
  %y = fmul float %s, %r
  ret float %y
}

define internal float @tanh(float %x) alwaysinline {
  %s = fmul FAST float %x, %x
  %q0 = fmul FAST float %s, {T11}
  %q1 = fadd FAST float {T9}, %q0
  %q2 = fmul FAST float %s, %q1
  %q3 = fadd FAST float {T7}, %q2
  %q4 = fmul FAST float %s, %q3
  %q5 = fadd FAST float {T5}, %q4
  %q6 = fmul FAST float %s, %q5
  %q = fadd FAST float {T3}, %q6
  %n0 = fmul FAST float %x, %s
  %n1 = fmul FAST float %n0, %q
  %near = fadd FAST float %x, %n1
  %f0 = fadd FAST float %x, %x
  %f1 = call float @exp(float %f0)
  %f2 = fadd FAST float %f1, {ONE}
  %f3 = fdiv FAST float {TWO}, %f2
  %far = fsub FAST float {ONE}, %f3
  %a = call FAST float @llvm.fabs.f32(float %x)
  %is = fcmp FAST olt float %a, {NEAR}
  %y = select i1 %is, float %near, float %far
  ret float %y
}

define internal float @expm1(float %x) alwaysinline {
  %u = call float @exp(float %x)
  %d = fsub FAST float %u, {ONE}
  %m = fmul FAST float %d, %x
  %l = call float @log(float %u)
  %y0 = fdiv FAST float %m, %l
  %one = fcmp FAST oeq float %u, {ONE}
  %y1 = select i1 %one, float %x, float %y0
  %low = fcmp FAST ole float %u, {TINY}
  %y2 = select i1 %low, float {MINUS_ONE}, float %y1
  %all = fcmp FAST oeq float %u, {INF}
  %y = select i1 %all, float %u, float %y2
  ret float %y
}

define internal float @log1p(float %x) alwaysinline {
  %u = fadd FAST float {ONE}, %x
  %l = call float @log(float %u)
  %m = fmul FAST float %l, %x
  %d = fsub FAST float %u, {ONE}
  %y0 = fdiv FAST float %m, %d
  %one = fcmp FAST oeq float %u, {ONE}
  %y1 = select i1 %one, float %x, float %y0
  %all = fcmp FAST oeq float %u, {INF}
  %y = select i1 %all, float %u, float %y1
  ret float %y
}
"""


def _filled(text: str) -> str:
    more = {
        "SQRT_HALF": str(int(numbers.SQRT_HALF)),
        "MINUS_INF": number(-np.inf),
        "MINUS_ONE": number(-1.0),
    }
    for name, value in (_NUMBERS | more).items():
        text = text.replace(f"{{{name}}}", value)
    return text.replace("FAST", "contract nsz")


FUNCTIONS = _filled(_FUNCTIONS)
"""What operations call."""

_CALLED = {
    codes.EXP: "exp",
    codes.LOG: "log",
    codes.TANH: "tanh",
    codes.SIGMOID: "sigmoid",
    codes.SILU: "silu",
    codes.SILU_RISE: "silu_rise",
    codes.EXPM1: "expm1",
    codes.LOG1P: "log1p",
    codes.SIN: "llvm.sin.f32",
    codes.COS: "llvm.cos.f32",
    codes.FLOOR: "llvm.floor.f32",
    codes.TRUNC: "llvm.trunc.f32",
    codes.SQRT: "llvm.sqrt.f32",
    codes.ABS: "llvm.fabs.f32",
}
_ONES = {codes.ADD: "fadd", codes.SUB: "fsub", codes.MUL: "fmul", codes.DIV: "fdiv"}
_TRUE = {codes.LT: "olt", codes.LE: "ole", codes.EQ: "oeq", codes.NE: "une"}
_LESS = {codes.MINIMUM: "olt", codes.MAXIMUM: "ogt"}


def lines(op: int, out: str, a: str, b: str, c: str) -> list[str]:
    """out = op(a, b, c), of which the names of values are given; it may take values `out.` of its
    own.
    """
    if op in _ONES:
        return [f"{out} = {_ONES[op]} float {a}, {b}"]
    if op in _CALLED:
        return [f"{out} = call float @{_CALLED[op]}(float {a})"]
    if op in _TRUE:
        return [f"{out}.t = fcmp {_TRUE[op]} float {a}, {b}", _select(out, f"{out}.t", ONE, ZERO)]
    if op in _LESS:
        return [
            f"{out}.t = fcmp {_LESS[op]} float {a}, {b}",
            _select(f"{out}.u", f"{out}.t", a, b),
            f"{out}.v = fcmp une float {a}, {a}",
            _select(out, f"{out}.v", a, f"{out}.u"),
        ]
    return _OTHERS[op](out, a, b, c)


def _select(out: str, truth: str, one: str, other: str) -> str:
    return f"{out} = select i1 {truth}, float {one}, float {other}"


def _copy(out: str, a: str, _b: str, _c: str) -> list[str]:
    return [_select(out, "true", a, a)]


def _negative(out: str, a: str, _b: str, _c: str) -> list[str]:
    return [f"{out} = fneg float {a}"]


def _square(out: str, a: str, _b: str, _c: str) -> list[str]:
    return [f"{out} = fmul float {a}, {a}"]


def _relu(out: str, a: str, _b: str, _c: str) -> list[str]:
    return [f"{out}.t = fcmp olt float {a}, {ZERO}", _select(out, f"{out}.t", ZERO, a)]


def _where(out: str, a: str, b: str, c: str) -> list[str]:
    return [f"{out}.t = fcmp une float {a}, {ZERO}", _select(out, f"{out}.t", b, c)]


def _sign(out: str, a: str, _b: str, _c: str) -> list[str]:
    minus = number(-1.0)
    return [
        f"{out}.t = fcmp olt float {a}, {ZERO}",
        _select(f"{out}.u", f"{out}.t", minus, ZERO),
        f"{out}.v = fcmp ogt float {a}, {ZERO}",
        _select(out, f"{out}.v", ONE, f"{out}.u"),
    ]


def _finite(out: str, a: str, _b: str, _c: str) -> list[str]:
    return [
        f"{out}.d = fsub float {a}, {a}",
        f"{out}.t = fcmp oeq float {out}.d, {ZERO}",
        _select(out, f"{out}.t", ONE, ZERO),
    ]


_OTHERS = {
    codes.COPY: _copy,
    codes.NEG: _negative,
    codes.SQUARE: _square,
    codes.RELU: _relu,
    codes.WHERE: _where,
    codes.SIGN: _sign,
    codes.FINITE: _finite,
}
