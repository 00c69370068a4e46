"""What is filled, and what is copied from place to place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.builder import Builder, Operand
from ebmviz.engine.tape.operations.base import Table, into

TABLE: Table = {}
_of = into(TABLE)


@_of("new_zeros", "zeros_like", "zero", "new_empty", "empty_like")
def _zeros(b: Builder, out: Tensor, *_: Any, **__: Any) -> None:
    b.each(codes.COPY, out, 0.0)


@_of("ones_like", "new_ones")
def _ones(b: Builder, out: Tensor, *_: Any, **__: Any) -> None:
    b.each(codes.COPY, out, 1.0)


@_of("full_like")
def _full_like(b: Builder, out: Tensor, x: Tensor, value: float, **_: Any) -> None:
    b.each(codes.COPY, out, value)


@_of("new_full")
def _new_full(b: Builder, out: Tensor, x: Tensor, size: Any, value: float, **_: Any) -> None:
    b.each(codes.COPY, out, value)


@_of("fill")
def _fill(b: Builder, out: Tensor, x: Tensor, value: Operand) -> None:
    b.each(codes.COPY, out, value)


@_of("copy")
def _copy(b: Builder, out: Tensor, x: Tensor, source: Tensor, *_: Any) -> None:
    b.each(codes.COPY, out, source)


@_of("cat")
def _cat(b: Builder, out: Tensor, parts: Sequence[Tensor], dim: int = 0) -> None:
    start = 0
    for part in parts:
        if part.numel():
            b.each(codes.COPY, out.narrow(dim, start, part.shape[dim]), part)
            start += part.shape[dim]


@_of("stack")
def _stack(b: Builder, out: Tensor, parts: Sequence[Tensor], dim: int = 0) -> None:
    for i, part in enumerate(parts):
        b.each(codes.COPY, out.select(dim, i), part)


@_of("slice_backward")
def _slice_backward(
    b: Builder, out: Tensor, g: Tensor, sizes: Any, dim: int, start: int, end: int, step: int
) -> None:
    b.each(codes.COPY, out, 0.0)
    count = out.shape[dim]
    start = max(start + count, 0) if start < 0 else start
    if g.numel():
        inside = out.narrow(dim, start, count - start)
        part = inside[(slice(None),) * (dim % out.dim()) + (slice(None, None, step),)]
        b.each(codes.COPY, part.narrow(dim, 0, g.shape[dim]), g)


@_of("select_backward")
def _select_backward(b: Builder, out: Tensor, g: Tensor, sizes: Any, dim: int, i: int) -> None:
    b.each(codes.COPY, out, 0.0)
    b.each(codes.COPY, out.select(dim, i), g)


@_of("diagonal_backward")
def _diagonal_backward(
    b: Builder, out: Tensor, g: Tensor, sizes: Any, offset: int, dim1: int, dim2: int
) -> None:
    b.each(codes.COPY, out, 0.0)
    b.each(codes.COPY, out.diagonal(offset, dim1, dim2), g)
