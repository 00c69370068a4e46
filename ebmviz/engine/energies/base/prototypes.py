"""What K prototypes share: their number, and the data that they start on."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer


class PrototypeParams(ParamSet, frozen=True):
    centres: Annotated[
        int,
        integer(
            "Centres",
            symbol="K",
            help="How many prototypes; they start on as many data",
            affects=Affects.BUILD,
            low=1,
            high=256,
            slider=(1, 32),
        ),
    ] = 10


def chosen(generator: torch.Generator, rows: Tensor, count: int) -> Tensor:
    """Places of `count` data of rows (N, 2), different ones while there are any: (K, 2) float32."""
    order = torch.randperm(len(rows), generator=generator)
    return rows[order[torch.arange(count) % len(rows)]].float()
