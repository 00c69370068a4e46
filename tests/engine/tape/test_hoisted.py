"""The slope of SiLU is found along with it, where nothing else asks for what goes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.program import Program, program
from ebmviz.engine.tape.recording import recorded
from ebmviz.engine.tape.tape import ROWS, VALUE
from tests.engine.tape.test_operations import played, table

Loss = Callable[[Tensor], Tensor]
W = table(3, 5)


def slope(loss: Loss) -> Callable[[Tensor], Tensor]:
    def of(x: Tensor) -> Tensor:
        with torch.enable_grad():
            leaf = x.detach().requires_grad_()
            return torch.autograd.grad(loss(leaf).sum(), leaf)[0]

    return of


def plain(x: Tensor) -> Tensor:
    return functional.silu(x @ W) @ W.T


def deep(x: Tensor) -> Tensor:
    return functional.silu(plain(x) @ W + 0.5)


def asked_again(x: Tensor) -> Tensor:
    """What goes in is multiplied with what comes back."""
    inside = x @ W
    return functional.silu(inside) * inside.square()


def twice(x: Tensor) -> Tensor:
    inside = x @ W
    return functional.silu(inside) + functional.silu(inside[:, :2]).sum(1, keepdim=True)


def instructions(made: Program) -> list[list[int]]:
    """The operations of each elementwise instruction."""
    found, at = [], 0
    while at < len(made.code):
        size = int(made.code[at + 1])
        if made.code[at] == codes.EACH:
            body = made.code[at + 4 : at + size].reshape(-1, codes.SIZE)
            found.append(body[:, 0].tolist())
        at += size
    return found


def of(loss: Loss) -> list[list[int]]:
    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {VALUE: inputs[ROWS].sum(), "x": slope(loss)(inputs["x"])}

    return instructions(program(recorded(step, {ROWS: torch.zeros(1, 1), "x": table(7, 3)})))


@pytest.mark.parametrize("loss", [plain, deep, asked_again, twice])
def test_slopes_are_those_of_torch(loss: Loss) -> None:
    x = 3 * table(7, 3)
    torch.testing.assert_close(played(slope(loss), x), slope(loss)(x), rtol=2e-5, atol=2e-5)


def biased(x: Tensor) -> Tensor:
    return functional.silu(functional.silu(x @ W + W[0]) @ W.T - 1)


@pytest.mark.parametrize("loss", [deep, biased])
def test_one_instruction_has_both(loss: Loss) -> None:
    with_slope = [ops for ops in of(loss) if codes.SILU_RISE in ops]
    assert [codes.SILU in ops for ops in with_slope] == [True, False], "the last is never asked for"
    torch.testing.assert_close(played(slope(loss), W[:, :3]), slope(loss)(W[:, :3]))


def test_where_it_is_asked_for_again_it_stays() -> None:
    found = of(asked_again)
    assert sum(codes.SILU_RISE in ops for ops in found) == 1
    assert np.isfinite(played(slope(asked_again), table(7, 3)).numpy()).all()
