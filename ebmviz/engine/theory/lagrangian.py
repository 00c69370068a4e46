"""Backprop as a constrained minimum: the multipliers of a chain of layers, one by one.

L = C(z_K) + Σ_k λ_{k+1}'(g_k(z_k, w_k) − z_{k+1}). Its stationary point in z gives λ_K = ∂C/∂z_K
and λ_k = (∂g_k/∂z_k)' λ_{k+1}; its slope in the weights is ∂L/∂w_k = (∂g_k/∂w_k)' λ_{k+1}.
Source: LeCun 1988, "A theoretical framework for back-propagation"; mathematics.md §7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

Layer = Callable[[Tensor, Tensor], Tensor]
"""g_k(z_k, w_k) -> z_{k+1}."""


class Stationary(NamedTuple):
    """A stationary point: states z_0 … z_K, multipliers λ_1 … λ_K, slopes ∂L/∂w_0 … ∂L/∂w_{K−1}."""

    cost: Tensor
    states: list[Tensor]
    multipliers: list[Tensor]
    slopes: list[Tensor]


def stationary(
    layers: Sequence[Layer],
    weights: Sequence[Tensor],
    start: Tensor,
    cost: Callable[[Tensor], Tensor],
) -> Stationary:
    """The conditions, solved in order: states forward (∂L/∂λ = 0), multipliers backward (∂L/∂z =
    0). Each layer is differentiated alone; no gradient passes through two of them.
    """
    states = [start.detach()]
    for layer, w in zip(layers, weights, strict=True):
        states.append(layer(states[-1], w.detach()).detach())
    last = states[-1].clone().requires_grad_()
    value = cost(last)
    (multiplier,) = torch.autograd.grad(value, last)
    multipliers = [multiplier]
    slopes: list[Tensor] = []
    for k in range(len(layers) - 1, -1, -1):
        z, w = (t.detach().clone().requires_grad_() for t in (states[k], weights[k]))
        # Of a scalar: for a tensor with weights torch imports sympy, which takes a second or more.
        along = (layers[k](z, w) * multipliers[0]).sum()
        to_state, to_weight = torch.autograd.grad(
            along, (z, w), allow_unused=True, materialize_grads=True
        )
        slopes.insert(0, to_weight)
        if k > 0:
            multipliers.insert(0, to_state)
    return Stationary(value.detach(), states, multipliers, slopes)


def lagrangian(
    layers: Sequence[Layer],
    weights: Sequence[Tensor],
    states: Sequence[Tensor],
    multipliers: Sequence[Tensor],
    cost: Callable[[Tensor], Tensor],
) -> Tensor:
    """L at any states z_0 … z_K and multipliers λ_1 … λ_K: a scalar."""
    value = cost(states[-1])
    for k, layer in enumerate(layers):
        gap = layer(states[k], weights[k]) - states[k + 1]
        value = value + (multipliers[k] * gap).sum()
    return value
