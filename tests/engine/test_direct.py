"""Energies given as functions, against closed forms and autograd in float64."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ebmviz.engine.landscape import free_energy_grid
from ebmviz.engine.landscape.direct import Energy, direct_landscape
from ebmviz.engine.landscape.memory import IN_CACHE

BETAS = (0.0, 1e-3, 0.2, 1.0, 30.0, 1e4, math.inf)
Y1 = torch.linspace(-2, 3, 37)
Y2 = torch.linspace(-1, 1.5, 23)


def places(y1: Tensor, y2: Tensor) -> Tensor:
    """All of the grid as the definition has it, (H, W, 2) float64."""
    return torch.stack(torch.meshgrid(y1.double(), y2.double(), indexing="xy"), -1)


def saddle(y: Tensor) -> Tensor:
    return y[:, 0] ** 2 - 3 * y[:, 1] ** 2 + y[:, 0] * y[:, 1]


def network(seed: int = 0, width: int = 24, answers: int = 1) -> nn.Module:
    torch.manual_seed(seed)
    head: list[nn.Module] = [nn.Linear(width, answers)]
    if answers == 1:
        head.append(nn.Flatten(0))
    return nn.Sequential(nn.Linear(2, width), nn.SiLU(), nn.Linear(width, width), nn.Tanh(), *head)


def bowls(points: Tensor) -> Energy:
    return lambda y: (y[:, None] - points.to(y)).square().sum(-1)


def exact(energies: Tensor, beta: float, log_p: Tensor) -> Tensor:
    """F in float64 from energies (..., K), by the definition; log_p normalised."""
    if beta == 0:
        return (energies * log_p.exp()).sum(-1)
    if math.isinf(beta):
        return energies.amin(-1)
    least = energies.amin(-1, keepdim=True)
    u = (torch.expm1(-beta * (energies - least)) * log_p.exp()).sum(-1)
    logs = torch.logsumexp(-beta * (energies - least) + log_p, -1)
    return least[..., 0] - torch.where(u > -0.9, torch.log1p(u), logs) / beta


# F and ∇F ---------------------------------------------------------------------------------


def test_a_function_of_y_is_its_own_free_energy_row_by_row() -> None:
    got = direct_landscape(saddle, Y1, Y2, gradient=True)
    y = places(Y1, Y2)
    assert got.free_energy.shape == (23, 37)
    assert got.free_energy.dtype == torch.float32
    assert (got.free_energy - saddle(y.view(-1, 2)).view(23, 37)).abs().max() < 1e-5
    slope = torch.stack([2 * y[..., 0] + y[..., 1], y[..., 0] - 6 * y[..., 1]])
    assert got.gradient is not None
    assert got.gradient.shape == (2, 23, 37)
    assert (got.gradient - slope).abs().max() < 1e-5
    assert direct_landscape(saddle, Y1, Y2).gradient is None


@pytest.mark.parametrize("seed", [0, 1])
def test_a_network_is_that_of_autograd_in_float64(seed: int) -> None:
    model = network(seed)
    got = direct_landscape(model, Y1, Y2, gradient=True)
    y = places(Y1, Y2).view(-1, 2).requires_grad_()
    values = network(seed).double()(y)
    (slope,) = torch.autograd.grad(values.sum(), y)
    assert got.gradient is not None
    assert (got.free_energy.flatten() - values.detach()).abs().max() < 2e-6
    assert (got.gradient.view(2, -1).t() - slope).abs().max() < 5e-6


def test_float64_axes_give_float64() -> None:
    got = direct_landscape(saddle, Y1.double(), Y2.double(), gradient=True)
    assert got.gradient is not None
    assert (got.free_energy.dtype, got.gradient.dtype) == (torch.float64, torch.float64)
    assert torch.equal(got.free_energy, saddle(places(Y1, Y2).view(-1, 2)).view(23, 37))


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("weighted", [False, True])
def test_several_answers_are_softened_as_everywhere(beta: float, weighted: bool) -> None:
    points = torch.randn(19, 2, generator=torch.Generator().manual_seed(4))
    log_p = torch.full((19,), -math.log(19))
    if weighted:
        log_p = torch.log_softmax(torch.linspace(-3, 2, 19), 0)
    given = log_p if weighted else None
    got = direct_landscape(bowls(points), Y1, Y2, beta, given, gradient=True).free_energy
    energies = (places(Y1, Y2)[..., None, :] - points.double()).square().sum(-1)
    assert (got - exact(energies, beta, log_p.double())).abs().max() < 1e-5
    assert (got - free_energy_grid(points, Y1, Y2, beta, given)).abs().max() < 1e-5


@pytest.mark.parametrize("beta", BETAS)
def test_the_gradient_of_several_answers_is_that_of_the_definition(beta: float) -> None:
    model = network(2, answers=7)
    got = direct_landscape(model, Y1, Y2, beta, gradient=True).gradient
    y = places(Y1, Y2).view(-1, 2).requires_grad_()
    energies = network(2, answers=7).double()(y)
    free = exact(energies, beta, torch.full((7,), -math.log(7), dtype=torch.float64))
    (slope,) = torch.autograd.grad(free.sum(), y)
    near = energies.detach().sort(1).values
    sure = torch.isfinite(torch.tensor(beta)) | (near[:, 1] - near[:, 0] > 1e-4)  # creases
    assert sure.sum() > 800
    assert got is not None
    assert ((got.view(2, -1).t() - slope).abs().amax(1) * sure).max() < 2e-4


def test_nothing_of_a_graph_is_left() -> None:
    model = network()
    for gradient in (False, True):
        got = direct_landscape(model, Y1, Y2, gradient=gradient)
        assert not got.free_energy.requires_grad
        assert got.gradient is None or not got.gradient.requires_grad
    assert all(w.grad is None for w in model.parameters())


def test_gradients_come_wherever_it_is_called() -> None:
    wanted = direct_landscape(saddle, Y1, Y2, gradient=True).gradient
    assert wanted is not None
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            y1, y2 = Y1.clone(), Y2.clone()
            got = direct_landscape(saddle, y1, y2, gradient=True).gradient
        assert got is not None
        assert torch.equal(got, wanted)


# blocks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("gradient", [False, True])
@pytest.mark.parametrize("beta", [0.5, math.inf])
def test_blocks_do_not_show(gradient: bool, beta: float) -> None:
    model = network(3, answers=5)
    whole = direct_landscape(model, Y1, Y2, beta, gradient=gradient, width=1)
    for width in (IN_CACHE, IN_CACHE // 7, IN_CACHE // 600):
        some = direct_landscape(model, Y1, Y2, beta, gradient=gradient, width=width)
        assert (some.free_energy - whole.free_energy).abs().max() < 1e-6
        if gradient:
            assert some.gradient is not None
            assert whole.gradient is not None
            assert (some.gradient - whole.gradient).abs().max() < 1e-5


def recorded(energy: Energy, most: float = math.inf) -> tuple[Energy, list[int]]:
    """The energy with memory for `most` places, and how many it was asked for."""
    asked: list[int] = []

    def limited(y: Tensor) -> Tensor:
        asked.append(len(y))
        if len(y) > most:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried …")
        return energy(y)

    return limited, asked


def test_blocks_are_bounded_by_what_an_energy_holds() -> None:
    energy, asked = recorded(saddle)
    axis = torch.linspace(-1, 1, 300)
    direct_landscape(energy, axis, axis, width=128)
    assert max(asked) == IN_CACHE // 128
    assert sum(asked) == 300 * 300
    energy, asked = recorded(saddle)
    direct_landscape(energy, Y1, Y2, width=10**9)
    assert asked == [1] * (23 * 37)


@pytest.mark.parametrize("gradient", [False, True])
@pytest.mark.parametrize("most", [1, 100, 500])
def test_a_block_without_memory_is_halved_and_the_rest_goes_on(gradient: bool, most: int) -> None:
    energy, asked = recorded(saddle, most)
    got = direct_landscape(energy, Y1, Y2, gradient=gradient)
    assert torch.equal(got.free_energy, direct_landscape(saddle, Y1, Y2).free_energy)
    refused = [n for n in asked if n > most]
    assert asked[: len(refused)] == refused, "what failed once is not tried again"
    assert sum(asked) - sum(refused) == 23 * 37


def test_a_single_place_without_memory_is_an_error() -> None:
    energy, _ = recorded(saddle, 0)
    with pytest.raises(RuntimeError, match="can't allocate"):
        direct_landscape(energy, Y1, Y2)


def test_other_errors_are_not_swallowed() -> None:
    asked = []

    def broken(y: Tensor) -> Tensor:
        asked.append(len(y))
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        direct_landscape(broken, Y1, Y2)
    assert len(asked) == 1


# what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"y1": Y1[None]}, "y1 must be"),
        ({"y2": Y2[:0]}, "y2 must be"),
        ({"beta": -1.0}, "beta"),
        ({"beta": math.nan}, "beta"),
        ({"energy": lambda y: y.sum()}, "must return"),
        ({"energy": lambda y: saddle(y)[1:]}, "must return"),
        ({"energy": lambda y: y[:, :0]}, "must return"),
        ({"energy": lambda y: y, "log_weights": torch.zeros(3)}, "log_weights"),
        ({"energy": lambda y: torch.ones(len(y)), "gradient": True}, "depend on y"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"energy": saddle, "y1": Y1, "y2": Y2} | change
    with pytest.raises(ValueError, match=words):
        direct_landscape(**given)
