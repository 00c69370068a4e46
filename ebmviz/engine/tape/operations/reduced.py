"""Sums, means, least and most numbers along axes, and what is made of them."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.builder import Builder
from ebmviz.engine.tape.operations.base import Table, into

TABLE: Table = {}
_of = into(TABLE)


def _axes(x: Tensor, dim: Any) -> list[int]:
    if dim is None or dim == []:
        return list(range(x.dim()))
    return sorted(d % x.dim() for d in ([dim] if isinstance(dim, int) else dim))


def _over(b: Builder, how: int, out: Tensor, x: Tensor, axes: list[int]) -> Tensor:
    flat = out.view([n for i, n in enumerate(x.shape) if i not in axes])
    if not axes or (all(x.shape[a] == 1 for a in axes) and how != codes.ARGMIN):
        b.each(codes.COPY, flat, x.reshape(flat.shape) if x.is_contiguous() else _narrowed(x, axes))
    else:
        b.reduce(how, flat, x, axes)
    return out


def _narrowed(x: Tensor, axes: list[int]) -> Tensor:
    for a in reversed(axes):
        x = x.select(a, 0)
    return x


@_of("sum")
def _sum(
    b: Builder, out: Tensor, x: Tensor, dim: Any = None, keepdim: bool = False, **_: Any
) -> None:
    _over(b, codes.SUM, out, x, _axes(x, dim))


@_of("mean")
def _mean(
    b: Builder, out: Tensor, x: Tensor, dim: Any = None, keepdim: bool = False, **_: Any
) -> None:
    axes = _axes(x, dim)
    total = _over(b, codes.SUM, b.new(out.shape), x, axes)
    b.each(codes.DIV, out, total, float(math.prod(x.shape[a] for a in axes)))


@_of("amin", "min")
def _amin(b: Builder, out: Tensor, x: Tensor, dim: Any = None, keepdim: bool = False) -> None:
    _over(b, codes.MIN, out, x, _axes(x, dim))


@_of("amax", "max")
def _amax(b: Builder, out: Tensor, x: Tensor, dim: Any = None, keepdim: bool = False) -> None:
    _over(b, codes.MAX, out, x, _axes(x, dim))


@_of("argmin")
def _argmin(b: Builder, out: Tensor, x: Tensor, dim: Any = None, keepdim: bool = False) -> None:
    _over(b, codes.ARGMIN, out, x, _axes(x, dim))


def _kept(x: Tensor, axes: list[int]) -> list[int]:
    return [1 if i in axes else n for i, n in enumerate(x.shape)]


@_of("logsumexp")
def _logsumexp(b: Builder, out: Tensor, x: Tensor, dim: Any, keepdim: bool = False) -> None:
    axes = _axes(x, dim)
    shape = _kept(x, axes)
    most = _over(b, codes.MAX, b.new(shape), x, axes)
    finite = b.each(codes.FINITE, b.new(shape), most)
    shift = b.each(codes.WHERE, b.new(shape), finite, most, 0.0)
    apart = b.each(codes.SUB, b.new(x.shape), x, shift)
    total = _over(b, codes.SUM, b.new(shape), b.each(codes.EXP, b.new(x.shape), apart), axes)
    b.each(codes.ADD, out.view(shape), b.each(codes.LOG, b.new(shape), total), shift)


def _exps(b: Builder, x: Tensor, axes: list[int]) -> tuple[Tensor, Tensor, Tensor]:
    """x above its most, e to that, and the sum of them."""
    shape = _kept(x, axes)
    most = _over(b, codes.MAX, b.new(shape), x, axes)
    apart = b.each(codes.SUB, b.new(x.shape), x, most)
    up = b.each(codes.EXP, b.new(x.shape), apart)
    return apart, up, _over(b, codes.SUM, b.new(shape), up, axes)


@_of("_log_softmax")
def _log_softmax(b: Builder, out: Tensor, x: Tensor, dim: int, half: bool) -> None:
    apart, _, total = _exps(b, x, _axes(x, dim))
    b.each(codes.SUB, out, apart, b.each(codes.LOG, b.new(total.shape), total))


@_of("_softmax")
def _softmax(b: Builder, out: Tensor, x: Tensor, dim: int, half: bool) -> None:
    _, up, total = _exps(b, x, _axes(x, dim))
    b.each(codes.DIV, out, up, total)


@_of("_log_softmax_backward_data")
def _log_softmax_backward(
    b: Builder, out: Tensor, g: Tensor, y: Tensor, dim: int, dtype: Any
) -> None:
    axes = _axes(y, dim)
    total = _over(b, codes.SUM, b.new(_kept(y, axes)), g, axes)
    share = b.each(codes.MUL, b.new(y.shape), b.each(codes.EXP, b.new(y.shape), y), total)
    b.each(codes.SUB, out, g, share)


@_of("_softmax_backward_data")
def _softmax_backward(b: Builder, out: Tensor, g: Tensor, y: Tensor, dim: int, dtype: Any) -> None:
    axes = _axes(y, dim)
    flow = b.each(codes.MUL, b.new(y.shape), g, y)
    total = _over(b, codes.SUM, b.new(_kept(y, axes)), flow, axes)
    b.each(codes.SUB, out, flow, b.each(codes.MUL, b.new(y.shape), y, total))


@_of("linalg_vector_norm")
def _norm(
    b: Builder, out: Tensor, x: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False,
    **_: Any,
) -> None:  # fmt: skip
    if ord != 2:
        raise Unrecordable(f"the norm {ord}")
    square = b.each(codes.SQUARE, b.new(x.shape), x)
    b.each(codes.SQRT, out, _over(b, codes.SUM, b.new(out.shape), square, _axes(x, dim)))
