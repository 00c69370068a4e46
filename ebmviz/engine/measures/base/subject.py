"""What is looked at, and the numbers that several measures share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.params import ParamSet
from ebmviz.core.snapshot import Array
from ebmviz.core.view import View
from ebmviz.engine.analysis.minima import Tracker
from ebmviz.engine.energies.base import variational
from ebmviz.engine.energies.base.capabilities import Conditional, Encodes
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.landscape.result import Landscape
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.measures.base.level import Range, free
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.measures.base.next_step import after
from ebmviz.engine.sampling.oracle import Oracle
from ebmviz.engine.sampling.run import Sampling
from ebmviz.engine.sampling.stability import stability_limit
from ebmviz.engine.training.box import box
from ebmviz.engine.training.history import History
from ebmviz.engine.training.lab import Lab
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.weights import Weights

LEAST_CELLS, MOST_CELLS = 96, 512
"""Cells of the box along each axis, of which P is summed."""


@dataclass
class Subject(Looked):
    """A model of an energy that is being looked at, and the numbers several measures share."""

    task: Problem
    weights: Weights
    view: View
    history: History
    now: tuple[int, float] = (-1, math.nan)  # newest step, its mean energy under this scene
    detail: Detail = FULL
    metrics: dict[str, float] = field(default_factory=dict)
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lab: Lab | None = None
    tracker: Tracker | None = None  # who follows the minima of this model
    colours: Range = field(default_factory=Range)  # that its maps hold
    state: TrainState | None = None  # that the next step would start from, with these weights
    sampling: Sampling | None = None
    start: Weights | None = None  # that training began from, if not from fresh ones
    kept: dict[str, dict[str, Array]] = field(default_factory=dict)
    """What has been measured: as long as nothing but the chains moves, it still holds."""
    _floor: tuple[int, float] = (-1, math.nan)
    _rises: list[Array] = field(default_factory=list)

    @cached_property
    def decoder(self) -> Decoder[ParamSet] | None:
        """The energy, if it is one of a set of points."""
        return self.task.energy if isinstance(self.task.energy, Decoder) else None

    @cached_property
    def points(self) -> Tensor | None:
        """ỹ over all latents, (K, 2), of a decoder under the view's x."""
        return self.decoder.points(self.weights, self.view) if self.decoder else None

    @property
    def z(self) -> Tensor:
        """All latents of a decoder."""
        assert self.decoder
        return self.decoder.latents().to(self.task.data)

    def free(self, places: Tensor, beta: float) -> Tensor:
        """What the map shows at places (N, 2) of its plane."""
        return self.task.energy.at(self.weights, self.view, places, beta)

    @property
    def side(self) -> int:
        """Cells of the map along each axis."""
        return self.detail.side(self.view.resolution)

    @cached_property
    def map(self) -> Array:
        """F_β at the cell centres, (H, W) float32."""
        return next(self.map_rows(self.side))

    def take_map(self, whole: Array) -> None:
        self.map = whole

    @torch.no_grad()
    def map_rows(self, count: int) -> Iterator[Array]:
        """The map from below, `count` rows at a time, as (count, W) float32."""
        y1, y2 = self.cells(self.side)
        self._rises = []
        for start in range(0, len(y2), count):
            some = y2[start : start + count]
            part = self.landscape(y1, some).free_energy
            if self.after is not None:
                raised = self._landscape(self.after, y1, some).free_energy - part
                self._rises.append(raised.cpu().float().numpy())
            yield np.ascontiguousarray(part.cpu().numpy(), np.float32)

    @cached_property
    def level(self) -> float:
        """What energies are shown above: the map's least where only differences count, else 0."""
        if not free(self.task):
            return 0.0
        least = float(self.map.min())
        return least if math.isfinite(least) else 0.0

    @cached_property
    def range(self) -> tuple[float, float]:
        """Energies, above the level, at the ends of the colours."""
        view = self.view
        if not view.follow:
            return view.levels[0], view.levels[1]
        low, high = float(self.map.min()) - self.level, float(self.map.max()) - self.level
        shown = (view.window, view.x, view.answer, view.picture, free(self.task))
        return self.colours.of(low, high, shown)

    @cached_property
    def after(self) -> Weights | None:
        """Weights after the next step, if the picture is of push and pull."""
        return None if self.state is None else after(self.task, self.state, self.view)

    @cached_property
    def rise(self) -> Array | None:
        """ΔF of the next step at the cell centres, (H, W) float32; made along with the map."""
        if self.after is None or not len(self.map):
            return None
        return np.concatenate(self._rises)

    @cached_property
    @torch.no_grad()
    def oracle(self) -> Oracle | None:
        """P over the box, whatever of it the window shows; None at β = 0 or ∞, where there is no
        density, over no plane, or where the map is not of F.
        """
        view = self.view
        if self.tilde or not 0 < view.beta < math.inf or self.task.energy.over is None:
            return None
        around = box(self.task, view)
        side = min(MOST_CELLS, max(LEAST_CELLS, self.side))
        left, right, bottom, top = around
        y1, y2 = self._axis(left, right, side), self._axis(bottom, top, side)
        free = self.landscape(y1, y2).free_energy.cpu().numpy()
        return Oracle(free, around, view.beta) if np.isfinite(free).all() else None

    @cached_property
    def limit(self) -> float:
        """The step at which Langevin turns unstable somewhere in the box; ∞ without P."""
        return stability_limit(self.oracle.free, self.oracle.window) if self.oracle else math.inf

    @cached_property
    def data_energies(self) -> Array:
        """What the map shows at the data, (N,); under a condition, each datum's F at its own x."""
        if isinstance(self.task.energy, Conditional):
            free = self.task.energy.free(self.weights, self.task.data, self.view.beta)
            return free.cpu().numpy()
        places = self.task.data[:, list(self.task.energy.plane)]
        return self.free(places, self.view.beta).cpu().numpy()

    def floor(self, count: int, bins: int) -> float:
        """KL to P of so many exact samples of it."""
        if self._floor[0] != count:
            assert self.oracle
            self._floor = (count, self.oracle.floor(count, bins))
        return self._floor[1]

    @property
    def tilde(self) -> bool:
        """Whether the map is of F̃ instead of F."""
        return self.view.picture == "variational" and isinstance(self.task.energy, Encodes)

    def landscape(self, y1: Tensor, y2: Tensor, gradient: bool = False) -> Landscape:
        """F at the view's β on a grid of the plane."""
        return self._landscape(self.weights, y1, y2, gradient)

    def _landscape(
        self, weights: Weights, y1: Tensor, y2: Tensor, gradient: bool = False
    ) -> Landscape:
        energy, view = self.task.energy, self.view
        if self.tilde:
            assert isinstance(energy, Encodes)
            return variational.landscape(energy, weights, view, y1, y2, gradient=gradient)
        return energy.landscape(weights, view, y1, y2, view.beta, gradient=gradient)

    def cells(self, count: int, rows: int = 0) -> tuple[Tensor, Tensor]:
        """Cell centres of the window along y1 and y2."""
        left, right, bottom, top = self.view.window
        return self._axis(left, right, count), self._axis(bottom, top, rows or count)

    def _axis(self, low: float, high: float, count: int) -> Tensor:
        centres = low + (high - low) * (np.arange(count) + 0.5) / count
        return torch.as_tensor(centres, dtype=torch.float32, device=self.task.data.device)

    def at(self, *y: float) -> Tensor:
        """A point of the y-plane on the model's device, (1, 2)."""
        return torch.tensor([y], dtype=torch.float32, device=self.task.data.device)
