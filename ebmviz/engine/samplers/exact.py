"""Exact samples, drawn from a quadrature: what every other sampler is held against."""

from __future__ import annotations

import torch

from ebmviz.engine.samplers.base.quadrature import Cells, drawn, measured
from ebmviz.engine.samplers.base.sampler import (
    Box,
    Boxed,
    Chains,
    Field,
    Independent,
    Info,
    Sampler,
    SamplerParams,
)


class Exact(Boxed, Independent, Sampler[SamplerParams]):
    """Exact, from the grid

    Draws every place anew and independently from P over the cells of the window: only two
    dimensions allow it.
    Formula: y ~ P(y) = exp(−βF(y)) / Z
    Source: Devroye 1986, inversion, here on a grid
    """

    kind = "exact"
    order = 60
    Params = SamplerParams

    def __init__(self, params: SamplerParams, box: Box = (-3.0, 3.0, -3.0, 3.0)) -> None:
        super().__init__(params)
        self.box = box
        self._of: tuple[Field, float, Box] | None = None
        self._cells: Cells | None = None

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        of = (field, beta, self.box)
        if self._cells is None or self._of != of:  # the same landscape, by identity, is kept
            self._of, self._cells = of, measured(field, beta, self.box, chains.y)
        after = self.init(field, drawn(self._cells, len(chains.y), generator))
        return after, Info(torch.ones_like(after.energy))
