"""Gradients of a step in closed form, beside those of autograd."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.landscape.scattered import free_energy_points
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.loss import LossParams
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step as training
from ebmviz.engine.training.means import mean_energy
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights
from tests.scenes import built_in

DECODERS = [c for c in registry.COMPONENTS if issubclass(c, Decoder) and c(c.Params()).plain]
LOSSES = [c for c in registry.COMPONENTS if issubclass(c, DataLoss)]
BETAS = [0.0, 0.1, 2.0, math.inf]


def problem(decoder: type[Any], loss: type[Any], beta: float) -> Problem:
    """In float64, with weights that have no symmetry."""
    task = Engine(built_in("ellipse")).task
    energy = decoder(decoder.Params())
    return dataclasses.replace(
        task,
        energy=energy,
        objective=dataclasses.replace(
            task.objective,
            space=dataclasses.replace(task.objective.space, energy=energy),
            loss=loss(loss.Params(beta=beta)),
        ),
        data=task.data.double(),
    )


def weights_of(task: Problem) -> Weights:
    rng = torch.Generator().manual_seed(5)
    return {
        k: w.double() + 0.3 * torch.randn(w.shape, generator=rng, dtype=torch.float64)
        for k, w in task.energy.initial(rng, task.data).items()
    }


class Warped(DataLoss[LossParams]):
    """A loss that is only a forward function."""

    Params = LossParams

    def alone(self, right: Tensor) -> Tensor:
        return torch.nn.functional.softplus(right)


class Bent(Decoder[Any]):
    """A decoder that is only a forward function."""

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return {
            "a": torch.randn(2, 3, generator=generator),
            "b": torch.randn(2, generator=generator),
        }

    def latents(self) -> Tensor:
        return torch.linspace(-1, 1, 20, dtype=torch.float64)

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        features = torch.stack([z, z.sin(), z * z], 1)
        return torch.tanh(features @ weights["a"].t()) + weights["b"]


@pytest.mark.parametrize("decoder", [*DECODERS, Bent], ids=lambda c: c.__name__)
@pytest.mark.parametrize("loss", [*LOSSES, Warped], ids=lambda c: c.__name__)
@pytest.mark.parametrize("beta", BETAS)
def test_the_gradient_is_that_of_autograd(decoder: type[Any], loss: type[Any], beta: float) -> None:
    task = problem(decoder, loss, beta)
    weights = weights_of(task)
    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    energy, own = task.energy, task.loss
    assert isinstance(energy, Decoder)
    assert isinstance(own, DataLoss)
    free = free_energy_points(energy.decode(leaves, task.z), task.data, beta)
    value = own.alone(free).mean()
    expected = torch.autograd.grad(value, list(leaves.values()))
    with torch.no_grad():
        found, gradients = task.gradient(weights, task.data, 0)
    torch.testing.assert_close(found, value.detach())
    assert not found.requires_grad
    for name, slope in zip(leaves, expected, strict=True):
        torch.testing.assert_close(gradients[name], slope)
        assert not gradients[name].requires_grad


@pytest.mark.parametrize("decoder", DECODERS, ids=lambda c: c.kind)
@torch.no_grad()
def test_a_decoders_closed_form_is_its_decoder(decoder: type[Any]) -> None:
    task = problem(decoder, Warped, 1.0)
    weights = weights_of(task)
    energy = task.energy
    assert isinstance(energy, Decoder)
    points, pull = energy.bound(task.z)(weights)
    assert torch.equal(points, energy.decode(weights, task.z))
    flow = torch.randn(points.shape, generator=torch.Generator().manual_seed(1)).double()
    expected = Decoder.bound(energy, task.z)(weights)[1](flow)
    assert expected.keys() == pull(flow).keys()
    for name, slope in pull(flow).items():
        torch.testing.assert_close(slope, expected[name])
        assert slope.shape == weights[name].shape


@pytest.mark.parametrize("loss", LOSSES, ids=lambda c: c.kind)
@torch.no_grad()
def test_a_loss_and_its_slope_fit(loss: type[Any]) -> None:
    objective = loss(loss.Params())
    energies = torch.tensor([0.5, 2.0, -1.0, 7.0], dtype=torch.float64)
    for some in (energies, energies[:1]):
        value, slope = objective.with_slope(some)
        torch.testing.assert_close(value, objective.alone(some).mean())
        torch.testing.assert_close(slope, DataLoss.with_slope(objective, some)[1])


def test_components_without_closed_forms_train() -> None:
    task = dataclasses.replace(
        problem(Bent, Warped, 2.0),
        data=Engine(built_in("ellipse")).task.data,
    )
    state = training.start(task)
    before = mean_energy(task, state.weights)
    block = training.advance(task, state, 64, every=1)
    assert block.fault is None
    assert mean_energy(task, block.state.weights) < 0.8 * before
    one_by_one = state
    for _, loss, weights in block.records:
        after = weights.unpacked()
        one_by_one, value = training.step(task, one_by_one)
        assert value == loss
        assert all(torch.equal(w, after[k]) for k, w in one_by_one.weights.items())
        assert not any(w.requires_grad for w in one_by_one.weights.values())
