"""The landscape kernel against float64 brute force, closed forms, the lecture's table, and its own
limits.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ebmviz.engine import scattered
from ebmviz.engine.kernels.tiles import see
from ebmviz.engine.landscape import (
    free_energy_gradient,
    free_energy_grid,
    free_energy_points,
    responsibilities,
)

INF = math.inf
BETAS = (0.0, 1e-6, 1e-3, 0.1, 0.3, 1.0, 10.0, 100.0, 1e3, 1e4, 1e6, INF)


def ellipse(count: int = 48, w1: float = -1.45263, w2: float = 0.35856) -> Tensor:
    z = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    return torch.stack([w1 * z.cos(), w2 * z.sin()], 1).float()


def flat(y1: Tensor, y2: Tensor) -> Tensor:
    """The grid's places in reading order: (H·W, 2)."""
    return torch.stack([y1.repeat(len(y2)), y2.repeat_interleave(len(y1))], 1)


def brute(points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None) -> Tensor:
    """F in float64 by the definition, in blocks; log1p of expm1 while that is the better
    conditioned form.
    """
    count = points.shape[0]
    points, y = points.double(), y.double()
    uniform = torch.full((count,), -math.log(count), dtype=torch.float64)
    lw = uniform if log_weights is None else log_weights.double()
    total = torch.logsumexp(lw, 0) if log_weights is not None else 0.0
    p = torch.softmax(lw, 0)
    rows = []
    for part in y.split(max(1, 2_000_000 // count)):
        energy = (part[:, None, 0] - points[:, 0]) ** 2
        for axis in range(1, points.shape[1]):
            energy += (part[:, None, axis] - points[:, axis]) ** 2
        if beta == 0:
            rows.append(energy @ p)
            continue
        m = energy[:, lw > -INF].amin(1, keepdim=True)
        if math.isinf(beta):
            rows.append(m[:, 0])
            continue
        t = (m - energy) * beta
        log_sum = torch.logsumexp(t + lw, 1)
        if beta < 1e-3:
            u = t.expm1() @ p
            log_sum = torch.where(u > -0.999, u.log1p() + total, log_sum)
        rows.append(m[:, 0] - log_sum / beta)
    return torch.cat(rows)


def worst(ours: Tensor, exact: Tensor) -> float:
    """max |error| / max(1, |F|)."""
    error = (ours.double().flatten() - exact.flatten()).abs() / exact.flatten().abs().clamp(min=1)
    assert torch.isfinite(ours).all()
    return float(error.max())


Shape = Callable[[int, torch.Generator, float], Tensor]


def _ring(k: int, g: torch.Generator, scale: float) -> Tensor:
    return ellipse(k, scale, 0.4 * scale)


def _cloud(k: int, g: torch.Generator, scale: float) -> Tensor:
    return torch.randn(k, 2, generator=g) * scale


def _coincident(k: int, g: torch.Generator, scale: float) -> Tensor:
    return (torch.randn(4, 2, generator=g) * scale)[torch.randint(4, (k,), generator=g)]


def _outlier(k: int, g: torch.Generator, scale: float) -> Tensor:
    points = torch.randn(k, 2, generator=g) * 0.5
    points[0] = torch.tensor([100.0, -200.0]) * scale
    return points


def _outside(k: int, g: torch.Generator, scale: float) -> Tensor:
    return torch.randn(k, 2, generator=g) * 0.3 + 50 * scale


def _lattice(k: int, g: torch.Generator, scale: float) -> Tensor:
    return torch.randint(-3, 4, (k, 2), generator=g) * (0.5 * scale)


SHAPES: tuple[Shape, ...] = (_ring, _cloud, _coincident, _outlier, _outside, _lattice)
WEIGHTS = ("none", "normalised", "prior", "e±50", "some removed")


def weights(kind: str, k: int, g: torch.Generator) -> Tensor | None:
    if kind == "none":
        return None
    if kind == "normalised":
        return torch.log_softmax(3 * torch.randn(k, generator=g), 0)
    if kind == "prior":
        return -10 * torch.rand(k, generator=g) - math.log(k)
    if kind == "e±50":
        return 100 * torch.rand(k, generator=g) - 50
    lw = torch.randn(k, generator=g)
    lw[1::2] = -INF
    return lw


@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    k=st.one_of(st.integers(1, 60), st.integers(1, 5000)),
    shape=st.sampled_from(SHAPES),
    scale=st.sampled_from([1e-3, 0.5, 1.0, 5.0]),
    beta=st.one_of(st.sampled_from(BETAS), st.floats(-6, 6).map(lambda x: 10.0**x)),
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    half=st.sampled_from([1e-2, 2.2, 2.2, 30.0]),
    centre=st.sampled_from([(0.0, 0.0), (0.7, -0.3), (1000.0, -1000.0)]),
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
    centre: tuple[float, float],
    kind: str,
    seed: int,
) -> None:
    g = torch.Generator().manual_seed(seed)
    points = shape(k, g, scale)
    if abs(centre[0]) > 100 and seed % 2:  # the points move with the window, or stay far away
        points = points + torch.tensor(centre)
    lw = weights(kind, k, g)
    y1 = torch.linspace(centre[0] - half, centre[0] + half, width)
    y2 = torch.linspace(centre[1] - half / 2, centre[1] + half / 2, height)
    exact = brute(points, flat(y1, y2), beta, lw)
    grid = free_energy_grid(points, y1, y2, beta, lw)
    assert grid.shape == (height, width)
    assert grid.dtype == torch.float32
    assert worst(grid, exact) <= 5e-6
    some = torch.randperm(width * height, generator=g)[:40]
    scattered_values = free_energy_points(points, flat(y1, y2)[some], beta, lw)
    assert worst(scattered_values, exact[some]) <= 5e-6


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("count", [48, 1024])
def test_the_app_window(beta: float, count: int) -> None:
    y = torch.linspace(-2.2, 2.2, 203)
    grid = free_energy_grid(ellipse(count), y, y, beta)
    assert worst(grid, brute(ellipse(count), flat(y, y), beta)) <= 2e-6


def test_uneven_axes() -> None:
    y1 = torch.linspace(-1.3, 1.3, 131) ** 3
    y2 = torch.cat([torch.linspace(-2, 0, 7), torch.linspace(0.001, 0.002, 70)])
    for beta in BETAS:
        grid = free_energy_grid(ellipse(), y1, y2, beta)
        assert worst(grid, brute(ellipse(), flat(y1, y2), beta)) <= 2e-6


def test_float64_stays_float64() -> None:
    y = torch.linspace(-2.2, 2.2, 67, dtype=torch.float64)
    points = ellipse().double()
    for beta in BETAS:
        grid = free_energy_grid(points, y, y, beta)
        assert grid.dtype == torch.float64
        assert worst(grid, brute(points, flat(y, y), beta)) <= 1e-9


@pytest.mark.parametrize("beta", [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4])
def test_circle(beta: float) -> None:
    """‖y‖² + r² − (1/β) ln I0(2βr‖y‖), with I0 = e^x i0e."""
    r, y = 0.8, torch.linspace(-1.5, 1.5, 60, dtype=torch.float64)
    radius = (y[:, None] ** 2 + y[None, :] ** 2).sqrt()
    argument = 2 * beta * r * radius
    exact = (radius - r) ** 2 - torch.special.i0e(argument).log() / beta
    grid = free_energy_grid(ellipse(5000, r, r), y.float(), y.float(), beta)
    assert torch.allclose(grid.double(), exact, rtol=0, atol=1e-5)


@pytest.mark.parametrize("beta", [1e-3, 0.1, 1.0, 10.0, 100.0])
def test_origin(beta: float) -> None:
    w1, w2 = 1.45263, 0.35856
    argument = torch.tensor(beta * (w1**2 - w2**2) / 2, dtype=torch.float64)
    log_i0 = float(torch.special.i0e(argument).log() + argument)
    exact = (w1**2 + w2**2) / 2 - log_i0 / beta
    zero = torch.zeros(1)
    assert free_energy_grid(ellipse(4000), zero, zero, beta).item() == pytest.approx(
        exact, abs=1e-5
    )


FIGURE_6 = {
    0.1: (1.0948, 1.1565, 1.3415, 1.6497, 2.0813, 2.6363, 3.3145, 4.1160, 5.0409),
    10**-0.5: (1.0422, 1.1018, 1.2805, 1.5784, 1.9955, 2.5318, 3.1875, 3.9627, 4.8574),
    1.0: (0.8875, 0.9385, 1.0918, 1.3488, 1.7116, 2.1825, 2.7641, 3.4589, 4.2689),
    10**0.5: (0.5837, 0.6021, 0.6763, 0.8395, 1.1129, 1.5056, 2.0213, 2.6610, 3.4252),
    10.0: (0.3338, 0.2858, 0.2990, 0.4344, 0.6947, 1.0798, 1.5899, 2.2249, 2.9849),
    INF: (0.1286, 0.0118, 0.0200, 0.1532, 0.4114, 0.7947, 1.3029, 1.9361, 2.6943),
}


@pytest.mark.parametrize("beta", FIGURE_6)
def test_figure_6(beta: float) -> None:
    y2 = torch.linspace(0, 2, 9)
    column = free_energy_grid(ellipse(), torch.zeros(1), y2, beta)[:, 0]
    assert torch.allclose(column, torch.tensor(FIGURE_6[beta]), rtol=0, atol=1e-4)


def test_limits_are_reached() -> None:
    y = torch.linspace(-2, 2, 90)
    mean = free_energy_grid(ellipse(), y, y, 0.0)
    least = free_energy_grid(ellipse(), y, y, INF)
    assert torch.allclose(free_energy_grid(ellipse(), y, y, 1e-7), mean, rtol=1e-6, atol=1e-6)
    assert torch.allclose(free_energy_grid(ellipse(), y, y, 1e6), least, rtol=1e-6, atol=1e-5)
    assert torch.equal(free_energy_grid(ellipse(), y, y, 1e38), least)
    parabola = y[:, None] ** 2 + y[None, :] ** 2 + (1.45263**2 + 0.35856**2) / 2
    assert torch.allclose(mean, parabola, atol=1e-5)


def test_the_free_energy_falls_with_beta() -> None:
    y = torch.linspace(-2, 2, 64)
    maps = [free_energy_grid(ellipse(), y, y, beta) for beta in BETAS]
    for hotter, colder in itertools.pairwise(maps):
        assert bool((colder <= hotter + 2e-6).all())


def test_weights_that_do_not_sum_to_one_shift_the_map() -> None:
    y = torch.linspace(-1, 1, 20)
    lw = torch.full((48,), -math.log(48.0))
    for beta in (0.01, 2.0, 500.0):
        plain = free_energy_grid(ellipse(), y, y, beta)
        shifted = free_energy_grid(ellipse(), y, y, beta, lw - 3.0)
        assert torch.allclose(shifted, plain + 3.0 / beta, rtol=1e-6, atol=1e-5)
    for beta in (0.0, INF):
        assert torch.allclose(
            free_energy_grid(ellipse(), y, y, beta, lw - 3.0),
            free_energy_grid(ellipse(), y, y, beta),
        )


@pytest.mark.parametrize("beta", [1.0, 100.0, 1e5])
def test_dropped_points_weigh_nothing(beta: float) -> None:
    """The bound itself: what a tile drops is below float32's last bit of what it keeps, at every
    place in it.
    """
    points = torch.randn(300, 2, generator=torch.Generator().manual_seed(3)).double()
    given = np.zeros((5, 300))
    given[:2], given[4] = points.t().numpy(), np.arange(300)
    slack = (24 * math.log(2) + math.log(300)) / beta
    axis = torch.linspace(-2.2, 2.2, 96, dtype=torch.float64).view(3, 32)
    fewest = 300
    for y1, y2 in itertools.product(axis, axis):
        kept, room, seen = np.empty_like(given), np.empty((2, 300)), np.empty(300, np.int32)
        ends = [float(v) for y in (y1, y2) for v in (y[0] / 2 + y[-1] / 2, y[-1] / 2 - y[0] / 2)]
        cx, hx, cy, hy = ends
        count, half, first, widest, tallest = see(
            given, 300, kept, 5, room, seen, cx, cy, hx, hy, slack
        )
        here = flat(y1, y2)
        energy = (here[:, None] - points).square().sum(-1)
        sees = kept[4, :count].astype(int)
        some = torch.logsumexp(-beta * energy[:, sees], 1)
        everything = torch.logsumexp(-beta * energy, 1)
        assert float((everything - some).max()) <= 2.0**-24
        away = (points[sees] - points[sees[first]]).abs().amax(0)
        assert (widest, tallest) == pytest.approx(away.tolist())
        assert half <= count
        fewest = min(fewest, count)
    assert beta < 10 or fewest < 300


@pytest.mark.parametrize("scale", [0.01, 0.3, 1.0, 3.0, 10.0, 1e3, 1e5])
def test_the_least_energy_keeps_its_digits_in_any_window(scale: float) -> None:
    """Where a tile is wide, E_0 and E_k − E_0 are large and their sum may be nothing."""
    points = scale * torch.randn(70, 2, generator=torch.Generator().manual_seed(5))
    y1, y2 = scale * torch.linspace(-3, 3, 200), scale * torch.linspace(-2, 2, 130)
    energy = (flat(y1.double(), y2.double())[:, None] - points.double()).square().sum(-1)
    least = energy.amin(1).view(130, 200)
    error = (free_energy_grid(points, y1, y2, math.inf).double() - least).abs()
    assert float((error / least.clamp(min=1)).max()) <= 5e-6


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
        assert ours.grad is not None and exact.grad is not None
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
    monkeypatch.setattr(scattered, "SMALL", 0)
    monkeypatch.setattr(scattered, "BLOCK", 500)
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


def test_no_gradient_graph_from_the_grid() -> None:
    points = ellipse().requires_grad_()
    assert not free_energy_grid(points, torch.zeros(3), torch.zeros(3), 1.0).requires_grad


NAN = torch.tensor([[0.0, math.nan]])
ONE, AXIS = torch.zeros(1, 2), torch.linspace(-1, 1, 5)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((torch.zeros(3), AXIS, AXIS, 1.0), "points"),
        ((torch.zeros(0, 2), AXIS, AXIS, 1.0), "empty"),
        ((torch.zeros(4, 3), AXIS, AXIS, 1.0), "points"),
        ((torch.zeros(4, 2, dtype=torch.long), AXIS, AXIS, 1.0), "float"),
        ((NAN, AXIS, AXIS, 1.0), "finite"),
        ((ONE, AXIS * math.inf, AXIS, 1.0), "finite"),
        ((ONE, AXIS.flip(0), AXIS, 1.0), "ascending"),
        ((ONE, AXIS, AXIS[:0], 1.0), "y2"),
        ((ONE, AXIS, AXIS, -1.0), "beta"),
        ((ONE, AXIS, AXIS, math.nan), "beta"),
        ((ONE, AXIS, AXIS, 1.0, torch.zeros(2)), "log_weights"),
        ((ONE, AXIS, AXIS, 1.0, torch.tensor([-INF])), "log_weights"),
        ((ONE, AXIS, AXIS, 1.0, torch.tensor([math.nan])), "log_weights"),
    ],
)
def test_bad_grid_input(arguments: tuple[Any, ...], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        free_energy_grid(*arguments)


@pytest.mark.parametrize("function", [free_energy_points, responsibilities, free_energy_gradient])
@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((torch.zeros(0, 2), ONE, 1.0), "empty"),
        ((torch.zeros(4, 3), ONE, 1.0), "y must have shape"),
        ((ONE, torch.zeros(2), 1.0), "y must have shape"),
        ((ONE, ONE, -0.1), "beta"),
        ((ONE, ONE, 1.0, torch.tensor([-INF])), "log_weights"),
        ((NAN, ONE, 1.0), "finite"),
        ((ONE, NAN, 1.0), "finite"),
    ],
)
def test_bad_points_input(
    function: Callable[..., Tensor], arguments: tuple[Any, ...], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        function(*arguments)
