"""Numbers chosen by their place, and put back there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.builder import Builder
from ebmviz.engine.tape.operations.base import Table, into

TABLE: Table = {}
_EXACT = 1 << 24  # float32 holds whole numbers below it
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
    b: Builder, x: Tensor, indices: Sequence[Tensor | None]
) -> tuple[Tensor, Tensor, tuple[int, int, int]]:
    """(a, b, many, inner) and the index (a, b, inner) of what is chosen: whole rows of a table,
    its columns, or single numbers; and the shape (a, b, inner) of them.
    """
    whole = [i for i in indices if i is not None]
    if any(i.dtype == torch.bool for i in whole):
        raise Unrecordable("a choice by masks")
    if len(whole) != 1 or whole[0].dim() != 1 or x.dim() > 2:
        at = _numbers(b, x.shape, indices)
        source = _close(b, x).view(1, 1, -1, 1).expand(1, at.numel(), -1, 1)
        return source, at.view(1, -1, 1), (1, at.numel(), 1)
    index, size = whole[0], len(whole[0])
    table = x if x.dim() == 2 else x[:, None]
    rows, wide = table.shape
    if indices[0] is not None:
        source = table[None, None].expand(1, size, -1, -1)
        return source, index[None, :, None].expand(1, size, wide), (1, size, wide)
    source = table[:, None, :, None].expand(rows, size, wide, 1)
    return source, index[None, :, None].expand(rows, size, 1), (rows, size, 1)


def _close(b: Builder, x: Tensor) -> Tensor:
    """The same where its numbers lie close, in their order."""
    return x if x.is_contiguous() else b.each(codes.COPY, b.new(x.shape), x)


def _numbers(b: Builder, shape: Sequence[int], indices: Sequence[Tensor | None]) -> Tensor:
    """Of what is chosen from an array of this shape: where each is in its row of all numbers. The
    axes of the choice stand where its first was if all follow each other, else in front.
    """
    if math.prod(shape) >= _EXACT:
        raise Unrecordable("a choice among too many numbers")
    given = [*indices, *[None] * (len(shape) - len(indices))]
    apart = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    chosen = [axis for axis, index in enumerate(given) if index is not None]
    others = [axis for axis in range(len(shape)) if axis not in chosen]
    follow = chosen[-1] - chosen[0] + 1 == len(chosen)
    before = others[: chosen[0]] if follow else []
    after = others[len(before) :]
    wide = np.broadcast_shapes(*(tuple(i.shape) for i in given if i is not None))
    places = [*range(len(before)), *range(len(before) + len(wide), len(others) + len(wide))]
    still = torch.zeros([1] * (len(others) + len(wide)))
    for axis, place in zip(others, places, strict=True):
        along = [1] * still.dim()
        along[place] = -1
        still = still + apart[axis] * torch.arange(float(shape[axis])).view(along)
    sizes = [*(shape[axis] for axis in before), *wide, *(shape[axis] for axis in after)]
    at = b.each(codes.COPY, b.new(sizes), b.constant(still))
    for axis in chosen:
        index = given[axis]
        assert index is not None
        spread = index.view(*index.shape, *[1] * len(after))
        step = b.each(codes.MUL, b.new(sizes), spread, float(apart[axis]))
        at = b.each(codes.ADD, b.new(sizes), at, step)
    return at


@_of("index")
def _index(b: Builder, out: Tensor, x: Tensor, indices: Sequence[Tensor | None]) -> None:
    source, index, shape = _chosen(b, x, indices)
    if out.is_contiguous():
        b.take(out.view(shape), source, index)
    else:
        b.each(codes.COPY, out, b.take(b.new(shape), source, index).view(out.shape))


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
    if not out.is_contiguous():
        raise Unrecordable("an assignment to where numbers do not lie close")
    target, index, shape = _chosen(b, out, indices)
    if source.numel() != math.prod(shape):
        raise Unrecordable("an assignment of one number to many places")
    b.put(target, index, _close(b, source).view(shape))


@_of("index_select")
def _index_select(b: Builder, out: Tensor, x: Tensor, dim: int, index: Tensor) -> None:
    if dim % x.dim() == 0:
        _index(b, out, x, [index])
    else:
        raise Unrecordable("a choice along a later axis")
