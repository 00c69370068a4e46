"""What losses share whose wrong answers are samples of the model, mostly of chains.

The value of such a loss says nothing about convergence: it is the gap ⟨F(y)⟩ − ⟨F(ŷ)⟩ of the
moment. Its gradient is that of the log-likelihood as far as ŷ is a sample of P.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import numpy as np
from torch import Tensor

from ebmviz.core.params import Affects, Param, choice, integer, real
from ebmviz.engine.component import P
from ebmviz.engine.losses.base.loss import Loss, LossParams, training_beta
from ebmviz.engine.samplers.base.box import adjusted, chance, langevin

CONTINUOUS = {"continuous": "its samples move over a continuum of answers"}


def _steps() -> Param:
    return integer(
        "Steps",
        symbol="k",
        help="Langevin steps for each update: more bring samples nearer to P",
        affects=Affects.TRAIN,
        low=1,
        high=1000,
        slider=(1, 60),
    )


def reach_param() -> Param:
    """Of the box that samples stay in."""
    return real(
        "Reach",
        help="How far samples go beyond the data, on each side, as a part of the data's range;"
        " there they are mirrored",
        affects=Affects.TRAIN,
        low=0,
        high=10,
        slider=(0.0, 2.0),
    )


def beta_param() -> Param:
    """Training β of chains over y."""
    return training_beta(
        "Inverse temperature of P(y), which the chains sample, and of the free energy where"
        " there is a latent",
        low=1e-6,
        inf=False,
    )


class WalkParams(LossParams, frozen=True):
    """Of chains of any kind."""

    def walked(
        self,
        energy: Callable[[Tensor], Tensor],
        y: Tensor,
        generator: np.random.Generator,
        beta: float,
        low: Tensor,
        high: Tensor,
    ) -> Tensor:
        """Where chains that begin at places (N, A) end, within the box low, high (A,); energy: F
        (N,) of places, sampled at β.
        """
        raise NotImplementedError


class ChainParams(WalkParams, frozen=True):
    """Of Langevin chains: y ← y − h ∇F + τ √(2h/β) ξ, within a box around the data."""

    chain: Annotated[
        str,
        choice(
            "Chains",
            {"mala": "Langevin, adjusted", "ula": "Langevin"},
            help="Adjusted steps are refused as often as keeps P right, long drifts are cut short."
            " Plain ones overshoot where walls are steep, and training then makes them steeper",
            affects=Affects.TRAIN,
        ),
    ] = "mala"
    steps: Annotated[int, _steps()] = 10
    step: Annotated[
        float,
        real(
            "Step",
            symbol="h",
            help="A step is −h ∇F + τ √(2h/β) ξ: above 2 / (largest curvature) it overshoots",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(1e-4, 1.0),
            log=True,
        ),
    ] = 0.02
    noise: Annotated[
        float,
        real(
            "Noise",
            symbol="τ",
            help="1 samples at β, less at the colder β/τ², 0 only descends. JEM’s step 1 with noise"
            " 0.01 is h = 1, τ = 0.007: β = 20 000, and too long a step for two dimensions",
            affects=Affects.TRAIN,
            low=0,
            high=100,
            slider=(0.0, 2.0),
        ),
    ] = 1.0
    reach: Annotated[float, reach_param()] = 0.5

    def walked(
        self,
        energy: Callable[[Tensor], Tensor],
        y: Tensor,
        generator: np.random.Generator,
        beta: float,
        low: Tensor,
        high: Tensor,
    ) -> Tensor:
        walk = adjusted if self.chain == "mala" else langevin
        colder = beta / self.noise**2 if self.noise**2 > 0 else math.inf
        return walk(energy, y, chance(generator, self.steps, y), self.step, colder, low, high)


class SampledParams(ChainParams, frozen=True):
    """Of chains over y, at a β of choice."""

    beta: Annotated[float, beta_param()] = 1.0


def _buffer() -> Param:
    return integer(
        "Buffer",
        symbol="B",
        help="Places that are kept from step to step; chains start there",
        affects=Affects.TRAIN,
        low=1,
        high=100_000,
        slider=(10, 2000),
    )


def _renewed() -> Param:
    return real(
        "Renewed",
        symbol="ρ",
        help="The part of the chains that starts anew at each step, anywhere in the box",
        affects=Affects.TRAIN,
        low=0,
        high=1,
        slider=(0.0, 1.0),
    )


class BufferParams(SampledParams, frozen=True):
    """Of chains that go on where the last step's ended."""

    buffer: Annotated[int, _buffer()] = 1000
    renewed: Annotated[float, _renewed()] = 0.05


class JointParams(ChainParams, frozen=True):
    """Of chains over x with a buffer, beside a classification."""

    steps: Annotated[int, _steps()] = 20
    classify: Annotated[
        float,
        real(
            "Classify",
            symbol="w_y",
            help="Weight of −ln P(y|x), the cross-entropy; 0 learns no classes",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 2.0),
        ),
    ] = 1.0
    generate: Annotated[
        float,
        real(
            "Generate",
            symbol="w_x",
            help="Weight of −ln p(x), by samples; 0 is a plain classifier",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 2.0),
        ),
    ] = 1.0
    buffer: Annotated[int, _buffer()] = 1000
    renewed: Annotated[float, _renewed()] = 0.05


class Sampled(Loss[P]):
    """L = F(y) − F(ŷ), ŷ by chains that begin at `start`, or drawn from a grid."""

    answers = "one"
    traits = ("thermal", "contrastive", "likelihood", "sampled", "relative")
    requires = CONTINUOUS

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return right - wrong
