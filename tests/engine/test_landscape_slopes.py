"""Slopes of the free energy at points, first and second, and responsibilities."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from ebmviz.engine.landscape import differentiation, distances
from ebmviz.engine.landscape.grid import free_energy_gradient, free_energy_points, responsibilities
from tests.engine.clouds import BETAS, INF, brute, ellipse


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("weighted", [False, True])
def test_gradients_match_float64_autograd(beta: float, weighted: bool) -> None:
    g = torch.Generator().manual_seed(1)
    points = torch.randn(30, 2, generator=g, dtype=torch.float64)
    y = torch.randn(12, 2, generator=g, dtype=torch.float64)
    flow = torch.randn(12, generator=g, dtype=torch.float64)
    lw = torch.randn(30, generator=g, dtype=torch.float64) if weighted else None
    inputs = [x.clone().requires_grad_() for x in (points, y, lw) if x is not None]
    reference = [x.clone().requires_grad_() for x in (points, y, lw) if x is not None]

    def plain(p: Tensor, q: Tensor, w: Tensor | None = None) -> Tensor:
        energy = (q[:, None] - p).square().sum(-1)
        w = torch.full_like(p[:, 0], -math.log(30)) if w is None else w
        if beta == 0:
            return energy @ torch.softmax(w, 0)
        if math.isinf(beta):
            return energy.amin(1) + 0 * w.sum()
        return -torch.logsumexp(w - beta * energy, 1) / beta

    (free_energy_points(inputs[0], inputs[1], beta, *inputs[2:]) * flow).sum().backward()
    (plain(*reference) * flow).sum().backward()
    for ours, exact in zip(inputs, reference, strict=True):
        assert ours.grad is not None
        assert exact.grad is not None
        assert torch.allclose(ours.grad, exact.grad, rtol=1e-8, atol=1e-8)
    analytic = free_energy_gradient(points, y, beta, lw)
    assert inputs[1].grad is not None
    assert torch.allclose(analytic * flow[:, None], inputs[1].grad)


def test_gradient_against_finite_differences() -> None:
    points, step = ellipse(), 1e-3
    y = torch.randn(50, 2, generator=torch.Generator().manual_seed(2))
    for beta in (0.0, 0.5, 20.0):
        ours = free_energy_gradient(points, y, beta)
        for axis in (0, 1):
            move = torch.zeros(2, dtype=torch.float64)
            move[axis] = step
            rise = brute(points, y.double() + move, beta) - brute(points, y.double() - move, beta)
            assert torch.allclose(ours[:, axis].double(), rise / (2 * step), atol=1e-4)


@pytest.mark.parametrize("beta", [0.0, 0.1, 3.0])
def test_second_derivatives(beta: float) -> None:
    g = torch.Generator().manual_seed(5)
    points = torch.randn(4, 3, generator=g, dtype=torch.float64, requires_grad=True)
    y = torch.randn(3, 3, generator=g, dtype=torch.float64, requires_grad=True)
    lw = torch.randn(4, generator=g, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda p, q, w: free_energy_points(p, q, beta, w), (points, y, lw)
    )
    assert torch.autograd.gradgradcheck(
        lambda p, q, w: free_energy_points(p, q, beta, w), (points, y, lw)
    )


@pytest.mark.parametrize("beta", [0.0, 0.1, 10.0, INF])
@pytest.mark.parametrize("dimension", [1, 2, 7])
def test_blocked_equals_unblocked(
    beta: float, dimension: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    g = torch.Generator().manual_seed(4)
    points = torch.randn(37, dimension, generator=g)
    y = torch.randn(101, dimension, generator=g)
    lw = torch.randn(37, generator=g)

    def run() -> list[Tensor]:
        inputs = [x.clone().requires_grad_() for x in (points, y, lw)]
        out = free_energy_points(inputs[0], inputs[1], beta, inputs[2])
        out.sum().backward()
        grads = [x.grad for x in inputs if x.grad is not None]
        return [out.detach(), *grads, free_energy_gradient(points, y, beta, lw)]

    whole = run()
    monkeypatch.setattr(differentiation, "SMALL", 0)
    monkeypatch.setattr(distances, "BLOCK", 500)
    for a, b in zip(whole, run(), strict=True):
        assert torch.allclose(a, b, rtol=1e-5, atol=1e-5)


def test_responsibilities() -> None:
    points = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    y = torch.tensor([[0.5, 0.0], [0.9, 0.0]])
    lw = torch.tensor([0.2, 0.3, 0.5]).log()
    assert torch.allclose(responsibilities(points, y, 0.0), torch.full((2, 3), 1 / 3))
    assert torch.allclose(responsibilities(points, y, 0.0, lw), lw.exp().expand(2, 3))
    assert responsibilities(points, y, INF).tolist() == [[1, 0, 0], [0, 1, 0]]
    removed = torch.tensor([0.0, -INF, 0.0])
    assert responsibilities(points, y, INF, removed).tolist() == [[1, 0, 0], [0, 0, 1]]
    energy = torch.tensor([[0.25, 0.25, 0.25], [0.81, 0.01, 0.01]])
    exact = torch.softmax(lw - 4 * energy, 1)
    assert torch.allclose(responsibilities(points, y, 4.0, lw), exact)
    assert torch.allclose(responsibilities(points, y, 1e6).sum(1), torch.ones(2))
