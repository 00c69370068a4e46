"""Numbers to numbers, each by itself."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.builder import Builder, Operand
from ebmviz.engine.tape.operations.base import Table, Write, into

TABLE: Table = {}
_of = into(TABLE)


_UNARY = {
    "neg": codes.NEG,
    "square": codes.SQUARE,
    "sqrt": codes.SQRT,
    "exp": codes.EXP,
    "log": codes.LOG,
    "tanh": codes.TANH,
    "sigmoid": codes.SIGMOID,
    "silu": codes.SILU,
    "abs": codes.ABS,
    "sgn": codes.SIGN,
    "sign": codes.SIGN,
    "relu": codes.RELU,
    "sin": codes.SIN,
    "cos": codes.COS,
    "floor": codes.FLOOR,
    "trunc": codes.TRUNC,
    "expm1": codes.EXPM1,
    "log1p": codes.LOG1P,
    "clone": codes.COPY,
    "detach": codes.COPY,
    "alias": codes.COPY,
    "_unsafe_view": codes.COPY,
    "contiguous": codes.COPY,
}


def _unary(op: int) -> Write:
    return lambda b, out, x, **_: b.each(op, out, x)


for _name, _op in _UNARY.items():
    TABLE[_name] = _unary(_op)


@_of("reciprocal")
def _reciprocal(b: Builder, out: Tensor, x: Tensor) -> None:
    b.each(codes.DIV, out, 1.0, x)


@_of("rsqrt")
def _rsqrt(b: Builder, out: Tensor, x: Tensor) -> None:
    b.each(codes.DIV, out, 1.0, b.each(codes.SQRT, b.new(out.shape), x))


@_of("exp2")
def _exp2(b: Builder, out: Tensor, x: Tensor) -> None:
    b.each(codes.EXP, out, b.each(codes.MUL, b.new(out.shape), x, math.log(2)))


@_of("logical_not", "bitwise_not")
def _not(b: Builder, out: Tensor, x: Tensor) -> None:
    b.each(codes.EQ, out, x, 0.0)


@_of("isfinite")
def _isfinite(b: Builder, out: Tensor, x: Tensor) -> None:
    b.each(codes.FINITE, out, x)


@_of("isnan")
def _isnan(b: Builder, out: Tensor, x: Tensor) -> None:
    b.each(codes.NE, out, x, x)


@_of("pow")
def _pow(b: Builder, out: Tensor, x: Tensor, power: float) -> None:
    powers = {1: codes.COPY, 2: codes.SQUARE, 0.5: codes.SQRT}
    if isinstance(power, Tensor) or isinstance(x, float):
        raise Unrecordable("a power that is no constant")
    if power in powers:
        b.each(powers[power], out, x)
    elif power == -1:
        b.each(codes.DIV, out, 1.0, x)
    elif power in (3, 4):
        square = b.each(codes.SQUARE, b.new(out.shape), x)
        b.each(codes.MUL, out, square, x if power == 3 else square)
    else:
        raise Unrecordable(f"the power {power}")


@_of("_to_copy", "to")
def _to_copy(b: Builder, out: Tensor, x: Tensor, **_: Any) -> None:
    whole = out.dtype in (torch.int64, torch.int32) and x.dtype == torch.float32
    if out.dtype == torch.bool and x.dtype != torch.bool:
        b.each(codes.NE, out, x, 0.0)
    else:
        b.each(codes.TRUNC if whole else codes.COPY, out, x)


_BINARY = {
    "mul": codes.MUL,
    "maximum": codes.MAXIMUM,
    "minimum": codes.MINIMUM,
    "eq": codes.EQ,
    "ne": codes.NE,
    "lt": codes.LT,
    "le": codes.LE,
    "logical_and": codes.MUL,
    "bitwise_and": codes.MUL,
    "logical_or": codes.MAXIMUM,
    "bitwise_or": codes.MAXIMUM,
}


def _binary(op: int) -> Write:
    return lambda b, out, x, y: b.each(op, out, x, y)


for _name, _op in _BINARY.items():
    TABLE[_name] = _binary(_op)


@_of("gt")
def _gt(b: Builder, out: Tensor, x: Operand, y: Operand) -> None:
    b.each(codes.LT, out, y, x)


@_of("ge")
def _ge(b: Builder, out: Tensor, x: Operand, y: Operand) -> None:
    b.each(codes.LE, out, y, x)


def _times(b: Builder, x: Operand, factor: float) -> Operand:
    if factor == 1:
        return x
    if not isinstance(x, Tensor):
        return x * factor
    return b.each(codes.MUL, b.new(x.shape), x, factor)


@_of("add")
def _add(b: Builder, out: Tensor, x: Operand, y: Operand, alpha: float = 1) -> None:
    b.each(codes.ADD, out, x, _times(b, y, alpha))


@_of("sub")
def _sub(b: Builder, out: Tensor, x: Operand, y: Operand, alpha: float = 1) -> None:
    b.each(codes.SUB, out, x, _times(b, y, alpha))


@_of("rsub")
def _rsub(b: Builder, out: Tensor, x: Operand, y: Operand, alpha: float = 1) -> None:
    b.each(codes.SUB, out, y, _times(b, x, alpha))


@_of("div")
def _div(b: Builder, out: Tensor, x: Operand, y: Operand, rounding_mode: str | None = None) -> None:
    if rounding_mode is None:
        b.each(codes.DIV, out, x, y)
        return
    whole = {"floor": codes.FLOOR, "trunc": codes.TRUNC}[rounding_mode]
    b.each(whole, out, b.each(codes.DIV, b.new(out.shape), x, y))


@_of("remainder")
def _remainder(b: Builder, out: Tensor, x: Operand, y: Operand) -> None:
    share = b.each(codes.DIV, b.new(out.shape), x, y)
    whole = b.each(codes.FLOOR, b.new(out.shape), share)
    b.each(codes.SUB, out, x, b.each(codes.MUL, b.new(out.shape), whole, y))


@_of("addcmul")
def _addcmul(b: Builder, out: Tensor, x: Tensor, y: Tensor, z: Tensor, value: float = 1) -> None:
    both = b.each(codes.MUL, b.new(out.shape), y, z)
    b.each(codes.ADD, out, x, _times(b, both, value))


@_of("addcdiv")
def _addcdiv(b: Builder, out: Tensor, x: Tensor, y: Tensor, z: Tensor, value: float = 1) -> None:
    both = b.each(codes.DIV, b.new(out.shape), y, z)
    b.each(codes.ADD, out, x, _times(b, both, value))


@_of("lerp")
def _lerp(b: Builder, out: Tensor, x: Tensor, y: Tensor, weight: Operand) -> None:
    apart = b.each(codes.SUB, b.new(out.shape), y, x)
    b.each(codes.ADD, out, x, b.each(codes.MUL, b.new(out.shape), apart, weight))


@_of("clamp")
def _clamp(
    b: Builder, out: Tensor, x: Tensor, min: Operand | None = None, max: Operand | None = None
) -> None:
    if min is not None and max is not None:
        x = b.each(codes.MAXIMUM, b.new(out.shape), x, min)
        b.each(codes.MINIMUM, out, x, max)
    elif min is not None:
        b.each(codes.MAXIMUM, out, x, min)
    elif max is not None:
        b.each(codes.MINIMUM, out, x, max)


@_of("clamp_min")
def _clamp_min(b: Builder, out: Tensor, x: Tensor, least: Operand) -> None:
    b.each(codes.MAXIMUM, out, x, least)


@_of("logaddexp")
def _logaddexp(b: Builder, out: Tensor, x: Tensor, y: Tensor) -> None:
    apart = b.each(codes.SUB, b.new(out.shape), x, y)
    same = b.each(codes.EQ, b.new(out.shape), x, y)  # ∞ both
    apart = b.each(codes.ABS, b.new(out.shape), b.each(codes.WHERE, apart, same, 0.0, apart))
    less = b.each(codes.EXP, b.new(out.shape), b.each(codes.NEG, b.new(out.shape), apart))
    most = b.each(codes.MAXIMUM, b.new(out.shape), x, y)
    b.each(codes.ADD, out, most, b.each(codes.LOG1P, b.new(out.shape), less))


@_of("where")
def _where(b: Builder, out: Tensor, c: Tensor, x: Operand, y: Operand) -> None:
    b.each(codes.WHERE, out, c, x, y)


@_of("masked_fill")
def _masked_fill(b: Builder, out: Tensor, x: Tensor, mask: Tensor, value: Operand) -> None:
    b.each(codes.WHERE, out, mask, value, x)


@_of("threshold_backward")
def _threshold_backward(b: Builder, out: Tensor, g: Tensor, x: Tensor, least: float) -> None:
    above = b.each(codes.LT, b.new(out.shape), least, x)
    b.each(codes.WHERE, out, above, g, 0.0)


@_of("tanh_backward")
def _tanh_backward(b: Builder, out: Tensor, g: Tensor, y: Tensor) -> None:
    rise = b.each(codes.SUB, b.new(out.shape), 1.0, b.each(codes.SQUARE, b.new(out.shape), y))
    b.each(codes.MUL, out, g, rise)


@_of("sigmoid_backward")
def _sigmoid_backward(b: Builder, out: Tensor, g: Tensor, y: Tensor) -> None:
    rest = b.each(codes.SUB, b.new(out.shape), 1.0, y)
    b.each(codes.MUL, out, g, b.each(codes.MUL, b.new(out.shape), rest, y))


@_of("silu_backward")
def _silu_backward(b: Builder, out: Tensor, g: Tensor, x: Tensor) -> None:
    b.each(codes.MUL, out, g, b.each(codes.SILU_RISE, b.new(out.shape), x))
