"""The interface of an optimiser: pure functions of weights, gradients and state."""

from __future__ import annotations

from typing import Annotated, ClassVar

from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer, real
from ebmviz.engine.capability import Capability
from ebmviz.engine.component import Component, P
from ebmviz.engine.weights import Weights

Slots = dict[str, Tensor]
"""Optimiser state: `slot/weight` -> tensor."""


class OptimizerParams(ParamSet, frozen=True):
    lr: Annotated[
        float,
        real(
            "Rate",
            symbol="η",
            help="Learning rate",
            affects=Affects.TRAIN,
            low=0,
            high=1e4,
            slider=(1e-4, 1.0),
            log=True,
        ),
    ] = 0.2
    batch: Annotated[
        int,
        integer(
            "Batch",
            help="Data points per step; the whole set when it is larger than the set",
            affects=Affects.TRAIN,
            low=1,
            high=100_000,
            slider=(1, 128),
        ),
    ] = 1


class Optimizer(Component[P]):
    """`init` and `update`, hiding nothing."""

    part: ClassVar[str] = "optimizer"
    forbids: ClassVar[dict[str, str]] = {
        "own-steps": "its steps are its own",
        "still": "it has nothing to train",
    }

    def init(self, weights: Weights) -> Slots:
        """The state before the first step."""
        return {}

    def script(self) -> str:
        """Its part of a program that stands alone: the line that makes it of `w`, "" for none."""
        return ""

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        """Weights and state after step number `step` (from 1). Arguments are not changed."""
        raise NotImplementedError


class RateScaled(Capability):
    """An optimiser whose step is η times what depends on neither η nor the weights themselves, and
    whose state does not either: lanes of different rates can take it together.
    """
