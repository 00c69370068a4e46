"""∇F, the nearest point and the free-energy split over a grid, and planes in higher dimensions,
against float64 brute force.
"""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ebmviz.engine.landscape.grid import (
    Landscape,
    free_energy_grid,
    free_energy_points,
    landscape_grid,
    landscape_plane,
)
from tests.engine.clouds import BETAS, SHAPES, WEIGHTS, Shape, ellipse, flat, weights

INF = math.inf


def brute(points: Tensor, y: Tensor, beta: float, lw: Tensor | None) -> dict[str, Tensor]:
    """Everything by its definition, in float64: y (N, D) -> (N,) or (N, D)."""
    points, y = points.double(), y.double()
    uniform = torch.zeros(len(points), dtype=torch.float64)
    prior = torch.log_softmax(uniform if lw is None else lw.double(), 0)
    energy = (y[:, None] - points).square().sum(-1)
    seen = energy.masked_fill(prior == -INF, INF)
    if math.isinf(beta):
        p = torch.zeros_like(energy).scatter_(1, seen.argmin(1, keepdim=True), 1.0)
    else:
        least = seen.amin(1, keepdim=True)
        p = torch.softmax(prior - beta * (energy - least), 1)
    surprise = torch.where(p > 0, p.log() - prior, 0.0)
    return {
        "gradient": 2 * (y - p @ points),
        "mean": (p * energy).sum(1),
        "entropy": -(p * surprise).sum(1),
        "energy": seen,
    }


def compare(
    found: Landscape, points: Tensor, y: Tensor, beta: float, lw: Tensor | None, tolerance: float
) -> None:
    exact = brute(points, y, beta, lw)
    assert found.gradient is not None
    assert found.nearest is not None
    assert found.mean_energy is not None
    assert found.entropy is not None
    assert all(part is not None and torch.isfinite(part).all() for part in found)
    least = exact["energy"].amin(1)
    chosen = exact["energy"].gather(1, found.nearest.flatten().long()[:, None])[:, 0]
    assert bool((chosen <= least + 3e-7 * (least + 1e-30)).all()), "not the nearest"
    far = exact["mean"].clamp(min=1).sqrt()
    if beta < INF:  # at ∞ a tie is a jump
        gradient = found.gradient.flatten(1).t().double()
        error = (gradient - exact["gradient"]).abs().amax(1) / far
        assert float(error.max()) <= tolerance, "gradient"
    mean = found.mean_energy.flatten().double() - exact["mean"]
    assert float((mean.abs() / far.square()).max()) <= tolerance, "mean energy"
    if beta < INF:
        entropy = found.entropy.flatten().double() - exact["entropy"]
        size = exact["entropy"].abs().clamp(min=1)
        assert float((entropy.abs() / size).max()) <= 4 * tolerance, "entropy"


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    k=st.one_of(st.integers(1, 60), st.integers(1, 2000)),
    shape=st.sampled_from(SHAPES),
    scale=st.sampled_from([1e-3, 0.5, 1.0, 5.0]),
    beta=st.one_of(st.sampled_from(BETAS), st.floats(-4, 6).map(lambda x: 10.0**x)),
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    half=st.sampled_from([1e-2, 2.2, 2.2, 30.0]),
    kind=st.sampled_from(WEIGHTS),
    seed=st.integers(0, 2**31),
)
def test_any_case_is_exact(
    k: int,
    shape: Shape,
    scale: float,
    beta: float,
    width: int,
    height: int,
    half: float,
    kind: str,
    seed: int,
) -> None:
    g = torch.Generator().manual_seed(seed)
    points = shape(k, g, scale)
    lw = weights(kind, k, g)
    y1 = torch.linspace(-half, half, width)
    y2 = torch.linspace(-half / 2, half / 2, height)
    found = landscape_grid(points, y1, y2, beta, lw, gradient=True, nearest=True, split=True)
    assert torch.allclose(
        found.free_energy, free_energy_grid(points, y1, y2, beta, lw), rtol=2e-6, atol=5e-6
    )
    compare(found, points, flat(y1, y2), beta, lw, 1e-5)


