"""Measures the engine alone: the landscape kernel and the training step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import torch

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine import registry
from ebmviz.engine.energies.ellipse import Ellipse, EllipseParams
from ebmviz.engine.engine import Engine
from ebmviz.engine.landscape import free_energy_grid

RESOLUTIONS = (256, 512, 1024)
LATENTS = (48, 1024)
BETAS = (0.1, 1.0, 10.0, 100.0, 1000.0, math.inf)
_REPEATS = 7


def landscape() -> dict[str, Any]:
    """Milliseconds of one map, by resolution, latents and β: the best of several runs."""
    rows = []
    for latents in LATENTS:
        energy = Ellipse(EllipseParams(latents=latents))
        weights = {"w": torch.tensor([2.0, 1.5])}
        points = energy.decode(weights, energy.latents().float())
        for resolution in RESOLUTIONS:
            axis = torch.linspace(-2.5, 2.5, resolution)
            for beta in BETAS:
                row = {"latents": latents, "resolution": resolution, "beta": _json(beta)}
                took = best(lambda a=axis, p=points, b=beta: free_energy_grid(p, a, a, b))  # type: ignore[misc]
                rows.append({**row, "ms": round(1e3 * took, 3)})
    return {"threads": torch.get_num_threads(), "maps": rows}


def training() -> dict[str, Any]:
    """Steps per second of the lecture's ellipse, by batch size, without a window."""
    catalogue = registry.catalogue()
    found = {}
    for batch in (1, 24):
        scene = replace(library.scene("ellipse", catalogue), {"optimizer.batch": batch}, catalogue)
        engine = Engine(scene)
        engine.train(200)
        steps = engine.train(10**9, seconds=2.0)
        found[f"batch_{batch}"] = round(steps / 2.0)
    return {"steps_per_s": found}


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs; one more warms up."""
    work()
    times = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def _json(beta: float) -> float | str:
    return "inf" if math.isinf(beta) else beta
