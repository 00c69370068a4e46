"""Principal component analysis as an energy."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, choice, integer
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Constrained
from ebmviz.engine.energies.base.networks import initial, network
from ebmviz.engine.energies.base.reconstruction import RECONSTRUCTION, Reconstruction
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_TINY = 1e-24  # keeps a zero direction from dividing by zero


_SCRIPT = """
    def orthonormal(v):
        # Gram–Schmidt on the rows
        rows = []
        for row in v:
            for before in rows:
                row = row - (row * before).sum() * before
            rows.append(row / row.norm())
        return torch.stack(rows)


    def initial(generator, rows):
        return {"w": orthonormal(torch.randn(‹d›, 2, generator=generator)), "b": torch.zeros(2)}


    def free_energy(w, rows, beta):
        # E(y) = ‖y − b − W'W(y − b)‖², WW' = 1
        basis, centred = orthonormal(w["w"]), rows - w["b"]
        return (centred - centred @ basis.T @ basis).square().sum(1)


    def keep(w):
        w["w"].copy_(orthonormal(w["w"]))  # back on WW' = 1


    def drawn(w):
        # the first axis
        return w["b"] + torch.linspace(-3, 3, 100)[:, None] * w["w"][0]
"""


class PCAParams(ParamSet, frozen=True):
    code: Annotated[
        int,
        integer(
            "Code",
            symbol="d",
            help="Numbers in the code: with 2 tied weights reconstruct every y, so E = 0"
            " everywhere; untied ones learn to",
            affects=Affects.BUILD,
            low=1,
            high=2,
            slider=(1, 2),
        ),
    ] = 1
    weights: Annotated[
        str,
        choice(
            "Weights",
            {"orthonormal": "Tied, orthonormal", "untied": "Untied"},
            help="Tied: W decodes what W' encodes. Untied: a linear autoencoder, whose training"
            " finds the same line",
            affects=Affects.BUILD,
        ),
    ] = "orthonormal"


class PCA(Constrained[PCAParams], Reconstruction[PCAParams]):
    """Principal components

    A linear code: the valley is the line (or plane) of largest variance, through the mean b.
    Formula: E(y) = ‖y − b − W'W(y − b)‖^2, WW' = 1
    Source: Pearson 1901; Baldi and Hornik 1989 (untied)
    """

    kind = "pca"
    order = 150
    Params = PCAParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        d = self.params.code
        if self.params.weights == "untied":
            return {**initial(generator, "e", [2, d]), **initial(generator, "d", [d, 2])}
        return {"w": _orthonormal(torch.randn(d, 2, generator=generator)), "b": torch.zeros(2)}

    def retracted(self, weights: Weights) -> Weights:
        """W back on WW' = 1, so that what is kept and printed is the formula's W."""
        if self.params.weights == "untied":
            return weights
        return {**weights, "w": _orthonormal(weights["w"])}

    def script(self, view: View) -> str:
        if self.params.weights == "untied":
            d = self.params.code
            return piece(RECONSTRUCTION, encoder=[2, d], decoder=[d, 2], act="torch.tanh")
        return piece(_SCRIPT, d=self.params.code)

    def code(self, weights: Weights, rows: Tensor) -> Tensor:
        if self.params.weights == "untied":
            return network(weights, "e", rows, "tanh")  # one layer: no activation
        # Through Gram–Schmidt even where W is orthonormal: so its gradient keeps to WW' = 1.
        return (rows - weights["b"]) @ _orthonormal(weights["w"]).t()

    def decode(self, weights: Weights, z: Tensor) -> Tensor:
        if self.params.weights == "untied":
            return network(weights, "d", z, "tanh")
        return z @ _orthonormal(weights["w"]) + weights["b"]


def _orthonormal(w: Tensor) -> Tensor:
    """Gram–Schmidt on the rows of (1 or 2, 2)."""
    rows: list[Tensor] = []
    for row in w.unbind(0):
        for before in rows:
            row = row - (row * before).sum() * before
        rows.append(row * (row.square().sum() + _TINY).rsqrt())
    return torch.stack(rows)
