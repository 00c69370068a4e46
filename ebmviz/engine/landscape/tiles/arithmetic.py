"""Vectors of float32 and float64 in LLVM's language, and the functions of them that a map needs.

No reassociation: the rounding trick of 2^x would be optimised away.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ebmviz.engine.llvm.text import FAST, Text, number

LANES = 16  # of float32, whatever the processor has: LLVM splits them
FEW = 8  # of float64
FLOATS, DOUBLES, LONG = f"<{LANES} x float>", f"<{FEW} x double>", f"<{LANES} x double>"
LEAST = -126.0  # bits that 2^x may be asked for
# Minimax of 2^r on [−½, ½], relative error 1.9e-9.
_EXP2 = (0.0001534581, 0.0013399931, 0.0096184890, 0.0555032878, 0.2402264689, 0.6931472057, 1.0)
# log2(1 + t) / t on [√½ − 1, √2 − 1], absolute error 6.7e-9.
_LOG2 = (
    *(0.1254124192, -0.2103034200, 0.2173794264, -0.2385194276, 0.2876566691, -0.3607211957),
    *(0.4809225291, -0.7213471285, 1.4426948686),
)
_ROUND = 1.5 * 2**23  # adding it leaves the nearest integer in the last bits
_SQRT_HALF = 0x3F3504F3


def lanes(kind: str) -> int:
    """Of a vector; 1 of a number."""
    return int(kind[1:].split()[0]) if kind.startswith("<") else 1


def same(value: float, kind: str) -> str:
    """A number, or a vector of the same number."""
    part = kind.split()[-1].rstrip(">")
    bits = int(np.float64(value).view(np.uint64))
    text = number(value) if part == "float" else f"0x{bits:016X}"
    return f"<{', '.join([f'{part} {text}'] * lanes(kind))}>" if kind.startswith("<") else text


def whole(value: int, kind: str) -> str:
    """The same of integers."""
    part = kind.split()[-1].rstrip(">")
    return f"<{', '.join([f'{part} {value}'] * lanes(kind))}>"


def spread(w: Text, value: str, kind: str) -> str:
    """A vector of the same number, which is known when it runs."""
    part = kind.split()[-1].rstrip(">")
    one = w.do(f"insertelement {kind} poison, {part} {value}, i64 0")
    zeros = f"<{lanes(kind)} x i32> zeroinitializer"
    return w.do(f"shufflevector {kind} {one}, {kind} poison, {zeros}")


def chosen(w: Text, value: str, kind: str, which: Sequence[int]) -> str:
    """Numbers of a vector, in this order."""
    order = ", ".join(f"i32 {n}" for n in which)
    return w.do(f"shufflevector {kind} {value}, {kind} poison, <{len(which)} x i32> <{order}>")


def add(w: Text, kind: str, *terms: str) -> str:
    """From the left."""
    total = terms[0]
    for term in terms[1:]:
        total = w.do(f"fadd {FAST} {kind} {total}, {term}")
    return total


def sub(w: Text, kind: str, a: str, b: str) -> str:
    """a − b"""
    return w.do(f"fsub {FAST} {kind} {a}, {b}")


def mul(w: Text, kind: str, a: str, b: str) -> str:
    """a b"""
    return w.do(f"fmul {FAST} {kind} {a}, {b}")


def fma(w: Text, kind: str, a: str, b: str, c: str) -> str:
    """a b + c, rounded once where the processor can."""
    return add(w, kind, mul(w, kind, a, b), c)


def compared(w: Text, kind: str, how: str, a: str, b: str) -> str:
    """Number by number: olt, ole, oeq, …"""
    return w.do(f"fcmp {how} {kind} {a}, {b}")


def chose(w: Text, kind: str, truth: str, a: str, b: str) -> str:
    """a where it holds, else b."""
    also = f"<{lanes(kind)} x i1>" if kind.startswith("<") else "i1"
    return w.do(f"select {also} {truth}, {kind} {a}, {kind} {b}")


def lower(w: Text, kind: str, a: str, b: str) -> str:
    """The lower of two numbers."""
    return chose(w, kind, compared(w, kind, "olt", a, b), a, b)


def higher(w: Text, kind: str, a: str, b: str) -> str:
    """The higher of two numbers."""
    return chose(w, kind, compared(w, kind, "ogt", a, b), a, b)


def size(w: Text, kind: str, a: str) -> str:
    """|a|"""
    short = kind if not kind.startswith("<") else f"v{lanes(kind)}{_SHORT[kind.split()[-1]]}"
    short = {"double": "f64", "float": "f32"}.get(short, short)
    return w.do(f"call {kind} @llvm.fabs.{short}({kind} {a})")


_SHORT = {"float>": "f32", "double>": "f64"}


def energy(w: Text, kind: str, dx: str, dy: str, rest: str) -> str:
    """dx² + (dy² + rest)"""
    return fma(w, kind, dx, dx, fma(w, kind, dy, dy, rest))


def _polynomial(w: Text, kind: str, x: str, factors: Sequence[float]) -> str:
    total = same(factors[0], kind)
    for factor in factors[1:]:
        total = fma(w, kind, x, total, same(factor, kind))
    return total


def exp2(w: Text, x: str, kind: str = FLOATS) -> str:
    """2^x for x in [−126, 127], within 1.2 units in the last place."""
    bits = kind.replace("float", "i32")
    z = add(w, kind, x, same(_ROUND, kind))
    r = sub(w, kind, x, sub(w, kind, z, same(_ROUND, kind)))
    p = _polynomial(w, kind, r, _EXP2)
    high = w.do(f"shl {bits} {w.do(f'bitcast {kind} {z} to {bits}')}, {whole(23, bits)}")
    low = w.do(f"bitcast {kind} {p} to {bits}")
    return w.do(f"bitcast {bits} {w.do(f'add {bits} {low}, {high}')} to {kind}")


def log2(w: Text, x: str, kind: str = FLOATS) -> str:
    """log2 x for normal x > 0, within 1e-7 max(1, |log2 x|)."""
    bits = kind.replace("float", "i32")
    given = w.do(f"bitcast {kind} {x} to {bits}")
    above = w.do(f"sub {bits} {given}, {whole(_SQRT_HALF, bits)}")
    exponent = w.do(f"ashr {bits} {above}, {whole(23, bits)}")
    scaled = w.do(f"shl {bits} {exponent}, {whole(23, bits)}")
    part = w.do(f"bitcast {bits} {w.do(f'sub {bits} {given}, {scaled}')} to {kind}")
    t = sub(w, kind, part, same(1.0, kind))
    e = w.do(f"sitofp {bits} {exponent} to {kind}")
    return fma(w, kind, t, _polynomial(w, kind, t, _LOG2), e)


DECLARED = f"""
declare {FLOATS} @llvm.fabs.v16f32({FLOATS})
declare {DOUBLES} @llvm.fabs.v8f64({DOUBLES})
declare double @llvm.fabs.f64(double)
declare double @llvm.vector.reduce.fmin.v8f64({DOUBLES})
declare double @llvm.vector.reduce.fmax.v8f64({DOUBLES})
declare i64 @llvm.vector.reduce.smin.v8i64(<8 x i64>)
declare {DOUBLES} @llvm.experimental.vector.compress.v8f64({DOUBLES}, <8 x i1>, {DOUBLES})
declare i8 @llvm.ctpop.i8(i8)
declare i64 @llvm.smin.i64(i64, i64)
declare double @llvm.maxnum.f64(double, double)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
"""
