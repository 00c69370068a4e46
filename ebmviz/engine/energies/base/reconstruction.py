"""Energies of reconstruction: an encoder, a decoder, and how far they miss y."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.component import P
from ebmviz.engine.energies.base.capabilities import Continuous, Nonnegative
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.weights import Weights

RECONSTRUCTION = """
    def initial(generator, rows):
        return {**layers(generator, "e", ‹encoder›), **layers(generator, "d", ‹decoder›)}


    def encode(w, y):
        return network(w, "e", y, ‹act›)


    def decode(w, z):
        return network(w, "d", z, ‹act›)


    def free_energy(w, rows, beta):
        # E(y) = ‖y − Dec(Enc(y))‖²: what the narrow code can say is low
        return (rows - decode(w, encode(w, rows))).square().sum(1)
"""
DRAWN = """

    def drawn(w):
        # all that a code of one number can say, around the codes of the data
        z = encode(w, rows)
        t = torch.linspace(-0.15, 1.15, 240)[:, None]
        return decode(w, z.amin() + t * (z.amax() - z.amin()))
"""
"""Of a script."""
_CURVE = 240  # points of a drawn manifold
_ROOM = 0.15  # by which it is drawn beyond the codes of the data, as a part of their range


class Reconstruction(Nonnegative, Continuous, Energy[P], trait="reconstructs"):
    """E(y) = ‖y − Dec(Enc(y))‖², no ½ (mathematics.md §1): what the narrow code can say is low."""

    over = "y"

    def code(self, weights: Weights, rows: Tensor) -> Tensor:
        """Enc(y) of rows (N, 2) -> (N, d)."""
        raise NotImplementedError

    def decode(self, weights: Weights, z: Tensor) -> Tensor:
        """Dec(z): (N, d) -> (N, 2)."""
        raise NotImplementedError

    def reconstruct(self, weights: Weights, rows: Tensor) -> Tensor:
        """ỹ = Dec(Enc(y)) of rows (N, 2) -> (N, 2)."""
        return self.decode(weights, self.code(weights, rows))

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        return (rows - self.reconstruct(weights, rows)).square().sum(1)

    def curve(self, weights: Weights, rows: Tensor) -> Tensor | None:
        """All that a code of one number can say, around the codes of rows (N, 2): (K, 2).

        None where the code has more numbers: its image is then no curve.
        """
        z = self.code(weights, rows)
        if z.shape[1] != 1:
            return None
        t = torch.linspace(-_ROOM, 1 + _ROOM, _CURVE, dtype=z.dtype, device=z.device)
        low, high = z.amin(0), z.amax(0)
        return self.decode(weights, low + t[:, None] * (high - low))
