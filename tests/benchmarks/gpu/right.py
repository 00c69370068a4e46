"""How far a device's float32 is from float64 on a CPU: F, its gradient, and a hundred steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import torch
from torch import Tensor

from ebmviz.core.frame import frame_of
from ebmviz.core.scene import Scene
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Continuous
from ebmviz.engine.measures.base import level
from ebmviz.engine.model import build
from ebmviz.engine.training import step
from ebmviz.engine.training.batches import next_batch
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.weights import Weights
from tests.benchmarks.gpu.rows import Row, Settings, failure
from tests.benchmarks.gpu.steps import doubled, scenes

SIDE, STEPS = 24, 100
F_TOLERANCE = 1e-4
"""Of F and its gradient, relative to the greatest |F| and slope of the map, if that is above 1."""
WORSE = 10.0
"""After a hundred steps: times as far as the CPU's own float32, beside `F_TOLERANCE`."""


def rows(settings: Settings, names: tuple[str, ...] = ()) -> Iterator[Row]:
    """Of each scene three rows, two where its answers are classes."""
    for name, of in scenes(settings, names):
        try:
            yield from _of(name, of, settings)
        except Exception as error:  # the others are still to be seen
            yield Row("right", name, "ebmviz", None, "", failure(error), False)


@torch.no_grad()
def _of(name: str, of: Scene, settings: Settings) -> Iterator[Row]:
    cpu = build.problem(of, torch.device("cpu"))
    there, wide = build.problem(of, settings.device), doubled(cpu)
    view, begun = frame_of(of).view(of.view), step.start(cpu)
    exact = _map(wide, _double(begun.weights), view)
    found = _map(there, begun.on(settings.device).weights, view)
    off = _apart(found[0], exact[0], there)
    yield Row("right", f"{name}: F", "ebmviz", off, "max ΔF", "", off <= F_TOLERANCE)
    if exact[1] is not None and found[1] is not None:
        off = _apart(found[1], exact[1], None)
        yield Row("right", f"{name}: ∇F", "ebmviz", off, "max Δ∇F", "", off <= F_TOLERANCE)
    steps = 10 if settings.small else STEPS
    exact64 = _trained(wide, _wide(begun), steps)
    own = _apart(
        _map(cpu, _trained(cpu, begun, steps).weights, view)[0],
        _map(wide, exact64.weights, view)[0],
        cpu,
    )
    state = _trained(there, begun.on(settings.device), steps)
    off = _apart(_map(there, state.weights, view)[0], _map(wide, exact64.weights, view)[0], there)
    note = f"the CPU's float32: {own:.2g}"
    fine = off <= F_TOLERANCE + WORSE * own
    yield Row("right", f"{name}: F after {steps} steps", "ebmviz", off, "max ΔF", note, fine)


def _map(task: Problem, weights: Weights, view: View) -> tuple[Tensor, Tensor | None]:
    """F and its gradient over the window, in float64 on the CPU."""
    left, right, bottom, top = view.window
    y1 = torch.linspace(left, right, SIDE).to(task.data)
    y2 = torch.linspace(bottom, top, SIDE).to(task.data)
    slopes = isinstance(task.energy, Continuous)
    found = task.energy.landscape(weights, view, y1, y2, view.beta, gradient=slopes)
    free = found.free_energy.cpu().double()
    return free, None if found.gradient is None else found.gradient.cpu().double()


def _apart(one: Tensor, other: Tensor, task: Problem | None) -> float:
    """The greatest difference, relative to the greatest number if that is above 1; of a `task` of
    which only differences of energies count, above the least.
    """
    if task is not None and level.free(task):
        one, other = one - one.min(), other - other.min()
    return float((one - other).abs().max() / other.abs().max().clamp(min=1))


def _double(weights: Weights) -> Weights:
    return {k: w.double() for k, w in weights.items()}


def _wide(state: TrainState) -> TrainState:
    return dataclasses.replace(state, weights=_double(state.weights), slots=_double(state.slots))


def _trained(task: Problem, state: TrainState, steps: int) -> TrainState:
    """By torch, a step after the other."""
    for _ in range(steps):
        y, end = next_batch(task, state)
        _, weights, slots = task.stepped(y, state)
        state = step.after(task, state, end, weights, slots)
    return state
