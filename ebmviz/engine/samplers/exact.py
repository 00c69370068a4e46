"""Exact samples, drawn from the quadrature on a grid: what every other sampler is held against."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ebmviz.engine.oracle import Oracle
from ebmviz.engine.samplers.sampler import Chains, Field, Info, Sampler, SamplerParams

CELLS = 160
Window = tuple[float, float, float, float]


class Exact(Sampler[SamplerParams]):
    """Exact, from the grid

    Draws every place anew and independently from P over the cells of the window: only two
    dimensions allow it.
    Formula: y ~ P(y) = exp(−βF(y)) / Z
    Source: math.md §4
    """

    kind = "exact"
    Params = SamplerParams
    exact = True

    def __init__(self, params: SamplerParams, window: Window = (-3.0, 3.0, -3.0, 3.0)) -> None:
        super().__init__(params)
        self.window = window
        self._of: tuple[Field, float, Window] | None = None
        self._oracle: Oracle | None = None

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        oracle = self._quadrature(field, beta, chains.y)
        seed = int(torch.randint(2**62, (1,), generator=generator, device=generator.device))
        y = oracle.sample(len(chains.y), np.random.default_rng(seed))
        after = self.init(field, torch.from_numpy(y).to(chains.y))
        return after, Info(torch.ones_like(after.energy))

    def _quadrature(self, field: Field, beta: float, like: Tensor) -> Oracle:
        """P on the grid; the same landscape, by identity, is measured once."""
        of = (field, beta, self.window)
        if self._oracle is None or self._of is None or self._of != of:
            left, right, bottom, top = self.window
            share = (torch.arange(CELLS, dtype=like.dtype, device=like.device) + 0.5) / CELLS
            y2, y1 = torch.meshgrid(
                bottom + (top - bottom) * share, left + (right - left) * share, indexing="ij"
            )
            free = field(torch.stack([y1.flatten(), y2.flatten()], 1))[0]
            grid = free.view(CELLS, CELLS).cpu().numpy()
            self._of, self._oracle = of, Oracle(grid, self.window, beta)
        return self._oracle
