"""What a scene will take, found out on a few rows before anything large is computed.

What a training step holds for its way back grows with its rows B and with the answers M that each
is compared with: a + bB + cM + dBM bytes. Four tiny steps of the very model tell a … d, and a few
rows what a place costs: so every component counts, a plug-in's too, and none can forget to say.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import numpy as np
import torch
from torch import Tensor

from ebmviz.core import markup
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, visible
from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import OwnSteps
from ebmviz.engine.energies.base.reconstruction import Reconstruction
from ebmviz.engine.landscape.memory import T
from ebmviz.engine.losses.base.chains import ChainParams
from ebmviz.engine.model import ceiling
from ebmviz.engine.training import step
from ebmviz.engine.training.means import mean_energies
from ebmviz.engine.training.problem import Problem, TrainState

LONG_S = 4.0
"""Seconds to the first picture, or for a step, from which on it is said how many."""
ROWS, SIDES = (2, 6), (2, 4)
"""Of the tiny steps: rows, and answers along each axis, or in a sample."""
_SMALL = 1 << 12  # data or rows, and 16 times as many pairs: no model is long or large with them
_STEPS = 2  # of chains, in a tiny step
_PROBE_S, _FASTER = 0.03, 4  # what is timed takes so long, or has so many times as many rows
_PEAK = 2.4  # bytes at the peak of the way back, per byte held for it
_TWICE = 3.0  # times as many with the gradient penalty, whose way back goes back again
_MUCH, _TOUCHED, _ANEW = 2e8, 1 << 26, 2.5
"""Bytes from which on the system's time for memory counts, so many that it is timed with, and how
often a step's are handed out."""
_PASSES, _SHOWN, _LOOKS, _LOOKED_AT = 1.5, 0.9, 4, 256
"""Until the first picture: passes over all data, more where each is shown decoded, and over so many
rows with all their answers."""


class Forecast(NamedTuple):
    """Seconds, until the first picture and for a training step."""

    first_s: float = 0.0
    step_s: float = 0.0

    def said(self) -> str:
        """What a person should know before it begins; nothing where it is soon there."""
        parts = []
        if self.first_s >= LONG_S:
            parts.append(f"{spoken(self.first_s)} to the first picture")
        if self.step_s >= LONG_S:
            parts.append(f"{spoken(self.step_s)} for each step")
        return f"about {', '.join(parts)}" if parts else ""


class Foresight:
    """Of one engine: looks at a problem before it is worked on. tell(sentence): of what is allowed
    but long.
    """

    def __init__(self, tell: Callable[[str], None] = lambda _: None) -> None:
        self._tell = tell
        self._known: object = None

    def look(self, scene: Scene, task: Problem, catalogue: Catalogue) -> None:
        """Raises UserError where a step does not fit into the memory, naming what to lower."""
        model = Model(scene, task, catalogue)
        key = (scene.kind("energy"), task.energy.params, *model.sizes, model.steps, len(task.data))
        if key == self._known or model.small:
            return
        wanted, room = model.held(*model.sizes), ceiling.room(task.data.device)
        if wanted > room:
            raise UserError(model.refusal(wanted, room))
        self._known = key
        if said := model.forecast().said():
            self._tell(said)


