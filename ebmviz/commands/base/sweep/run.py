"""Runs of a sweep, as a pure function of what can be sent to another process or machine.

Fresh models are trained as lanes of one lab: those of equal shapes step together, each as it would
alone to some roundings. What goes on from a session, and experiments, are trained one by one.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from ebmviz.commands.base.sweep.outcome import Cell, Outcome
from ebmviz.commands.base.sweep.plan import Amount, Plan
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.lanes.lane import Lane
from ebmviz.core.params import Value
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.files.opening import Opened

if TYPE_CHECKING:
    from ebmviz.engine.model.engine import Engine
    from ebmviz.engine.model.model import Model
    from ebmviz.engine.training.lab import Lab

SIDE = 64
"""Cells of the small maps along each axis."""
_DRAWN = ("map", "data", "data_x", "data_class")


class Job(msgspec.Struct, frozen=True):
    """Some runs of a sweep, by their numbers."""

    plan: Plan
    numbers: tuple[int, ...]


def work(job: Job) -> list[Outcome]:
    """Train and measure them. Raises UserError of what cannot be trained."""
    from ebmviz.commands.base import headless
    from ebmviz.engine.model.engine import Engine

    catalogue = _ready(job.plan.plugins, job.plan.without)
    every, session = job.plan.lanes(catalogue), job.plan.kept(catalogue)
    lanes = [every[number] for number in job.numbers]
    models = [headless.engine(Opened(_seen(x, catalogue), session)) for x in lanes]
    fresh = [model for model in models if isinstance(model, Engine) and session is None]
    counts = {_steps(model, job.plan.amount) for model in models}
    if len(fresh) == len(models) > 1 and len(counts) == 1:
        found = _together(fresh, lanes, counts.pop())
    else:
        found = [_alone(m, _steps(m, job.plan.amount)) for m in models]
    return [
        Outcome(number, _varied(lane) | row, _picture(model))
        for number, lane, model, row in zip(job.numbers, lanes, models, found, strict=True)
    ]


@functools.cache
def _ready(plugins: tuple[str, ...], without: tuple[str, ...]) -> Catalogue:
    """All components, once for each process."""
    from ebmviz.engine.model import plugins as loaded
    from ebmviz.engine.model import registry

    loaded.load(plugins, lambda _: None, without)
    return registry.catalogue()


def _seen(lane: Lane, catalogue: Catalogue) -> Scene:
    if "view.resolution" not in lane.scene.values:
        return lane.scene
    return replace(lane.scene, {"view.resolution": SIDE}, catalogue)


def _steps(model: Model, amount: Amount) -> int:
    return amount.count * (model.epoch_steps if amount.unit == "epochs" else 1)


def _together(models: Sequence[Engine], lanes: Sequence[Lane], steps: int) -> list[dict[str, Cell]]:
    """The rows of models that are trained as lanes, and are left as these have ended."""
    from ebmviz.engine.training.lab import Lab, LaneTask

    tasks = [
        LaneTask(lane.key, lane.names, model.task)
        for lane, model in zip(lanes, models, strict=True)
    ]
    try:
        lab = Lab(tasks)
    except UserError:  # a step of all would take too long
        return [_alone(model, steps) for model in models]
    began, done = time.perf_counter(), 0
    while done < steps:
        done += lab.train(steps - done)
    seconds = (time.perf_counter() - began) / len(models)
    return [_of_lane(lab, i, model, seconds) for i, model in enumerate(models)]


def _of_lane(lab: Lab, lane: int, model: Engine, seconds: float) -> dict[str, Cell]:
    from ebmviz.engine.measures.base.collapse import meter
    from ebmviz.engine.measures.base.held import settled
    from ebmviz.engine.training.history import History

    task, state, start = model.task, lab.lane(lane), model.trainer.start
    model.trainer.begin(state, History())
    found = meter(task, state.weights, start.weights)
    if alive := bool(lab.alive[lane]):
        past = functools.partial(lab.past, lane)
        found |= settled(task, state.weights, state.step, past, found)
    found |= {"loss": float(lab.values[lane]), "mean_energy": model.trainer.mean_energy()}
    return _row(model, {**found, "last_step": float(state.step)}, not alive, seconds)


def _alone(model: Model, steps: int) -> dict[str, Cell]:
    began, done, diverged = time.perf_counter(), 0, False
    while done < steps and not diverged:
        try:
            done += model.train(steps - done)
        except NumericError:
            diverged = True
    return _row(model, model.report(), diverged, time.perf_counter() - began)


def _row(model: Model, report: dict[str, float], diverged: bool, seconds: float) -> dict[str, Cell]:
    """What is told of a run; seconds of its training, or its share of one with others."""
    from ebmviz.core.diagnosis import diagnose

    if diverged:
        report = {**report, "diverged": 1.0}
    row: dict[str, Cell] = {"step": model.progress.model}
    row |= {k: report[k] for k in ("loss", "mean_energy") if np.isfinite(report.get(k, np.nan))}
    row["diverged"] = diverged
    if "loss" in model.scene.facts:
        row["verdict"] = diagnose(report, model.scene.facts).name
    row["seconds"] = round(seconds, 6)
    meter = {k: float(v) for k, v in report.items() if k.startswith("meter_")}
    return row | {k: v for k, v in meter.items() if np.isfinite(v)}


def _picture(model: Model) -> dict[str, Array]:
    found = model.snapshot(("map", "data")).arrays
    if "map" not in found:
        return {}
    return {name: np.asarray(found[name], np.float32) for name in _DRAWN if name in found}


def _varied(lane: Lane) -> dict[str, Cell]:
    return {at: _plain(value) for at, value in lane.changes.items()}


def _plain(value: Value) -> Cell:
    assert not isinstance(value, tuple)
    return value
