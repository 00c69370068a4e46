"""Steps of training of every scene: on the CPU, on the GPU one by one, and replayed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from ebmviz.core import assets
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.energies.base.capabilities import OwnSteps
from ebmviz.engine.model import build, registry
from ebmviz.engine.training import step
from ebmviz.engine.training.batches import next_batch
from ebmviz.engine.training.graphs import step as graphs
from ebmviz.engine.training.problem import Problem, TrainState
from tests.benchmarks.gpu.rows import Row, Settings, Work, timed
from tests.scenes import CATALOGUE, built_in, small

COMPILED = ("ellipse", "horn", "unconditional")
_STEPS = 32  # for one of the clock


def scenes(settings: Settings, names: tuple[str, ...] = ()) -> list[tuple[str, Scene]]:
    """Those that are trained by a loss."""
    found = []
    for name in names or assets.scene_names():
        of = built_in(name)
        if not of.kind("experiment") and not isinstance(registry.energy(of), OwnSteps):
            found.append(
                (name, replace(small(name), {"device": "cpu"}, CATALOGUE) if settings.small else of)
            )
    return found


def rows(settings: Settings, names: tuple[str, ...] = ()) -> Iterator[Row]:
    """Steps per second of each scene, by each way there is."""
    here = settings._replace(device=torch.device("cpu"))
    for name, of in scenes(settings, names):
        ways: list[tuple[str, Callable[[], Work], Settings]] = [
            ("ebmviz, CPU", partial(_advancing, of, here.device), here)
        ]
        if settings.device.type != "cpu":
            ways += [
                ("ebmviz, one by one", partial(_one_by_one, of, settings.device), settings),
                ("ebmviz, graphs", partial(_replayed, of, settings.device), settings),
            ]
        elif "torch" in settings.peers:
            ways += [("torch", partial(_one_by_one, of, here.device), here)]
        if name in COMPILED and "torch.compile" in settings.peers:
            ways += [("torch.compile", partial(_compiled, of, settings.device), settings)]
        for who, made, where in ways:
            yield timed("training", name, who, "steps/s", made, where, _STEPS)


def _advancing(of: Scene, device: torch.device) -> Work:
    """As the engine does on the CPU."""
    task = build.problem(of, device)
    state = step.start(task)

    def work() -> None:
        now = state
        while now.step < _STEPS:
            block = step.advance(task, now, _STEPS - now.step, every=_STEPS)
            if block.fault:
                raise block.fault
            now = block.state

    return work


def _one_by_one(of: Scene, device: torch.device) -> Work:
    task = build.problem(of, device)
    state = step.start(task)

    @torch.no_grad()
    def work() -> Tensor:
        now = state
        for _ in range(_STEPS):
            y, end = next_batch(task, now)
            loss, weights, slots = task.stepped(y, now)
            now = step.after(task, now, end, weights, slots)
        return loss

    return work


def _replayed(of: Scene, device: torch.device) -> Work:
    """Raises where the steps of a scene cannot be recorded."""
    task = build.problem(of, device)
    begun: list[TrainState] = [step.start(task)]

    @torch.no_grad()
    def work() -> Tensor:
        now = begun[0]
        for _ in range(_STEPS):
            now, loss = step._next(task, now)
        begun[0] = now
        return loss

    for _ in range(graphs.SOON // _STEPS + 1):
        work()
    if not graphs._graphs[task]._steps:
        raise RuntimeError("the step cannot be recorded; see the log")
    return work


def _compiled(of: Scene, device: torch.device) -> Work:
    """The energies and the loss by torch.compile, the optimiser by torch."""
    task = build.problem(of, device)
    state = step.start(task)
    torch._dynamo.reset()

    def value(weights: dict[str, Tensor], rows: Tensor) -> Tensor:
        wrong = task.objective.draw(weights, rows, 0)
        return task.objective.value(task.objective.energies(weights, rows, wrong), wrong)

    fused = torch.compile(value, dynamic=False)

    def one(now: TrainState, rows: Tensor) -> TrainState:
        leaves = {k: w.detach().requires_grad_() for k, w in now.weights.items()}
        slopes = torch.autograd.grad(
            fused(leaves, rows), list(leaves.values()), allow_unused=True, materialize_grads=True
        )
        with torch.no_grad():
            weights, slots = task.optimizer.update(
                now.weights, dict(zip(leaves, slopes, strict=True)), now.slots, now.updates + 1
            )
        return dataclasses.replace(now, weights=weights, slots=slots, updates=now.updates + 1)

    def work() -> TrainState:
        now, rows = state, task.data[: task.batch]
        for _ in range(_STEPS):
            now = one(now, rows)
        return now

    return work


def doubled(task: Problem) -> Problem:
    """The same in float64."""
    from ebmviz.engine.training.objective import objective

    rows = task.data.double()
    own = task.objective
    return dataclasses.replace(
        task,
        data=rows,
        objective=objective(task.energy, own.loss, own.regularizer, rows, task.seed),
    )
