"""Networks by machine code of their own against float64, and where torch is left to find them."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from ebmviz.core.view import View
from ebmviz.engine.energies.base import compiled
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.energies.base.networks import ACTIVATIONS, NetworkParams, initial, network
from ebmviz.engine.energies.jem import JointEnergy
from ebmviz.engine.llvm import forms
from ebmviz.engine.tape.recording import recorded
from ebmviz.engine.weights import Weights

MANY = compiled._MANY
SHAPES = ([1, 5, 3], [2, 33, 16, 1], [4, 13, 24, 6, 2], [3, 12, 25, 40])


def net(sizes: list[int], stretch: float = 2.0) -> Weights:
    made = initial(torch.Generator().manual_seed(5), "g", sizes)
    return {name: stretch * weight for name, weight in made.items()}


def places(count: int, dimensions: int) -> Tensor:
    return 2 * torch.randn(count, dimensions, generator=torch.Generator().manual_seed(6))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The forms that machine code was asked for."""
    found: list[tuple[int, ...]] = []

    def form(sizes: tuple[int, ...], activation: str, slopes: bool) -> forms.Form | None:
        found.append(sizes)
        return forms.form(sizes, activation, slopes)

    monkeypatch.setattr(compiled, "form", form)
    return found


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_values_are_those_of_float64(
    activation: str, sizes: list[int], asked: list[tuple[int, ...]]
) -> None:
    weights, x = net(sizes), places(MANY + 5, sizes[0])
    exact = {name: weight.double() for name, weight in weights.items()}
    with torch.no_grad():
        expected = network(exact, "g", x.double(), activation)
        assert not asked
        found = network(weights, "g", x, activation)
    assert asked == [tuple(sizes)]
    scale = 1e-6 * max(1.0, float(expected.abs().max()))
    torch.testing.assert_close(found.double(), expected, rtol=1e-6, atol=scale)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_of_one_unit_they_are_the_activation_to_six_units_in_the_last_place(
    activation: str,
) -> None:
    """Everywhere, and at what is no number or beyond all of them."""
    odd = torch.tensor([0.0, -0.0, 1e-30, 9.0, -9.0, 87.0, -87.0, 89.0, -104.0, 3e38, torch.inf])
    z = torch.cat([torch.linspace(-20, 20, MANY), odd, -odd, torch.tensor([torch.nan])])[:, None]
    one = {"g.w1": torch.ones(1, 1), "g.b1": torch.zeros(1)}
    one |= {"g.w2": torch.ones(1, 1), "g.b2": torch.zeros(1)}
    with torch.no_grad():
        found, expected = network(one, "g", z, activation), ACTIVATIONS[activation](z.double())
    sound = expected.isfinite()
    assert torch.equal(found.isnan(), expected.isnan())
    assert torch.equal(found[~sound].double().nan_to_num(), expected[~sound].nan_to_num())
    room = 6 * 2.0**-23 * expected[sound].abs() + 1e-36
    assert bool(((found[sound].double() - expected[sound]).abs() <= room).all())


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("outputs", [1, 2, 5])
@pytest.mark.parametrize("beta", [0.2, 1.0, 30.0])
def test_the_slope_of_several_outputs_is_that_of_their_soft_maximum(
    activation: str, outputs: int, beta: float
) -> None:
    weights, x = net([2, 24, 17, outputs]), places(300, 2)
    found = compiled.sum_and_slope(weights, "g", x, activation, beta)
    assert found is not None
    exact = {name: weight.double() for name, weight in weights.items()}
    leaf = x.double().requires_grad_()
    value = torch.logsumexp(beta * network(exact, "g", leaf, activation), 1) / beta
    (slope,) = torch.autograd.grad(value.sum(), leaf)
    steep = max(1.0, float(slope.abs().max()))
    torch.testing.assert_close(found[0].double(), value.detach(), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(found[1].double(), slope, rtol=1e-5, atol=1e-5 * beta * steep)


def test_outputs_far_apart_are_no_fault() -> None:
    weights = net([2, 8, 3])
    weights["g.b2"] = torch.tensor([0.0, 500.0, -900.0])
    found = compiled.sum_and_slope(weights, "g", places(40, 2), "tanh", 1.0)
    assert found is not None
    assert bool(found[0].isfinite().all())
    assert bool(found[1].isfinite().all())


def test_a_joint_model_slopes_as_autograd_says() -> None:
    energy = JointEnergy(NetworkParams(hidden=16, activation="silu"))
    rows = torch.tensor([[0.0, 0.0, 3.0]])
    weights, x = energy.initial(torch.Generator().manual_seed(2), rows), places(50, 2)
    for answer, beta in ((-1, 1.0), (-1, 7.0), (-1, math.inf), (2, 1.0)):
        view = View(answer=answer)
        found = energy.value_and_grad(weights, view, x, beta)
        expected = Energy.value_and_grad(energy, weights, view, x, beta)
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


def test_threads_change_nothing() -> None:
    weights, x = net([2, 20, 20, 1]), places(5000, 2)
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            both = compiled.value_and_slope(weights, "g", x, "silu")
            assert both is not None
            found.append(torch.cat([both[0][:, None], both[1]], 1))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


def test_what_must_be_followed_is_left_to_torch(asked: list[tuple[int, ...]]) -> None:
    weights, x = net([2, 8, 1]), places(MANY, 2)
    network(weights, "g", x, "tanh")  # autograd is on

    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {"value": network(dict(inputs), "g", x, "tanh").sum()}

    assert recorded(step, weights).calls
    with torch.no_grad():
        network(weights, "g", x[:-1], "tanh")  # few
        stacked = {name: torch.stack([w, 2 * w]) for name, w in weights.items()}
        both = torch.func.vmap(lambda w: network(w, "g", x, "tanh"))(stacked)
        assert not asked
        one = network(weights, "g", x.clone().requires_grad_(), "tanh")
    assert len(asked) == 1
    torch.testing.assert_close(both[0], one, rtol=1e-6, atol=1e-6)


def test_where_it_cannot_be_made_torch_serves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> forms.Form:
        raise RuntimeError("no such processor")

    monkeypatch.setattr(forms, "Form", broken)
    forms.form.cache_clear()
    weights, x = net([2, 8, 1]), places(MANY, 2)
    with torch.no_grad(), caplog.at_level(logging.WARNING):
        found = [network(weights, "g", x, "relu") for _ in range(2)]
    forms.form.cache_clear()
    assert caplog.messages == ["No machine code of a network: no such processor"]
    torch.testing.assert_close(found[0], network(weights, "g", x, "relu"))