@pytest.mark.parametrize("beta", [0.1, 1.0, 30.0, 1e4])
def test_the_split_adds_up(beta: float) -> None:
    """F = ⟨E⟩ − entropy/β, and the entropy is 0 only where P is the prior."""
    y = torch.linspace(-2.2, 2.2, 120)
    found = landscape_grid(ellipse(), y, y, beta, split=True)
    assert found.mean_energy is not None
    assert found.entropy is not None
    rebuilt = found.mean_energy - found.entropy / beta
    assert torch.allclose(rebuilt, found.free_energy, rtol=3e-6, atol=3e-6)
    assert float(found.entropy.max()) <= 1e-6
    assert float(found.entropy.min()) >= -math.log(48) - 1e-5


def test_only_what_is_asked_for() -> None:
    y = torch.linspace(-1, 1, 9)
    for beta in (0.0, 0.1, 5.0, 1e4, INF):
        plain = landscape_grid(ellipse(), y, y, beta)
        assert plain[1:] == (None, None, None, None)
        one = landscape_grid(ellipse(), y, y, beta, nearest=True)
        assert one.nearest is not None
        assert one.nearest.dtype == torch.int32
        assert one.gradient is None
        assert one.mean_energy is None
        assert one.entropy is None
        # At ∞ the index is found another way, with other roundings.
        assert torch.allclose(plain.free_energy, one.free_energy, rtol=1e-6, atol=1e-6)


def test_the_gradient_is_the_slope_of_the_map() -> None:
    """By central differences of the float64 map."""
    y = torch.linspace(-2, 2, 801, dtype=torch.float64)
    step = float(y[1] - y[0])
    for beta in (0.5, 20.0):
        found = landscape_grid(ellipse(), y[::8].float(), y[::8].float(), beta, gradient=True)
        assert found.gradient is not None
        fine = free_energy_grid(ellipse().double(), y, y[::8], beta)
        slope = (fine[:, 2:] - fine[:, :-2]) / (2 * step)
        assert torch.allclose(found.gradient[0, :, 1:-1].double(), slope[:, 7::8], atol=2e-3)


@pytest.mark.parametrize("beta", [0.0, 1e-3, 0.3, 2.0, 40.0, 1e4, INF])
@pytest.mark.parametrize("kind", ["none", "prior", "some removed"])
@pytest.mark.parametrize("size", [2, 3, 9])
def test_a_plane_through_a_higher_dimension(beta: float, kind: str, size: int) -> None:
    g = torch.Generator().manual_seed(size)
    points = torch.randn(90, size, generator=g)
    origin = torch.randn(size, generator=g)
    axes = torch.linalg.qr(torch.randn(size, 2, generator=g).double())[0].t()
    lw = weights(kind, 90, g)
    y1, y2 = torch.linspace(-2, 2, 45), torch.linspace(-1, 1.5, 30)
    found = landscape_plane(
        points, origin, axes, y1, y2, beta, lw, gradient=True, nearest=True, split=True
    )
    at = origin.double() + flat(y1, y2).double() @ axes
    exact = brute(points, at, beta, lw)
    scattered = free_energy_points(points.double(), at, beta, None if lw is None else lw.double())
    assert torch.allclose(found.free_energy.flatten().double(), scattered, rtol=3e-6, atol=3e-6)
    assert found.gradient is not None
    assert found.mean_energy is not None
    along = exact["gradient"] @ axes.t()
    assert torch.allclose(found.gradient.flatten(1).t().double(), along, rtol=0, atol=5e-5)
    assert torch.allclose(found.mean_energy.flatten().double(), exact["mean"], rtol=5e-6, atol=5e-6)
    assert found.nearest is not None
    chosen = exact["energy"].gather(1, found.nearest.flatten().long()[:, None])[:, 0]
    assert torch.allclose(chosen, exact["energy"].amin(1), rtol=1e-6)


@pytest.mark.parametrize(
    ("origin", "axes", "word"),
    [
        (torch.zeros(2), torch.eye(2, 3), "shapes"),
        (torch.zeros(3), torch.eye(3), "shapes"),
        (torch.zeros(3), 2 * torch.eye(2, 3), "orthonormal"),
        (torch.tensor([0.0, 0.0, math.nan]), torch.eye(2, 3), "origin"),
    ],
)
def test_bad_planes(origin: Tensor, axes: Tensor, word: str) -> None:
    y = torch.zeros(1)
    with pytest.raises(ValueError, match=word):
        landscape_plane(torch.zeros(4, 3), origin, axes, y, y, 1.0)
    with pytest.raises(ValueError, match="two coordinates"):
        landscape_plane(torch.zeros(4, 1), torch.zeros(1), torch.zeros(2, 1), y, y, 1.0)
