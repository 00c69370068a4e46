"""Frames for a window: no finer than there is time for, and refined while nothing moves.

The policy is in `ebmviz.engine.server.budget`; here it meets the clock and the engine.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median_low

import numpy as np

from ebmviz.core.params import Value
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.core.view import View
from ebmviz.engine.analysis.contours import contour_cells
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.model.beside import Beside
from ebmviz.engine.model.model import Model
from ebmviz.engine.server import budget
from ebmviz.engine.server.budget import Costs

Clock = Callable[[], float]

_COSTLY = ("energy", "device", "view.compare")


class Frames:
    """Measures an engine for one window.

    rough: whether the newest frame can be refined. seconds: what it took. What stands beside the
    model is measured along with it, in the same detail.
    """

    def __init__(self, clock: Clock = time.perf_counter, beside: Beside | None = None) -> None:
        self.rough = False
        self.seconds = 0.0
        self._beside, self._clock = beside, clock
        self._costs = Costs()
        self._costly: dict[str, Value] = {}  # what maps of another cost differ in
        self._detail = FULL
        self._moved = -math.inf
        self._job: _Job | None = None
        self._subject: Looked | None = None  # of the newest frame
        self._aside = 0.0  # seconds that went into what stands beside the model

    def touch(self) -> None:
        """Something moves: a refinement under way is of no use any more."""
        self._moved = self._clock()
        self._job = None

    def give_up(self) -> None:
        """The frame as it is will do: refining it has failed."""
        self.rough, self._job = False, None

    def wait(self) -> float:
        """Seconds until it rests; 0 when it does."""
        return max(0.0, self._moved + budget.STILL_S - self._clock())

    def quick(
        self,
        engine: Model,
        needs: tuple[str, ...],
        generation: int,
        seconds: float = budget.MAP_S,
    ) -> Snapshot:
        """A frame while something moves, its map in about so many seconds; where nothing moves but
        chains, the map and all else that was measured stay.

        Raises what Engine.snapshot raises, as does `finer`.
        """
        if self._subject and engine.sampling and engine.unmoved(self._subject):
            began = self._clock()
            snapshot = self._measure(engine, needs, generation, self._subject)
            self.seconds = self._clock() - began
            return snapshot
        view = engine.scene.view
        costly = {k: v for k, v in engine.scene.values.items() if k.startswith(_COSTLY)}
        if costly != self._costly:
            self._costly, self._costs = costly, Costs()
        while True:
            detail = budget.moving(self._costs, view.resolution, self._detail, seconds)
            side, known = detail.side(view.resolution), bool(self._costs.recent)
            count = side if known else budget.rows(self._costs, side, 0)
            job = self._begin(engine, needs, detail, count)
            patience = math.inf if known else budget.PATIENCE_S
            # Once more, for the first may have gone into compilers.
            if job.work(patience) or job.work(patience):
                return self._finish(job, engine, needs, generation)
            self._costs = Costs((job.cost,), side, sure=True)

    def finer(self, engine: Model, needs: tuple[str, ...], generation: int) -> Snapshot | None:
        """Some `budget.TURN_S` of work on a finer frame at rest; None until it is ready."""
        if self._job is None:
            detail = budget.still(self._detail)
            side = detail.side(engine.scene.view.resolution)
            count = budget.rows(self._costs, side, budget.TURN_S)
            self._job = self._begin(engine, needs, detail, count)
        job = self._job
        if not job.work(budget.TURN_S):
            return None
        self._job = None
        return self._finish(job, engine, needs, generation)

    def _begin(self, engine: Model, needs: tuple[str, ...], detail: Detail, count: int) -> _Job:
        subject = engine.subject(detail)
        mapped = "map" in needs or "contours" in needs
        rows = subject.map_rows(count) if mapped else iter(())
        return _Job(subject, rows, subject.side if mapped else 0, self._clock)

    def _finish(
        self, job: _Job, engine: Model, needs: tuple[str, ...], generation: int
    ) -> Snapshot:
        began = self._clock()
        subject, self._detail = job.subject, job.subject.detail
        if job.parts:
            subject.take_map(job.parts[0] if len(job.parts) == 1 else np.concatenate(job.parts))
        snapshot = self._measure(engine, needs, generation, subject)
        if job.parts:
            cost = job.cost + self._aside / subject.side**2
            self._costs = self._costs.noted(subject.side, cost)
        self._subject = subject
        self.rough = _refinable(engine.scene.view, self._detail, needs)
        self.seconds = job.spent + self._clock() - began
        return snapshot

    def _measure(
        self, engine: Model, needs: tuple[str, ...], generation: int, subject: Looked
    ) -> Snapshot:
        found = engine.snapshot(needs, generation, subject)
        began = self._clock()
        found = self._beside.joined(found, engine, subject) if self._beside else found
        self._aside = self._clock() - began
        return found


@dataclass
class _Job:
    """A map on its way, some rows at a time."""

    subject: Looked
    rows: Iterator[Array]
    wanted: int  # rows
    clock: Clock
    parts: list[Array] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    done: int = 0  # rows
    spent: float = 0.0  # seconds

    @property
    def cost(self) -> float:
        """Seconds per cell, of a typical part."""
        return median_low(self.costs)

    def work(self, seconds: float) -> bool:
        """Go on for so long; whether the map is complete."""
        began = now = self.clock()
        while self.done < self.wanted and now - began < seconds:
            part = next(self.rows)
            before, now = now, self.clock()
            self.parts.append(part)
            self.costs.append((now - before) / part.size)
            self.done += len(part)
        self.spent += now - began
        return self.done == self.wanted


def _refinable(view: View, detail: Detail, needs: tuple[str, ...]) -> bool:
    side, full = detail.side(view.resolution), view.resolution
    if "map" in needs and side < full:
        return True
    now = contour_cells(side, view.contours, detail.lines)
    return "contours" in needs and now < contour_cells(full, view.contours, True)
