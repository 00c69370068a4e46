"""The multipliers against autograd through the whole chain, and the conditions themselves."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.theory.lagrangian import lagrangian, stationary

SIZES = (3, 5, 4, 2)


def linear(z: Tensor, w: Tensor) -> Tensor:
    return z @ w.t()


def bent(z: Tensor, w: Tensor) -> Tensor:
    return torch.tanh(z @ w.t())


def chain() -> tuple[list[Tensor], Tensor, Tensor]:
    rng = torch.Generator().manual_seed(4)
    weights = [
        torch.randn(m, n, generator=rng).double() for n, m in zip(SIZES, SIZES[1:], strict=False)
    ]
    return weights, torch.randn(3, generator=rng).double(), torch.randn(2, generator=rng).double()


LAYERS = (bent, bent, linear)


def test_multipliers_are_the_gradients_of_backprop() -> None:
    weights, x, target = chain()

    def cost(z: Tensor) -> Tensor:
        return (z - target).square().sum()

    found = stationary(LAYERS, weights, x, cost)
    leaves = [w.clone().requires_grad_() for w in weights]
    states = [x]
    for layer, w in zip(LAYERS, leaves, strict=True):
        states.append(layer(states[-1], w))
    value = cost(states[-1])
    expected = torch.autograd.grad(value, [*states[1:], *leaves])
    assert float((found.cost - value.detach()).abs()) < 1e-12
    for one, other in zip([*found.multipliers, *found.slopes], expected, strict=True):
        assert float((one - other).abs().max()) < 1e-12


def test_the_lagrangian_is_stationary_there() -> None:
    weights, x, target = chain()

    def cost(z: Tensor) -> Tensor:
        return (z - target).square().sum()

    found = stationary(LAYERS, weights, x, cost)
    z = [s.clone().requires_grad_() for s in found.states]
    multipliers = [m.clone().requires_grad_() for m in found.multipliers]
    w = [each.clone().requires_grad_() for each in weights]
    value = lagrangian(LAYERS, w, z, multipliers, cost)
    assert float((value.detach() - found.cost).abs()) < 1e-12, (
        "the constraints hold, so L is the cost"
    )
    slopes = torch.autograd.grad(value, [*z[1:], *multipliers, *w])
    inner = len(SIZES) - 1
    assert all(float(s.abs().max()) < 1e-12 for s in slopes[: 2 * inner])
    for one, other in zip(slopes[2 * inner :], found.slopes, strict=True):
        assert float((one - other).abs().max()) < 1e-12
