"""A variational autoencoder as an energy with a latent variable."""

from __future__ import annotations

import functools
import math
from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, choice, integer, real
from ebmviz.engine.energies.base.capabilities import Code, Encodes, Network
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_QUIET = -1.5  # ln s at first: narrow enough to tell codes apart
_NARROW, _WIDE = -8.0, 4.0  # what ln s is kept within


_SCRIPT = """
    def initial(generator, rows):
        w = layers(generator, "enc", ‹encoder›)
        w["enc.b‹last›"] = torch.tensor([0.0] * ‹d› + [‹quiet›] * ‹d›)  # narrow at first
        return {**w, **layers(generator, "dec", ‹decoder›)}


    def decode(w, z):
        return network(w, "dec", z, ‹act›)


    def encode(w, y):
        # q(z|y) = N(m(y), s(y)²)
        mean, log_s = network(w, "enc", y, ‹act›).chunk(2, 1)
"""
_SCRIPT_LEARNED = """\
        return mean, log_s.clamp(‹narrow›, ‹wide›).exp()
"""
_SCRIPT_FIXED = """\
        return mean, torch.full_like(mean, ‹s›)
"""
_SCRIPT_LATENTS = """

    LINE = torch.linspace(-‹extent›, ‹extent›, ‹n›)
    Z = torch.cartesian_prod(‹axes›).view(-1, ‹d›)  # a grid of z, for F itself


    def manifold(w):
        return decode(w, Z)


    def log_prior(w):
        # ln p(z), a normal distribution
        return torch.log_softmax(-0.5 * Z.square().sum(1), 0)
"""


class VAEParams(NetworkParams, frozen=True):
    code: Annotated[
        int,
        integer(
            "Code size",
            symbol="d",
            help="Numbers in z: with one the data are laid along a curve",
            affects=Affects.BUILD,
            low=1,
            high=2,
            slider=(1, 2),
        ),
    ] = 1
    latents: Annotated[
        int,
        integer(
            "Latents",
            symbol="|Z|",
            help="At most this many values of z, a regular grid: F is exact once the grid is"
            " finer than P(z|y) is wide",
            affects=Affects.TRAIN,
            low=9,
            high=4096,
            slider=(33, 2025),
        ),
    ] = 257
    extent: Annotated[
        float,
        real(
            "Extent of Z",
            help="The grid is [−extent, extent]: F does not see codes beyond it",
            affects=Affects.TRAIN,
            low=1,
            high=100,
            slider=(2.0, 20.0),
        ),
    ] = 4.0
    width: Annotated[
        str,
        choice(
            "Width of q",
            {"learned": "Learned, s(y)", "fixed": "Fixed"},
            help="Fixed: every code is a ball of the same size",
            affects=Affects.TRAIN,
        ),
    ] = "learned"
    s: Annotated[
        float,
        real(
            "Width",
            symbol="s",
            help="Standard deviation of q(z|y): near 0 the balls are points",
            affects=Affects.TRAIN,
            low=1e-3,
            high=10,
            slider=(0.01, 2.0),
            log=True,
            when=("energy.width=fixed",),
        ),
    ] = 0.3


class VAE(Network, Encodes[VAEParams], Decoder[VAEParams]):
    """Variational autoencoder

    A decoder of a code z with the prior N(0, 1), and an encoder that gives a distribution of z,
    q(z|y) = N(m(y), s(y)²). F is exact, over all z of a grid; the variational loss needs the
    encoder.
    Formula: E(y, z) = ‖y − Dec(z)‖^2, p(z) = N(0, 1)
    Source: Kingma and Welling 2014
    """

    kind = "vae"
    order = 170
    Params = VAEParams

    @property
    def grows(self) -> frozenset[str]:
        return frozenset({"rows", "answers"})  # of codes drawn for each row

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        p = self.params
        encoder = initial(generator, "enc", p.sizes(2, 2 * p.code))
        last = f"enc.b{p.layers + 1}"
        encoder[last] = torch.tensor([0.0] * p.code + [_QUIET] * p.code)
        return {**encoder, **initial(generator, "dec", p.sizes(p.code, 2))}

    def latents(self) -> Tensor:
        return _grid(self.params.code, self.params.latents, self.params.extent)

    def script_of_latents(self) -> str:
        p = self.params
        width = _SCRIPT_LEARNED if p.width == "learned" else _SCRIPT_FIXED
        axes = ", ".join(["LINE"] * p.code)
        return piece(
            _SCRIPT + width + _SCRIPT_LATENTS,
            encoder=p.sizes(2, 2 * p.code), decoder=p.sizes(p.code, 2), last=p.layers + 1,
            d=p.code, quiet=_QUIET, narrow=_NARROW, wide=_WIDE, s=p.s, act=p.script_act,
            extent=p.extent, axes=axes, n=round(len(self.latents()) ** (1 / p.code)),
        )  # fmt: skip

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        return network(weights, "dec", z.reshape(-1, self.params.code), self.params.activation)

    def log_weights(self, weights: Weights) -> Tensor:
        """ln N(z; 0, 1), normalised over the set."""
        z = self._set(weights)
        return torch.log_softmax(-0.5 * z.reshape(len(z), -1).square().sum(1), 0)

    def encode(self, weights: Weights, rows: Tensor) -> tuple[Tensor, Tensor]:
        out = network(weights, "enc", rows[:, -2:], self.params.activation)
        mean, log_s = out.chunk(2, 1)
        if self.params.width == "fixed":
            return mean, torch.full_like(mean, self.params.s)
        return mean, log_s.clamp(_NARROW, _WIDE).exp()

    def expected(self, weights: Weights, rows: Tensor, nodes: Tensor, shares: Tensor) -> Code:
        mean, s = self.encode(weights, rows)
        z = mean[:, None] + s[:, None] * nodes
        points = self.decode(weights, z.flatten(0, 1)).view(*z.shape[:2], 2)
        energies = (rows[:, None, -2:] - points).square().sum(2)
        return Code(energies @ shares, mean, s)


@functools.lru_cache(maxsize=8)
def _grid(d: int, most: int, extent: float) -> Tensor:
    """The largest regular grid of [−extent, extent]^d with at most `most` values and 0 among them:
    (K,) if d = 1, else (K, d); float64.
    """
    side = math.isqrt(most) if d == 2 else most
    half = (side - 1) // 2
    line = torch.arange(-half, half + 1, dtype=torch.float64) * (extent / half)
    return line if d == 1 else torch.cartesian_prod(*[line] * d)
