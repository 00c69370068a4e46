"""Slopes of an energy by hand, which chains follow, beside those of autograd."""

from __future__ import annotations

import pytest
import torch

from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in


@pytest.mark.parametrize("name", ["ellipse", "horn", "kmeans", "mixture", "unconditional", "pca"])
@pytest.mark.parametrize("beta", [0.3, 5.0])
def test_slopes_in_closed_form_are_those_of_autograd(name: str, beta: float) -> None:
    engine = Engine(built_in(name, view__beta=beta))
    engine.train(3)
    at = torch.randn(300, 2, generator=torch.Generator().manual_seed(0))
    energy, weights, view = engine.task.energy, engine.weights, engine.scene.view
    for mine, theirs in zip(
        energy.value_and_grad(weights, view, at, beta),
        Energy.value_and_grad(energy, weights, view, at, beta),
        strict=True,
    ):
        assert torch.allclose(mine, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "silu"])
@pytest.mark.parametrize("output", ["linear", "square"])
def test_the_slope_of_a_network_by_hand(activation: str, output: str) -> None:
    given = {"energy__activation": activation, "energy__output": output, "energy__layers": 3}
    engine = Engine(built_in("unconditional", **given))
    weights = {k: w.double() for k, w in engine.weights.items()}
    at = torch.randn(1500, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    energy, view = engine.task.energy, engine.scene.view
    mine = energy.value_and_grad(weights, view, at, 1.0)
    theirs = Energy.value_and_grad(energy, weights, view, at, 1.0)
    assert torch.allclose(mine[0], theirs[0], rtol=1e-12, atol=1e-13)
    assert torch.allclose(mine[1], theirs[1], rtol=1e-12, atol=1e-13)
