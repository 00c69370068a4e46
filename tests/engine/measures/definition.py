"""The lecture's ellipse by the definition, worked out by brute force in float64."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in

BETAS = (0.0, 1e-3, 0.5, 1.0, 10.0, 300.0, 1e6, math.inf)


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    return built_in("ellipse", changes, view__resolution=24)


def shoot(needs: tuple[str, ...], **changes: object) -> Snapshot:
    return Engine(scene(**changes)).snapshot(needs)


def manifold(latents: int = 48, w: tuple[float, float] = (-1.45263, 0.35856)) -> Array:
    z = np.arange(latents) * (2 * np.pi / latents)
    return np.stack([w[0] * np.cos(z), w[1] * np.sin(z)], 1)


def energies(points: Array, y: Array) -> Array:
    """E (N, K), from the definition."""
    return ((np.asarray(y, np.float64)[:, None] - points) ** 2).sum(-1)


def free(points: Array, y: Array, beta: float) -> Array:
    """F_β at y (N, 2)."""
    e = energies(points, y)
    if beta == 0:
        mean: Array = e.mean(1)
        return mean
    low = e.min(1, keepdims=True)
    if math.isinf(beta):
        return np.asarray(low[:, 0])
    sums = np.expm1(-beta * (e - low)).mean(1)  # exact where β is small, too
    return np.asarray(low[:, 0] - np.log1p(sums) / beta)


def posterior(points: Array, y: Array, beta: float) -> Array:
    """P(z|y), (N, K)."""
    e = energies(points, y)
    if math.isinf(beta):
        return np.asarray(e == e.min(1, keepdims=True), np.float64)
    p = np.exp(-beta * (e - e.min(1, keepdims=True)))
    return np.asarray(p / p.sum(1, keepdims=True))


def centres(low: float, high: float, count: int) -> Array:
    return np.array([low + (high - low) * (i + 0.5) / count for i in range(count)])
