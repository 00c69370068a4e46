"""Maps of many places against many points: ours, and as others would compute it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from ebmviz.engine.landscape import free_energy_grid
from tests.benchmarks.gpu.rows import Row, Settings, timed
from tests.benchmarks.peers import PEERS

SIDE, POINTS, BETA = 4096, 4096, 8.0
SMALL = 48
CHECKED, TOLERANCE = 256, 1e-5
NAMES = {"keops": "keops", "torch.compile": "torch.compile", "chunked": "torch"}


def rows(settings: Settings) -> Iterator[Row]:
    """How right the map is at some places, and maps per second of each."""
    side = SMALL if settings.small else SIDE
    count = SMALL if settings.small else POINTS
    points = torch.rand(count, 2, generator=torch.Generator().manual_seed(3)) * 2 - 1
    axis = torch.linspace(-1.5, 1.5, side)
    there, y = points.to(settings.device), axis.to(settings.device)
    what = f"{side}² places, K = {count}"
    off = _off(free_energy_grid(there, y, y, BETA), points, axis)
    note = f"of {CHECKED} places; at most {TOLERANCE:g} max(1, abs F)"
    yield Row("right", f"map, {what}", "ebmviz", off, "max ΔF", note, off <= TOLERANCE)
    ours = timed(
        "maps", what, "ebmviz", "1/s", lambda: lambda: free_energy_grid(there, y, y, BETA), settings
    )
    yield ours
    for peer, name in NAMES.items():
        if name in settings.peers:
            yield timed(
                "maps", what, name, "1/s", partial(PEERS[peer], there, y, y, BETA), settings
            )


def _off(found: Tensor, points: Tensor, axis: Tensor) -> float:
    """How far F is from that of float64 on a CPU, at places all over the map."""
    chosen = torch.Generator().manual_seed(5)
    i, j = (torch.randint(len(axis), (CHECKED,), generator=chosen) for _ in range(2))
    y = torch.stack([axis[j], axis[i]], 1).double()
    energy = (y[:, None] - points.double()).square().sum(2)
    wanted = -(torch.logsumexp(-BETA * energy, 1) - torch.tensor(len(points)).double().log()) / BETA
    apart = (found.cpu().double()[i, j] - wanted).abs()
    return float((apart / wanted.abs().clamp(min=1)).max())
