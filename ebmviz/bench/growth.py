"""How the cost of each thing grows with how much of it there is."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch

from ebmviz.bench.engine import best
from ebmviz.core import library
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.energies.ellipse import Ellipse, EllipseParams
from ebmviz.engine.landscape.grid import free_energy_grid
from ebmviz.engine.model import build, registry
from ebmviz.engine.training import step
from ebmviz.engine.training.lab import Lab, LaneTask
from ebmviz.engine.training.means import mean_energy
from ebmviz.engine.training.problem import Problem

Timed = tuple[int, Callable[[], object]]
DATA = (24, 240, 2_400, 24_000, 240_000, 1_000_000)
LATENTS = (48, 192, 768, 3072, 16_384)
CHAINS = (1_000, 10_000, 100_000, 1_000_000)
HIDDEN = (16, 32, 64, 128, 256, 512)
LANES = (1, 2, 4, 8, 16, 32, 64)
WINDOW = (256, 512, 1024, 2048)
_CPU = {"device": "cpu"}
_STEPS = 20  # of a lab, at a time


def growth() -> dict[str, Any]:
    """Milliseconds by size, and the exponent p of size^p at the large end (the last two sizes)."""
    rows = []
    for what, timed in (
        ("mean energy of N data, 48 latents", _data()),
        ("map 512² of K latents, β = 10", _latents()),
        ("Langevin step of so many chains, 2 × 64 units", _chains()),
        ("training step of 2 × H units, NLL over 48² answers", _hidden()),
        ("20 steps of so many lanes over seeds, ellipse", _lanes()),
        ("map of so many places a side, 48 latents, β = 10", _window()),
    ):
        sizes, times = zip(*((size, best(run)) for size, run in timed), strict=True)
        last = math.log(times[-1] / times[-2]) / math.log(sizes[-1] / sizes[-2])
        found = {str(n): round(1e3 * t, 4) for n, t in zip(sizes, times, strict=True)}
        rows.append({"what": what, "exponent": round(last, 2), **found})
    return {"threads": torch.get_num_threads(), "growth": rows}


def _scene(name: str, **changes: object) -> Scene:
    catalogue = registry.catalogue()
    given = {path.replace("__", "."): value for path, value in changes.items()}
    return replace(library.scene(name, catalogue), {**_CPU, **given}, catalogue)


def _problem(name: str, **changes: object) -> Problem:
    return build.problem(_scene(name, **changes), torch.device("cpu"))


def _data() -> Iterator[Timed]:
    task = _problem("ellipse")
    weights = step.start(task).weights
    for count in DATA:
        data = task.data.repeat(math.ceil(count / len(task.data)), 1)[:count]
        yield count, partial(mean_energy, dataclasses.replace(task, data=data), weights)


def _latents() -> Iterator[Timed]:
    axis = torch.linspace(-2.5, 2.5, 512)
    for count in LATENTS:
        energy = Ellipse(EllipseParams(latents=count))
        points = energy.decode({"w": torch.tensor([2.0, 1.5])}, energy.latents().float())
        yield count, partial(free_energy_grid, points, axis, axis, 10.0)


def _window() -> Iterator[Timed]:
    energy = Ellipse(EllipseParams())
    points = energy.decode({"w": torch.tensor([2.0, 1.5])}, energy.latents().float())
    for side in WINDOW:
        axis = torch.linspace(-2.5, 2.5, side)
        yield side, partial(free_energy_grid, points, axis, axis, 10.0)


def _chains() -> Iterator[Timed]:
    scene = _scene("unconditional", sampler__kind="ula")
    task, sampler = build.problem(scene, torch.device("cpu")), registry.sampler(scene)
    weights, generator = step.start(task).weights, torch.Generator().manual_seed(1)

    def field(y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return task.energy.value_and_grad(weights, scene.view, y, 1.0)

    for count in CHAINS:
        start = task.data.repeat(math.ceil(count / len(task.data)), 1)[:count]
        chains = sampler.init(field, start)
        yield count, partial(sampler.step, chains, field, 1.0, generator)


def _hidden() -> Iterator[Timed]:
    for units in HIDDEN:
        task = _problem("unconditional", energy__hidden=units)
        yield units, _one_step(task)


def _one_step(task: Problem) -> Callable[[], object]:
    state = step.start(task)

    def run() -> None:
        nonlocal state
        state = step.advance(task, state, 1).state

    return run


def _lanes() -> Iterator[Timed]:
    for count in LANES:
        tasks = [_problem("ellipse", seed=seed) for seed in range(1, count + 1)]
        lab = Lab([LaneTask(str(t.seed), (str(t.seed),), t) for t in tasks])
        yield count, partial(lab.train, _STEPS)
