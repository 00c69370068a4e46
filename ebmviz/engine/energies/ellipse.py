"""The lecture's ellipse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, choice, integer, reals
from ebmviz.engine.energies.base.capabilities import Angle, Placed, Ring
from ebmviz.engine.energies.base.decoder import ChosenPull, Decoder, Pull, circle
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

LECTURE_WEIGHTS = (-1.45263, 0.35856)
_SCRIPT = """
    def initial(generator, rows):
        return {"w": torch.tensor(‹w›)}  # as the lecture gives them
"""
_SCRIPT_RANDOM = """
    def initial(generator, rows):
        return {"w": torch.randn(2, generator=generator)}
"""
_SCRIPT_MANIFOLD = """

    Z = angles(‹k›)  # all values of z


    def manifold(w):
        # ỹ(z) = [w₁ cos z, w₂ sin z], a row for each z
        return torch.stack([Z.cos(), Z.sin()], 1) * w["w"]
"""


class EllipseParams(ParamSet, frozen=True):
    init: Annotated[
        str,
        choice(
            "Initial w",
            {"lecture": "As given", "random": "Random, N(0, 1)"},
            help="Radii before training: those given below, or random ones",
            affects=Affects.BUILD,
        ),
    ] = "lecture"
    weights: Annotated[
        tuple[float, ...],
        reals(
            "Given",
            symbol="w",
            help="Radii w_1, w_2 before training; Canziani 2020 starts at −1.45263, 0.35856",
            affects=Affects.BUILD,
            low=-1e6,
            high=1e6,
            size=2,
            when=("energy.init=lecture",),
        ),
    ] = LECTURE_WEIGHTS
    latents: Annotated[
        int,
        integer(
            "Latents",
            symbol="|Z|",
            help="How many values z takes in [0, 2π[",
            affects=Affects.TRAIN,
            low=1,
            high=16384,
            slider=(1, 192),
        ),
    ] = 48


class Ellipse(Angle, Ring, Placed, Decoder[EllipseParams]):
    """Ellipse decoder

    Two radii w decode an angle z, taken from |Z| equal steps of [0, 2π[.
    Formula: E(y, z) = (y_1 − w_1 cos z)^2 + (y_2 − w_2 sin z)^2
    Source: Canziani 2020, “Training latent variable EBMs”
    """

    kind = "ellipse"
    order = 10
    Params = EllipseParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        if self.params.init == "lecture":
            return {"w": torch.tensor(self.params.weights)}
        return {"w": torch.randn(2, generator=generator)}

    def latents(self) -> Tensor:
        return circle(self.params.latents)

    def script_of_latents(self) -> str:
        text = _SCRIPT if self.params.init == "lecture" else _SCRIPT_RANDOM
        return piece(text + _SCRIPT_MANIFOLD, w=self.params.weights, k=self.params.latents)

    def places(self, weights: Weights) -> Tensor:
        """The ends of the two half axes, of z = 0 and z = π/2."""
        return torch.diag(weights["w"])

    def moved(self, weights: Weights, number: int, to: Tensor) -> Weights:
        radii = weights["w"].clone()
        radii[number] = to[number]
        return {**weights, "w": radii}

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        return _circle(z) * weights["w"]

    def bound(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, Pull]]:
        circle = _circle(z)
        return lambda weights: (
            circle * weights["w"],
            lambda flow: {"w": (flow * circle).sum(0)},
        )

    def bound_chosen(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, ChosenPull]]:
        circle = _circle(z)
        return lambda weights: (
            circle * weights["w"],
            lambda flow, which: {"w": (flow * circle[which]).sum(0)},
        )

    def bound_each(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, Pull]]:
        circle = _circle(z)
        return lambda weights: (
            circle * weights["w"][:, None],
            lambda flow: {"w": (flow * circle).sum(1)},
        )

    def bound_each_chosen(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, ChosenPull]]:
        circle = _circle(z)
        return lambda weights: (
            circle * weights["w"][:, None],
            lambda flow, which: {"w": (flow * circle[which.flatten()].view_as(flow)).sum(1)},
        )


def _circle(z: Tensor) -> Tensor:
    return torch.stack([torch.cos(z), torch.sin(z)], 1)
