"""Some of the data, chosen once for all."""

from __future__ import annotations

import functools

import torch
from torch import Tensor


@functools.lru_cache(maxsize=16)
def subset(data: Tensor, most: int) -> Tensor:
    """At most so many rows of data (N, D), in their order; the same of the same data. By chance, as
    every n-th of data that come mode by mode may all be of one. One tensor, by identity, is one
    set.
    """
    if len(data) <= most:
        return data
    chosen = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))[:most]
    return data[chosen.sort().values.to(data.device)]
