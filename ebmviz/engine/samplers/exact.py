"""Exact samples, drawn from a quadrature: what every other sampler is held against."""

from __future__ import annotations

from typing import Self

import torch

from ebmviz.engine.samplers.base.quadrature import drawn, measured
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

    Draws every place independently from P over the cells of the box of Z: only few dimensions allow
    it.
    Formula: y ~ P(y) = exp(−βF(y)) / Z
    Source: Devroye 1986, inversion, here on a grid
    """

    kind = "exact"
    order = 60
    Params = SamplerParams

    def __init__(self, params: SamplerParams, box: Box = (-3.0, 3.0, -3.0, 3.0)) -> None:
        super().__init__(params)
        self.box = box

    def within(self, box: Box) -> Self:
        return type(self)(self.params, box)

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        cells = chains.cells or measured(field, beta, self.box, chains.y)
        after = self.init(field, drawn(cells, len(chains.y), generator))
        return after._replace(cells=cells), Info(torch.ones_like(after.energy))
