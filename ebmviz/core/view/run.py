"""What fixes a run beside its parts: the seed and the device."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, ParamSet, choice, integer


class Run(ParamSet, frozen=True):
    """What fixes a run beside its parts."""

    seed: Annotated[
        int,
        integer(
            "Seed",
            help="Fixes the data, the random initial weights and the order of the batches",
            affects=Affects.BUILD,
            low=0,
            high=2**31 - 1,
        ),
    ] = 7
    device: Annotated[
        str,
        choice(
            "Device",
            {"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA GPU", "mps": "Apple GPU"},
            affects=Affects.TRAIN,
        ),
    ] = "auto"
