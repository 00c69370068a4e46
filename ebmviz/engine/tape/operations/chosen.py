"""Numbers chosen by their place, and put back there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ebmviz.engine.landscape.kernels import tape_codes as codes
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.builder import Builder
from ebmviz.engine.tape.operations.base import Table, into

TABLE: Table = {}
_of = into(TABLE)


def _around(x: Tensor, dim: int) -> Tensor:
    """(a, b, many, n): the axis in the third place, those before it merged into at most two."""
    dim %= x.dim()
    before, after = x.shape[:dim], x.shape[dim + 1 :]
    if len(before) > 2 or len(after) > 1:
        raise Unrecordable("a choice along one of many axes")
    for _ in range(2 - len(before)):
        x = x[None]
    return x if after else x[..., None]


@_of("gather")
def _gather(b: Builder, out: Tensor, x: Tensor, dim: int, index: Tensor, **_: Any) -> None:
    dim %= x.dim()
    if index.shape[dim] == 1:
        whole = _around(x, dim)
        shape = (*whole.shape[:2], whole.shape[3])
        b.take(_around(out, dim)[:, :, 0].expand(shape), whole, _around(index, dim)[:, :, 0])
        return
    if x.dim() != 1 and not (x.dim() == 2 and dim == 1):
        raise Unrecordable("a gather along one of many axes")
    x, out, index = (t if t.dim() == 2 else t[None] for t in (x, out, index))
    spread = x[:, None, :, None].expand(-1, index.shape[1], -1, -1)
    b.take(out[:, :, None], spread, index[:, :, None])


def _put_along(b: Builder, target: Tensor, dim: int, index: Tensor, source: Tensor) -> None:
    dim %= target.dim()
    if index.shape[dim] == 1:
        whole = _around(target, dim)
        b.put(whole, _around(index, dim)[:, :, 0], _around(source, dim)[:, :, 0])
        return
    if target.dim() != 1 and not (target.dim() == 2 and dim == 1):
        raise Unrecordable("a scatter along one of many axes")
    target, index, source = (t if t.dim() == 2 else t[None] for t in (target, index, source))
    spread = target[:, None, :, None].expand(-1, index.shape[1], -1, -1)
    b.put(spread, index[:, :, None], source[:, :, None])


@_of("scatter_add")
def _scatter_add(
    b: Builder, out: Tensor, x: Tensor, dim: int, index: Tensor, source: Tensor
) -> None:
    if out.untyped_storage()._cdata != x.untyped_storage()._cdata:
        b.each(codes.COPY, out, x)
    _put_along(b, out, dim, index, source)


@_of("scatter")
def _scatter(b: Builder, out: Tensor, x: Tensor, dim: int, index: Tensor, value: Any) -> None:
    if isinstance(value, Tensor) or index.shape[dim] != 1:
        raise Unrecordable("a scatter of many")
    numbers = torch.arange(x.shape[dim], dtype=torch.float32)
    shape = [1] * x.dim()
    shape[dim % x.dim()] = -1
    there = b.each(codes.EQ, b.new(x.shape), index, b.constant(numbers.view(shape)))
    b.each(codes.WHERE, out, there, value, x)


def _chosen(
    b: Builder, x: Tensor, indices: Sequence[Tensor | None], count: int
) -> tuple[Tensor, Tensor, tuple[int, int, int]]:
    """(a, b, many, inner) and the index (a, b, inner) of what a table chooses: whole rows of it,
    columns, or `count` single numbers; and the shape (a, b, inner) of them.
    """
    whole = [i for i in indices if i is not None]
    if any(i.dtype == torch.bool or i.dim() != 1 for i in whole) or x.dim() > 2:
        raise Unrecordable("a choice by masks, or by tables")
    if len(whole) == 2 and x.is_contiguous():  # single numbers of the table as one row
        at = b.each(codes.MUL, b.new((count,)), whole[0], float(x.shape[1]))
        at = b.each(codes.ADD, b.new((count,)), at, whole[1])
        return x.view(1, 1, -1, 1).expand(1, count, -1, 1), at[None, :, None], (1, count, 1)
    if len(whole) != 1:
        raise Unrecordable("a choice by many axes")
    index, size = whole[0], len(whole[0])
    table = x if x.dim() == 2 else x[:, None]
    rows, wide = table.shape
    if indices[0] is not None:
        source = table[None, None].expand(1, size, -1, -1)
        return source, index[None, :, None].expand(1, size, wide), (1, size, wide)
    source = table[:, None, :, None].expand(rows, size, wide, 1)
    return source, index[None, :, None].expand(rows, size, 1), (rows, size, 1)


@_of("index")
def _index(b: Builder, out: Tensor, x: Tensor, indices: Sequence[Tensor | None]) -> None:
    source, index, shape = _chosen(b, x, indices, len(out))
    b.take(out.view(shape), source, index)


@_of("index_put", "_unsafe_index_put", "_index_put_impl")
def _index_put(
    b: Builder,
    out: Tensor,
    x: Tensor,
    indices: Sequence[Tensor | None],
    source: Tensor,
    accumulate: bool = False,
    *_: Any,
) -> None:
    if not accumulate:
        raise Unrecordable("an assignment by index")
    if out.untyped_storage()._cdata != x.untyped_storage()._cdata:
        b.each(codes.COPY, out, x)
    target, index, shape = _chosen(b, out, indices, source.shape[0])
    if source.numel() != math.prod(shape):
        raise Unrecordable("an assignment of one number to many places")
    b.put(target, index, source.reshape(shape) if source.is_contiguous() else source.view(shape))


@_of("index_select")
def _index_select(b: Builder, out: Tensor, x: Tensor, dim: int, index: Tensor) -> None:
    if dim % x.dim() == 0:
        _index(b, out, x, [index])
    else:
        raise Unrecordable("a choice along a later axis")
