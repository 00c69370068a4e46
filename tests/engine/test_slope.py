"""The value and the slope of a network: compiled, by torch alone, and by autograd in float64."""

from __future__ import annotations

import pytest
import torch

from ebmviz.engine.energies.base import compiled
from ebmviz.engine.energies.base import network_slope as slope
from ebmviz.engine.energies.base.network_slope import network_slope
from ebmviz.engine.energies.base.networks import ACTIVATIONS, initial, network
from ebmviz.engine.weights import Weights

SIZES = ([2, 7, 1], [2, 64, 64, 1], [3, 5, 9, 4, 1], [1, 26, 12, 1])


def net(sizes: list[int], stretch: float = 3.0) -> Weights:
    made = initial(torch.Generator().manual_seed(1), "f", sizes)
    return {name: stretch * weight for name, weight in made.items()}


def places(count: int, dimensions: int) -> torch.Tensor:
    return 2 * torch.randn(count, dimensions, generator=torch.Generator().manual_seed(2))


@pytest.fixture(params=["compiled", "torch alone"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "torch alone":
        monkeypatch.setattr(compiled, "form", lambda *_: None)
    else:
        monkeypatch.setattr(slope, "_plain", None)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("count", [1, slope._ROWS + 1])
def test_it_is_what_autograd_finds(activation: str, sizes: list[int], count: int) -> None:
    weights, x = net(sizes), places(count, sizes[0])
    leaf = x.double().requires_grad_()
    exact = {name: weight.double() for name, weight in weights.items()}
    expected = network(exact, "f", leaf, activation)[:, 0]
    (rise,) = torch.autograd.grad(expected.sum(), leaf)
    value, found = network_slope(weights, "f", x, activation)
    scale = 1e-6 * max(1.0, float(expected.detach().abs().max()), float(rise.abs().max()))
    torch.testing.assert_close(value.double(), expected.detach(), rtol=1e-6, atol=3 * scale)
    torch.testing.assert_close(found.double(), rise, rtol=1e-6, atol=3 * scale)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_far_out_it_saturates_and_what_is_no_number_stays_none(activation: str) -> None:
    weights = net([2, 16, 16, 1])
    x = torch.tensor([[1e30, -1e30], [torch.nan, 0.0], [-300.0, 200.0], [0.0, 0.0]])
    value, found = network_slope(weights, "f", x, activation)
    expected = network(weights, "f", x, activation)[:, 0]
    torch.testing.assert_close(value, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
    assert bool(value[1].isnan())
    assert bool(found[1].isnan().any()) == (activation != "relu")
    assert bool(found[2:].isfinite().all())


@pytest.mark.usefixtures("way")
def test_it_takes_any_stride_and_leaves_its_arguments_alone() -> None:
    weights, x = net([2, 16, 16, 1]), places(200, 4)[::2, 1:3]
    before = {name: weight.clone() for name, weight in weights.items()}, x.clone()
    value, found = network_slope(weights, "f", x, "silu")
    again = network_slope(weights, "f", x.contiguous(), "silu")
    assert torch.equal(value, again[0])
    assert torch.equal(found, again[1])
    assert torch.equal(x, before[1])
    assert all(torch.equal(weights[name], kept) for name, kept in before[0].items())
