"""Products of matrices."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.builder import Builder, Operand
from ebmviz.engine.tape.operations.base import Table, into

TABLE: Table = {}
_of = into(TABLE)

Factors = tuple[float, float]
"""β and α of β c + α x y."""


@_of("mm")
def _mm(b: Builder, out: Tensor, x: Tensor, y: Tensor) -> None:
    b.product(out[None], x[None], y[None])


@_of("bmm")
def _bmm(b: Builder, out: Tensor, x: Tensor, y: Tensor) -> None:
    b.product(out, x, y)


@_of("mv")
def _mv(b: Builder, out: Tensor, x: Tensor, y: Tensor) -> None:
    b.product(out[None, :, None], x[None], y[None, :, None])


@_of("dot")
def _dot(b: Builder, out: Tensor, x: Tensor, y: Tensor) -> None:
    b.product(out.view(1, 1, 1), x[None, None], y[None, :, None])


def _plus(b: Builder, c: Operand, out: Tensor, x: Tensor, y: Tensor, factors: Factors) -> None:
    """out (T, m, n) = c + x y."""
    beta, alpha = factors
    if beta not in (0, 1) or alpha != 1:
        raise Unrecordable("a product with factors")
    b.product(out, x, y)
    if beta:  # after it: what follows elementwise is done along with it
        b.each(codes.ADD, out, out, c)


@_of("addmm")
def _addmm(
    b: Builder, out: Tensor, c: Tensor, x: Tensor, y: Tensor, beta: float = 1, alpha: float = 1
) -> None:
    _plus(b, c, out[None], x[None], y[None], (beta, alpha))


@_of("addmv")
def _addmv(
    b: Builder, out: Tensor, c: Tensor, x: Tensor, y: Tensor, beta: float = 1, alpha: float = 1
) -> None:
    column = c[:, None] if c.dim() else c
    _plus(b, column, out[None, :, None], x[None], y[None, :, None], (beta, alpha))


@_of("baddbmm")
def _baddbmm(
    b: Builder, out: Tensor, c: Tensor, x: Tensor, y: Tensor, beta: float = 1, alpha: float = 1
) -> None:
    _plus(b, c, out, x, y, (beta, alpha))
