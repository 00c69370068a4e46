"""Measures the engine alone: the landscape kernel and the training step."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine.analysis.contours import contour_cells, isolines
from ebmviz.engine.energies.ellipse import Ellipse, EllipseParams
from ebmviz.engine.landscape.direct import direct_landscape
from ebmviz.engine.landscape.grid import free_energy_grid, landscape_grid
from ebmviz.engine.landscape.scattered import free_energy_and_pull
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.server import budget
from ebmviz.engine.server.budget import Costs
from ebmviz.engine.training.means import mean_energies
from ebmviz.engine.training.problem import BLOCK
from ebmviz.engine.training.step import advance

RESOLUTIONS = (256, 512, 1024)
LATENTS = (48, 1024)
BETAS = (0.1, 1.0, 10.0, 100.0, 1000.0, math.inf)
_REPEATS = 7
_FRAMES = 60
_SECONDS = 0.5


def landscape() -> dict[str, Any]:
    """Milliseconds of one map, by resolution, latents and β: of F alone, and with ∇F, the nearest
    point, ⟨E⟩ and entropy. The best of several runs.
    """
    rows = []
    for latents in LATENTS:
        energy = Ellipse(EllipseParams(latents=latents))
        weights = {"w": torch.tensor([2.0, 1.5])}
        points = energy.decode(weights, energy.latents().float())
        for resolution in RESOLUTIONS:
            axis = torch.linspace(-2.5, 2.5, resolution)
            for beta in BETAS:
                row = {"latents": latents, "resolution": resolution, "beta": _json(beta)}
                alone = best(partial(free_energy_grid, points, axis, axis, beta))
                rich = best(partial(_all_of, points, axis, beta))
                rows.append(row | {"ms": round(1e3 * alone, 3), "all_ms": round(1e3 * rich, 3)})
    return {"threads": torch.get_num_threads(), "maps": rows}


def _all_of(points: Tensor, axis: Tensor, beta: float) -> None:
    landscape_grid(points, axis, axis, beta, gradient=True, nearest=True, split=True)


def network() -> dict[str, Any]:
    """An energy F_w(y) by a network of 3 × 128 units, in a view of 512²: what a place costs, how
    many maps with contours are made per second while something moves, and how long the full map
    takes at rest. Nothing else is measured or sent.
    """
    torch.manual_seed(7)
    units = [unit for n in (2, 128, 128) for unit in (nn.Linear(n, 128), nn.SiLU())]
    energy = nn.Sequential(*units, nn.Linear(128, 1), nn.Flatten(0)).requires_grad_(False)
    resolution, window, levels = 512, (-2.0, 2.0, -2.0, 2.0), [i / 10 for i in range(10)]

    def shown(detail: Detail) -> tuple[float, float]:
        """Seconds of the map alone, and with its contours."""
        side = detail.side(resolution)
        axis = torch.linspace(-2, 2, side)
        began = time.perf_counter()
        values = direct_landscape(energy, axis, axis).free_energy.numpy()
        mapped = time.perf_counter() - began
        isolines(values, window, levels, contour_cells(side, len(levels), detail.lines))
        return mapped, time.perf_counter() - began

    costs, detail, took, sides = Costs(), FULL, [], []
    for _ in range(2 * _FRAMES):
        detail = budget.moving(costs, resolution, detail, budget.TRAINING_S)
        side = detail.side(resolution)
        seconds, whole = shown(detail)
        costs = costs.noted(side, seconds / side**2)
        took.append(whole)
        sides.append(side)
    axis = torch.linspace(-2, 2, 128)
    place = best(lambda: direct_landscape(energy, axis, axis)) / 128**2
    slope = best(lambda: direct_landscape(energy, axis, axis, gradient=True)) / 128**2
    return {
        "threads": torch.get_num_threads(),
        "ns_per_place": round(1e9 * place),
        "ns_per_place_with_gradient": round(1e9 * slope),
        "moving_frames_per_s": round(_FRAMES / sum(took[_FRAMES:])),
        "moving_side": statistics.mode(sides[_FRAMES:]),
        "full_map_ms": round(1e3 * shown(FULL)[0], 1),
    }


def training() -> dict[str, Any]:
    """Steps per second of the ellipse without a window: cold and warm, by batch and optimiser, and
    the microseconds of a step's parts when cold, in batches of 1.
    """
    found: dict[str, int] = {}
    runs = []
    for count, batch in ((24, 1), (24, 24), (1000, 1000)):
        for kind, beta in (
            ("sgd", math.inf),
            ("momentum", math.inf),
            ("adam", math.inf),
            ("sgd", 1),
        ):
            engine = _trainee(count, batch, kind, beta)
            engine.train(200)
            began = time.perf_counter()
            steps = engine.train(10**9, seconds=_SECONDS)
            rate = round(steps / (time.perf_counter() - began))
            row = {"data": count, "batch": batch, "optimizer": kind, "beta": _json(beta)}
            runs.append({**row, "steps_per_s": rate})
            found.setdefault(f"batch_{batch}", rate)
    return {"steps_per_s": found, "runs": runs, "step_us": _parts(_trainee(24, 1, "sgd", math.inf))}


def _trainee(count: int, batch: int, optimizer: str, beta: float) -> Engine:
    catalogue = registry.catalogue()
    changes = {"optimizer.kind": optimizer, "optimizer.batch": batch, "objective.beta": beta}
    scene = replace(library.scene("ellipse", catalogue), changes, catalogue)
    if count != 24:
        scene = replace(scene, {"data.kind": "ellipse", "data.count": count}, catalogue)
    return Engine(scene)


@torch.no_grad()
def _parts(engine: Engine) -> dict[str, float]:
    task, state, many = engine.task, engine.state, 50
    y, beta = task.data[: task.batch], task.loss.params.beta
    points, pull_weights = task.decoded(state.weights)
    free, pull_points = free_energy_and_pull(points, y, beta)
    loss = task.loss
    assert isinstance(loss, DataLoss)
    slope = loss.with_slope(free)[1]
    flow = pull_points(slope)
    slopes = pull_weights(flow)
    parts: dict[str, Callable[[], object]] = {
        "decode": lambda: task.decoded(state.weights),
        "free_energy": lambda: free_energy_and_pull(points, y, beta),
        "loss": lambda: loss.with_slope(free),
        "pull_points": lambda: pull_points(slope),
        "pull_weights": lambda: pull_weights(flow),
        "update": lambda: task.optimizer.update(state.weights, slopes, state.slots, 1),
    }
    took = {k: best(lambda w=w: [w() for _ in range(many)]) / many for k, w in parts.items()}  # type: ignore[misc]
    block = [state.weights] * BLOCK
    took["whole"] = best(lambda: advance(task, state, BLOCK)) / BLOCK
    took["record"] = best(lambda: mean_energies(task, block)) / BLOCK
    return {k: round(1e6 * s, 1) for k, s in took.items()}


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
