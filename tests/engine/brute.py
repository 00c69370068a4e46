"""Landscapes by the definition in float64, cases that are hard to get right, and how to compare."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.engine.landscape.result import Landscape, Want

INF = math.inf
EVERYTHING = Want(gradient=True, nearest=True, split=True)
BETAS = (0.0, 1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3, 1e4, 1e6, INF)
SHAPES = ("ring", "cloud", "coincident", "outlier", "outside", "lattice")
WEIGHTS = ("none", "mild", "e±50", "some removed", "one left")


@dataclass(frozen=True)
class Case:
    """One call of a landscape function."""

    points: Tensor
    bias: Tensor | None
    log_p: Tensor | None
    y1: Tensor
    y2: Tensor
    beta: float

    def to(self, kind: torch.dtype | torch.device | str) -> Case:
        def move(values: Tensor | None) -> Tensor | None:
            return None if values is None else values.to(kind)

        points, bias, log_p, y1, y2 = map(
            move, (self.points, self.bias, self.log_p, self.y1, self.y2)
        )
        assert points is not None
        assert y1 is not None
        assert y2 is not None
        return Case(points, bias, log_p, y1, y2, self.beta)


def cloud(shape: str, count: int, scale: float, g: torch.Generator) -> Tensor:
    points = torch.randn(count, 2, generator=g) * scale
    if shape == "ring":
        z = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
        return torch.stack([scale * z.cos(), 0.4 * scale * z.sin()], 1).float()
    if shape == "coincident":
        return points[torch.randint(min(4, count), (count,), generator=g)]
    if shape == "outlier":
        points[0] = torch.tensor([100.0, -200.0]) * scale
    elif shape == "outside":
        return 0.3 * points / scale + 50 * scale
    elif shape == "lattice":
        return torch.randint(-3, 4, (count, 2), generator=g) * (0.5 * scale)
    return points


def weights(kind: str, count: int, g: torch.Generator) -> Tensor | None:
    """Normalised log weights."""
    if kind == "none":
        return None
    spread = 100 if kind == "e±50" else 3
    log_p = spread * torch.rand(count, generator=g)
    if kind == "some removed":
        log_p[0 : count - 1 : 2] = -INF
    elif kind == "one left":
        log_p[: count - 1] = -INF
    return torch.log_softmax(log_p, 0)


def case(
    shape: str,
    kind: str,
    beta: float,
    *,
    count: int = 40,
    width: int = 17,
    height: int = 11,
    scale: float = 1.0,
    half: float = 2.2,
    centre: tuple[float, float] = (0.0, 0.0),
    biased: bool = False,
    seed: int = 0,
) -> Case:
    g = torch.Generator().manual_seed(seed)
    points = cloud(shape, count, scale, g)
    if abs(centre[0]) > 100 and seed % 2:  # the points move with the window, or stay far away
        points = points + torch.tensor(centre)
    log_p = weights(kind, count, g)
    bias = scale * torch.rand(count, generator=g) if biased else None
    y1 = torch.linspace(centre[0] - half, centre[0] + half, width)
    y2 = torch.linspace(centre[1] - half / 2, centre[1] + half / 2, height)
    return Case(points, bias, log_p, y1, y2, beta)


def energies(c: Case) -> Tensor:
    """(H, W, K) in float64."""
    c = c.to(torch.float64)
    d1 = c.y1[None, :, None] - c.points[:, 0]
    d2 = c.y2[:, None, None] - c.points[:, 1]
    energy = d1.square() + d2.square()
    return energy if c.bias is None else energy + c.bias


def brute(c: Case) -> Landscape:
    """Everything, in float64, by the definitions; `nearest` is the first of exact ties."""
    energy, c, beta = energies(c), c.to(torch.float64), c.beta
    count = len(c.points)
    log_p = torch.log_softmax(torch.zeros(count).double() if c.log_p is None else c.log_p, 0)
    p = log_p.exp()
    least, nearest = energy.masked_fill(log_p == -INF, INF).min(-1)
    if beta == 0:
        posterior, log_z = p.expand_as(energy), torch.zeros_like(least)
    elif math.isinf(beta):
        posterior = torch.zeros_like(energy).scatter_(-1, nearest[..., None], 1.0)
        log_z = log_p[nearest]
    else:
        logits = (least[..., None] - energy) * beta + log_p
        posterior = torch.softmax(logits, -1)
        log_z = torch.logsumexp(logits, -1)
        if beta < 0.01:  # the better conditioned form
            u = ((least[..., None] - energy).mul(beta).expm1() * p).nan_to_num(0.0).sum(-1)
            log_z = torch.where(u > -0.999, u.log1p(), log_z)
    rise = (posterior * (energy - least[..., None])).sum(-1)
    mean = least + rise
    entropy = log_z if math.isinf(beta) else log_z + beta * rise
    free = mean if beta == 0 else least if math.isinf(beta) else least - log_z / beta
    arrows = torch.stack(
        [
            (posterior * (c.y1[None, :, None] - c.points[:, 0])).sum(-1),
            (posterior * (c.y2[:, None, None] - c.points[:, 1])).sum(-1),
        ]
    )
    return Landscape(free, 2 * arrows, nearest.int(), mean, entropy)


def worst(ours: Tensor | None, exact: Tensor | None, scale: Tensor | None = None) -> float:
    """max |error| / max(1, scale), the scale being |exact| unless given."""
    assert ours is not None
    assert exact is not None
    assert ours.shape == exact.shape
    assert torch.isfinite(ours).all()
    scale = exact.abs() if scale is None else scale
    return float(((ours.double() - exact).abs() / scale.clamp(min=1)).max())


def assert_close(ours: Landscape, c: Case, want: Want, tolerance: float) -> None:
    """All that is wanted, and nothing else, is there and right.

    At β = ∞ the nearest point may be any of those equally near up to rounding; gradient and entropy
    must then be that point's.
    """
    exact = brute(c)
    assert worst(ours.free_energy, exact.free_energy) <= tolerance
    for part, wanted in zip(ours[1:], (want[0], want[1], want[2], want[2]), strict=True):
        assert (part is not None) == wanted
        assert part is None or part.device == ours.free_energy.device
    if want.nearest:
        assert ours.nearest is not None
        assert exact.nearest is not None
        assert ours.nearest.dtype == torch.int32
        energy, index = energies(c), ours.nearest.long()[..., None]
        assert c.log_p is None or bool((c.log_p[ours.nearest.long()] > -INF).all())
        assert torch.equal(_first(c)[ours.nearest.long()], ours.nearest.long())
        rounding = 1e-6 if ours.free_energy.dtype == torch.float32 else 1e-14
        least = energy.gather(-1, exact.nearest.long()[..., None])
        assert bool((energy.gather(-1, index) <= least * (1 + rounding)).all())
        if math.isinf(c.beta):
            exact = _at(c, ours.nearest.long(), exact)
    if want.gradient:
        assert exact.mean_energy is not None
        reach = 2 * exact.mean_energy.sqrt()  # the mean length of the arrows is at most that
        assert worst(ours.gradient, exact.gradient, reach) <= tolerance
    if want.split:
        assert worst(ours.mean_energy, exact.mean_energy) <= tolerance
        assert worst(ours.entropy, exact.entropy) <= tolerance
        assert ours.entropy is not None
        assert bool((ours.entropy <= 0).all())


def _first(c: Case) -> Tensor:
    """For every point the first of its kind: same place, same constant energy, not missing."""
    same = (c.points[:, None] == c.points).all(-1)
    if c.bias is not None:
        same &= c.bias[:, None] == c.bias
    if c.log_p is not None:
        same &= c.log_p > -INF
    return same.int().argmax(1)


def _at(c: Case, nearest: Tensor, exact: Landscape) -> Landscape:
    """β = ∞ with these nearest points."""
    wide = c.to(torch.float64)
    chosen = wide.points[nearest]
    gradient = 2 * torch.stack([wide.y1 - chosen[..., 0], wide.y2[:, None] - chosen[..., 1]])
    if wide.log_p is None:
        return exact._replace(gradient=gradient)
    return exact._replace(gradient=gradient, entropy=torch.log_softmax(wide.log_p, 0)[nearest])
