"""Exact samples, drawn from a quadrature: what every other sampler is held against."""

from __future__ import annotations

import torch

from ebmviz.engine.samplers.base.quadrature import Cells, drawn, measured
from ebmviz.engine.samplers.base.sampler import (
    Chains,
    Field,
    Independent,
    Info,
    Sampler,
    SamplerParams,
)

Window = tuple[float, float, float, float]


class Exact(Independent, Sampler[SamplerParams]):
    """Exact, from the grid

    Draws every place anew and independently from P over the cells of the window: only two
    dimensions allow it.
    Formula: y ~ P(y) = exp(−βF(y)) / Z
    Source: Devroye 1986, inversion, here on a grid
    """

    kind = "exact"
    order = 60
    Params = SamplerParams
    exact = True

    def __init__(self, params: SamplerParams, window: Window = (-3.0, 3.0, -3.0, 3.0)) -> None:
        super().__init__(params)
        self.window = window
        self._of: tuple[Field, float, Window] | None = None
        self._cells: Cells | None = None

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        of = (field, beta, self.window)
        if self._cells is None or self._of != of:  # the same landscape, by identity, is kept
            self._of, self._cells = of, measured(field, beta, self.window, chains.y)
        after = self.init(field, drawn(self._cells, len(chains.y), generator))
        return after, Info(torch.ones_like(after.energy))
