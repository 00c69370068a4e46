"""Runs of a sweep, as a pure function of what can be sent to another process or machine."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from ebmviz.commands.base.sweep.outcome import Cell, Outcome
from ebmviz.commands.base.sweep.plan import Amount, Plan
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import NumericError
from ebmviz.core.params import Value
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array
from ebmviz.files.opening import Opened

if TYPE_CHECKING:
    from ebmviz.engine.model.model import Model

SIDE = 64
"""Cells of the small maps along each axis."""
_DRAWN = ("map", "data", "data_x", "data_class")


class Job(msgspec.Struct, frozen=True):
    """Some runs of a sweep, by their numbers."""

    plan: Plan
    numbers: tuple[int, ...]


def work(job: Job) -> list[Outcome]:
    """Train and measure them, one after the other. Raises UserError of what cannot be trained."""
    catalogue = _ready(job.plan.plugins, job.plan.without)
    every = job.plan.lanes(catalogue)
    return [_run(job.plan, number, every[number].changes, catalogue) for number in job.numbers]


@functools.cache
def _ready(plugins: tuple[str, ...], without: tuple[str, ...]) -> Catalogue:
    """All components, once for each process; steps of small models lose by more threads."""
    import torch

    from ebmviz.engine.model import plugins as loaded
    from ebmviz.engine.model import registry

    torch.set_num_threads(1)
    loaded.load(plugins, lambda _: None, without)
    return registry.catalogue()


def _run(plan: Plan, number: int, changes: dict[str, Value], catalogue: Catalogue) -> Outcome:
    from ebmviz.commands.base import headless

    found = plan.opened(changes, catalogue)
    scene = found.scene
    if "view.resolution" in scene.values:
        scene = replace(scene, {"view.resolution": SIDE}, catalogue)
    model = headless.engine(Opened(scene, found.session))
    began = time.perf_counter()
    diverged = not _trained(model, plan.amount)
    seconds = time.perf_counter() - began
    row: dict[str, Cell] = {at: _plain(value) for at, value in changes.items()}
    return Outcome(number, row | _measured(model, diverged, seconds), _picture(model))


def _trained(model: Model, amount: Amount) -> bool:
    """Whether it went well to the end."""
    steps = amount.count * (model.epoch_steps if amount.unit == "epochs" else 1)
    try:
        done = 0
        while done < steps:
            done += model.train(steps - done)
    except NumericError:
        return False
    return True


def _measured(model: Model, diverged: bool, seconds: float) -> dict[str, Cell]:
    from ebmviz.core.diagnosis import diagnose

    report = model.report() | ({"diverged": 1.0} if diverged else {})
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


def _plain(value: Value) -> Cell:
    assert not isinstance(value, tuple)
    return value