class Model:
    """One problem, and how its costs grow.

    sizes: rows of a step, and answers along each axis, or in a sample, 0 where the loss asks for
    none, or for as many as there are classes. steps: of chains.
    """

    def __init__(self, scene: Scene, task: Problem, catalogue: Catalogue) -> None:
        self._scene, self._task = scene, task
        self._params = visible(scene, catalogue)
        powers = {"samples": 1, "draws": 1, "nodes": 1, "answers": len(task.objective.space.low)}
        own = (name for name in powers if f"objective.{name}" in self._params)
        self._varied = next(own, "")
        self._power = powers.get(self._varied, 1)
        p = task.loss.params
        side = int(getattr(p, self._varied)) if self._varied else 0
        self.sizes = (task.batch, side)
        self.steps = p.steps if isinstance(p, ChainParams) else 0

    @property
    def small(self) -> bool:
        """Whether nothing is long or large in these sizes, whatever the model."""
        rows, side = self.sizes
        pairs = rows * max(1, self._answers(side)) * max(1, self.steps // 50)
        return max(rows, len(self._task.data)) <= _SMALL and pairs <= 16 * _SMALL

    def forecast(self) -> Forecast:
        """From a few rows of the data."""
        place, draw = self._place(), self._draw_s()
        rows, side = self.sizes
        few = self._pairs(min(rows, _LOOKED_AT), side)
        passes = _PASSES + _SHOWN * isinstance(self._task.energy, Reconstruction)
        return Forecast(
            passes * place.of(len(self._task.data)) + _LOOKS * place.of(few) + draw,
            self._step(place).of(self._pairs(rows, side)) + draw + self._taken_s(),
        )

    def held(self, rows: int, side: int) -> float:
        """Bytes at the peak of a step of so many rows, and answers along each axis."""
        m = self._answers(side)
        gradient = self._task.objective.regularizer.params.gradient > 0
        bytes = float(self._growth @ [1, rows, m, rows * m])
        return _PEAK * (_TWICE if gradient else 1.0) * max(0.0, bytes)

    @functools.cached_property
    def _growth(self) -> Array:
        """a, b, c, d."""
        grows = self._task.energy.grows
        if isinstance(self._task.energy, OwnSteps) or not grows:
            return np.zeros(4)
        apart = "answers" in grows and self.sizes[1] > 0
        some = SIDES if apart else SIDES[:1] if self.sizes[1] else (0,)
        known = [self._bytes(rows, side) for rows, side in itertools.product(ROWS, some)]
        if not apart:
            b = (known[1] - known[0]) / (ROWS[1] - ROWS[0])
            return np.array([known[0] - b * ROWS[0], b, 0.0, 0.0])
        places = [(rows, self._answers(side)) for rows, side in itertools.product(ROWS, SIDES)]
        return np.linalg.solve([[1, rows, m, rows * m] for rows, m in places], known)

    def refusal(self, wanted: float, room: float) -> str:
        """Which sizes would fit, each alone, or what else to lower."""
        rows, side = self.sizes
        ways: dict[str, tuple[int, Callable[[int], tuple[int, int]]]] = {
            "optimizer.batch": (rows, lambda n: (n, side))
        }
        if side and "answers" in self._task.energy.grows:
            ways[f"objective.{self._varied}"] = (side, lambda n: (rows, n))
        offers = []
        for path, (now, at) in ways.items():

            def fits(size: int, at: Callable[[int], tuple[int, int]] = at) -> bool:
                return self.held(*at(size)) <= room

            if path in self._params and (most := _most(now, int(self._params[path].low), fits)):
                offers.append(f"{self._named(path)} to {most}")
        what = "lower " + " or ".join(offers) if offers else ceiling.remedy(self._scene)
        return (
            f"a training step would take about {gigabytes(wanted)}, and this machine has"
            f" {gigabytes(room)} to give: {what}"
        )

    def _answers(self, side: int) -> int:
        return int(side**self._power)

    def _named(self, path: str) -> str:
        param = self._params[path]
        symbol = markup.to_plain(param.symbol)
        return " ".join(w for w in (f"“{param.label}”", symbol, f"({self._scene[path]})") if w)

    def _pairs(self, rows: int, side: int) -> int:
        if not side:
            return int(rows)
        if "answers" in self._task.energy.grows and self._varied != "draws":
            apart = self._task.energy.condition(self._task.data[:1]).shape[1] > 0
            if not apart:
                return rows + self._answers(side)
        return rows * (1 + self._answers(side))

    def _tiny(self, rows: int, side: int) -> tuple[Problem, TrainState, Tensor]:
        """The problem of so few answers, its start, and so few rows."""
        task, own = self._task, self._task.objective
        p = own.loss.params
        few: dict[str, int] = {self._varied: side} if self._varied and side else {}
        few |= {"steps": _STEPS} if self.steps else {}
        loss = type(own.loss)(msgspec.structs.replace(p, **few))
        rule = own.regularizer
        free = type(rule)(msgspec.structs.replace(rule.params, gradient=0.0))
        task = dataclasses.replace(
            task, objective=dataclasses.replace(own, loss=loss, regularizer=free)
        )
        return task, step.start(task), task.data[:rows]

    def _bytes(self, rows: int, side: int) -> float:
        """Bytes that the way back of a tiny step holds."""
        task, state, some = self._tiny(rows, side)
        with torch.no_grad():
            wrong = task.objective.draw(state.weights, some, 0, state.slots)
        seen: dict[int, int] = {}

        def keep(tensor: Tensor) -> Tensor:
            memory = tensor.untyped_storage()
            seen[memory.data_ptr()] = memory.nbytes()
            return tensor

        own = task.objective
        with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(keep, lambda t: t):
            leaves = {k: w.detach().requires_grad_() for k, w in state.weights.items()}
            loss = own.value(own.energies(leaves, some, wrong), wrong)
        del loss
        return float(sum(seen.values()))

    @torch.no_grad()
    def _place(self) -> Line:
        """Seconds that the mean energy of so many places takes."""
        task, state, _ = self._tiny(1, SIDES[0] if self.sizes[1] else 0)

        def mean(n: int) -> None:
            mean_energies(dataclasses.replace(task, data=task.data[:n]), [state.weights])

        return timed(mean, len(task.data))

    def _step(self, place: Line) -> Line:
        """Seconds that a step takes for so many pairs of a row and an answer, chains apart."""
        side = SIDES[0] if self.sizes[1] else 0
        task, state, rows = self._tiny(len(self._task.data), side)
        own = task.objective
        if isinstance(task.energy, OwnSteps):
            return place

        def back(n: int) -> None:
            with torch.no_grad():
                wrong = own.draw(state.weights, rows[:n], 0, state.slots)
            with torch.enable_grad():
                leaves = {k: w.detach().requires_grad_() for k, w in state.weights.items()}
                loss = own.value(own.energies(leaves, rows[:n], wrong), wrong)
                if loss.requires_grad:
                    torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)

        each = timed(back, len(rows))
        return Line(each.start, each.each / max(1, self._pairs(1, side)))

    def _taken_s(self) -> float:
        """Seconds that the system takes to hand out what a step holds; a tiny one has its own."""
        held = self.held(*self.sizes)
        if held < _MUCH or self._task.data.device.type != "cpu":
            return 0.0
        fresh = _seconds(lambda: torch.zeros(_TOUCHED // 4).add_(1.0))
        return _ANEW * fresh * held / _TOUCHED

    @torch.no_grad()
    def _draw_s(self) -> float:
        """Seconds that the chains of a step take."""
        if not self.steps:
            return 0.0

        def drawn(count: int) -> float:
            task, state, rows = self._tiny(count, 0)
            return _seconds(lambda: task.objective.draw(state.weights, rows, 0, state.slots))

        rows = self.sizes[0]
        each = max(drawn(ROWS[0]), drawn(_LOOKED_AT) * rows / _LOOKED_AT)
        return self.steps / _STEPS * each


def _most(now: int, least: int, fits: Callable[[int], bool]) -> int:
    """The most below `now` that fits, in two digits; 0 where not even the least does."""
    if not fits(least):
        return 0
    low, high = least, now
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    unit: int = 10 ** max(0, len(str(low)) - 2)
    return max(least, low // unit * unit)


class Line(NamedTuple):
    """Seconds, of work that grows evenly."""

    start: float
    each: float

    def of(self, count: int) -> float:
        """For so many."""
        return self.start + self.each * count


def timed(work: Callable[[int], object], most: int) -> Line:
    """How long work(n) takes, from n = 1 and as many, up to `most`, as can be timed."""
    work(1)  # compiles, and fills caches
    n, first = 1, _seconds(lambda: work(1))
    last = first
    while n < most and (n == 1 or last < _PROBE_S):
        n = min(most, _FASTER * n)
        last = _seconds(lambda: work(n))  # noqa: B023 - called at once
    each = max(0.0, last - first) / (n - 1) if n > 1 else first
    return Line(max(0.0, first - each), each)


def _seconds(work: Callable[[], T]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def gigabytes(size: float) -> str:
    """In two digits: 52 GB, 0.31 GB."""
    value = float(f"{size / 1e9:.2g}")
    return f"{value:,.0f} GB".replace(",", "\u202f") if value >= 10 else f"{value:g} GB"


def spoken(seconds: float) -> str:
    """In as many digits as an estimate has: 8 s, 40 s, 3 min, 5 h."""
    for unit, name in ((3600.0, "h"), (60.0, "min")):
        if seconds >= 1.5 * unit:
            count = seconds / unit
            return f"{count:.0f} {name}" if count < 1000 else f"{float(f'{count:.1g}'):.0f} {name}"
    return f"{math.ceil(seconds / 5) * 5 if seconds > 15 else math.ceil(seconds)} s"
