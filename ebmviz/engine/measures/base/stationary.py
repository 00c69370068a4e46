"""The stationary point of the Lagrangian for one datum."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Layered
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.theory.lagrangian import Stationary, stationary
from ebmviz.engine.weights import Weights


def nearest(s: Subject) -> Tensor:
    """The datum (2,) whose x is nearest to the probe's, in float64."""
    rows = s.task.data
    return rows[(rows[:, 0] - s.view.probe[0]).abs().argmin()].cpu().double()


def both(
    energy: Layered[Any], weights: Weights, datum: Tensor
) -> tuple[Stationary, list[Tensor], list[Tensor]]:
    """The stationary point of the Lagrangian for a datum (2,), and autograd's ∂E/∂z_1 … ∂E/∂z_K
    and ∂E/∂w_1 … ∂E/∂w_K through the energy that is trained.
    """
    layers = energy.steps()
    matrices = energy.matrices(weights)

    def cost(z: Tensor) -> Tensor:
        return 0.5 * (z - datum[1:]).square().sum()

    found = stationary(layers, matrices, datum[:1], cost)
    states = [layers[0](datum[:1], matrices[0]).requires_grad_()]
    for layer, w in zip(layers[1:], matrices[1:], strict=True):
        states.append(layer(states[-1], w))
    to_states = torch.autograd.grad(cost(states[-1]), states)
    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    to_weights = torch.autograd.grad(
        energy.free(leaves, datum[None], 1.0).sum(), list(leaves.values())
    )
    slopes = energy.matrices(dict(zip(leaves, to_weights, strict=True)))
    return found, list(to_states), slopes
