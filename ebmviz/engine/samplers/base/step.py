"""The step of Langevin samplers."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, real
from ebmviz.engine.samplers.base.sampler import SamplerParams


class StepParams(SamplerParams, frozen=True):
    step: Annotated[
        float,
        real(
            "Step",
            symbol="h",
            help="y moves by −h ∇F and by noise of variance 2h/β",
            affects=Affects.DRAW,
            low=0,
            high=1e3,
            slider=(1e-4, 2.0),
            log=True,
        ),
    ] = 0.01
