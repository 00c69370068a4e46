"""Networks as functions of named weights."""

from __future__ import annotations

import pytest
import torch

from ebmviz.engine.energies.base.networks import ACTIVATIONS, network

MANY = 5000


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_of_many_numbers_are_those_of_one(activation: str) -> None:
    x = torch.cat([torch.linspace(-20, 20, MANY - 2), torch.tensor([-1e30, 1e30])])
    act = ACTIVATIONS[activation]
    with torch.no_grad():
        many, exact = act(x), act(x.double())
    torch.testing.assert_close(many.double(), exact, rtol=1e-6, atol=2.5e-7)
    one = torch.stack([act(x[i]) for i in range(0, MANY, 50)])
    torch.testing.assert_close(many[::50], one, rtol=1e-6, atol=2.5e-7)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_slope_of_many_numbers_is_exact_under_every_way_to_it(activation: str) -> None:
    act = ACTIVATIONS[activation]
    x = torch.linspace(-6, 6, MANY)
    leaf = x.double().requires_grad_()
    (exact,) = torch.autograd.grad(act(leaf).sum(), leaf)
    leaf = x.clone().requires_grad_()
    (by_autograd,) = torch.autograd.grad(act(leaf).sum(), leaf)
    by_function = torch.func.grad(lambda at: act(at).sum())(x)
    pair = torch.stack([x, x]).requires_grad_()
    (both,) = torch.autograd.grad(torch.vmap(act)(pair).sum(), pair)
    for found in (by_autograd, by_function, *both):
        torch.testing.assert_close(found.double(), exact, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_many_numbers_go_through_vmap_without_a_slope(activation: str) -> None:
    act, x = ACTIVATIONS[activation], torch.linspace(-6, 6, MANY)
    with torch.no_grad():
        found = torch.vmap(act)(torch.stack([x, -x]))
        torch.testing.assert_close(found, torch.stack([act(x), act(-x)]), rtol=1e-6, atol=2.5e-7)


def test_the_last_layer_is_linear_and_the_input_stays() -> None:
    weights = {"f.w1": torch.tensor([[2.0, 0.0]]), "f.b1": torch.tensor([1.0])}
    weights |= {"f.w2": torch.tensor([[3.0]]), "f.b2": torch.tensor([-0.5])}
    x = torch.tensor([[0.25, 7.0]]).expand(MANY, 2).contiguous()
    before = x.clone()
    out = network(weights, "f", x, "tanh")
    torch.testing.assert_close(out, (3 * torch.tanh(torch.tensor(1.5)) - 0.5).expand(MANY, 1))
    assert torch.equal(x, before)
