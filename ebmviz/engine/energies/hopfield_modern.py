"""The modern Hopfield network over points of the plane, as a decoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, flag, integer, real
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Attends, Centres, OwnSteps, Still
from ebmviz.engine.energies.base.decoder import MOST_AT_ONCE, Decoder
from ebmviz.engine.landscape.result import Landscape
from ebmviz.engine.landscape.softmin import soft_minimum
from ebmviz.engine.weights import Weights


class ModernParams(ParamSet, frozen=True):
    stored: Annotated[
        int,
        integer(
            "Stored",
            symbol="N",
            help="How many points are stored, the first of the data",
            affects=Affects.BUILD,
            low=1,
            high=4096,
            slider=(1, 64),
        ),
    ] = 12
    normalise: Annotated[
        bool,
        flag(
            "Equal length",
            help="Scale every stored point to the length M; then E is the free energy F_β of"
            " ½‖y − x_i‖²",
            affects=Affects.BUILD,
        ),
    ] = True
    length: Annotated[
        float,
        real(
            "Length",
            symbol="M",
            help="Distance of every stored point from the origin",
            affects=Affects.BUILD,
            low=1e-3,
            high=1e3,
            slider=(0.2, 4.0),
            when=("energy.normalise=true",),
        ),
    ] = 2.0
    starts: Annotated[
        int,
        integer(
            "Starts",
            help="Recalls that are drawn start on a grid over the map, so many per side; 0 for"
            " the probe alone",
            affects=Affects.TRAIN,
            low=0,
            high=24,
            slider=(0, 16),
        ),
    ] = 9
    updates: Annotated[
        int,
        integer(
            "Updates",
            symbol="T",
            help="Updates ξ ← X softargmax(βX'ξ) of each recall",
            affects=Affects.TRAIN,
            low=1,
            high=64,
            slider=(1, 32),
        ),
    ] = 12


class HopfieldModern(
    Centres, Still, OwnSteps[ModernParams], Attends[ModernParams], Decoder[ModernParams]
):
    """Modern Hopfield network

    With all ‖x_i‖ = M this is soft K-means whose centres are fixed: at large β every stored point
    x_i is a minimum, at a small one near points share a minimum. One update of a state ξ is
    attention over them, ξ being the query and x_i keys and values.
    Formula: E(ξ) = −(1/β) ln Σ_i exp(β x_i·ξ) + ½ξ'ξ + (1/β) ln N + ½M^2, ξ ← X softargmax(βX'ξ)
    Source: Ramsauer et al. 2020, equations 2 and 3
    """

    kind = "hopfield-modern"
    order = 250
    Params = ModernParams

    @property
    def plain(self) -> bool:
        return False  # half a squared distance, and of points of several lengths more than that

    @property
    def starts(self) -> int:
        return self.params.starts

    @property
    def updates(self) -> int:
        return self.params.updates

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return {"x": self._stored(rows)}

    def accepts(self, weights: Weights, rows: Tensor) -> bool:
        """Other data are another memory."""
        wanted = self._stored(rows).to(weights["x"])
        return weights["x"].shape == wanted.shape and torch.equal(weights["x"], wanted)

    def own_step(self, weights: Weights, rows: Tensor, step: int, seed: int) -> Weights:
        return weights

    def latents(self) -> Tensor:
        """Which stored point z is, from 0, (N, 1): one-hot z of thousands would fill gigabytes."""
        return torch.arange(self.params.stored, dtype=torch.float64)[:, None]

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        return weights["x"][z[:, 0].long()]

    def energies(self, weights: Weights, rows: Tensor, z: Tensor | None = None) -> Tensor:
        return 0.5 * super().energies(weights, rows, z)

    def _to(self, points: Tensor, y: Sequence[Tensor], z: Tensor) -> Tensor:
        return super()._to(points, y, z) + _lacking(points)

    def _lifted(self, weights: Weights, points: Tensor) -> Tensor:
        """M² − ‖x‖², what the energy of Ramsauer et al. 2020 adds for shorter points, as y_3."""
        return torch.cat([points, _lacking(points).clamp(min=0).sqrt()[:, None]], 1)

    def at(self, weights: Weights, view: View, places: Tensor, beta: float) -> Tensor:
        return 0.5 * super().at(weights, view, places, beta / 2)

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        if len(rows) * self.params.stored > MOST_AT_ONCE:
            return 0.5 * self._scattered(weights, weights["x"], rows, beta / 2)
        return soft_minimum(self.energies(weights, rows), beta)

    def landscape(
        self,
        weights: Weights,
        view: View,
        y1: Tensor,
        y2: Tensor,
        beta: float,
        *,
        gradient: bool = False,
    ) -> Landscape:
        """F_β of E/2 is F_{β/2} of E, halved."""
        full = super().landscape(weights, view, y1, y2, beta / 2, gradient=gradient)
        slope = None if full.gradient is None else 0.5 * full.gradient
        return Landscape(0.5 * full.free_energy, slope)

    def update(self, weights: Weights, states: Tensor, beta: float) -> Tensor:
        """ξ ← X softargmax(βX'ξ): (S, 2) -> (S, 2); it is ξ − ∇E."""
        return self.posterior(weights, states, beta) @ self.decode(weights, self._set(weights))

    def _stored(self, rows: Tensor) -> Tensor:
        p = self.params
        # Data may be few: the first come again, which changes no energy but its constant.
        x = rows[torch.arange(p.stored) % len(rows)].float()
        if p.normalise:
            size = torch.linalg.vector_norm(x, dim=1, keepdim=True)
            x = p.length * x / size.clamp(min=1e-12)
        return x


def _lacking(points: Tensor) -> Tensor:
    """M² − ‖x‖², M the largest length, of points (…, K, 2): (…, K)."""
    size = points.square().sum(-1)
    return size.amax(-1, keepdim=True) - size
