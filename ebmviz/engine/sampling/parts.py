"""A million chains and more: as many at once as fit, whatever the model holds for each."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.landscape import memory
from ebmviz.engine.samplers.base.sampler import Field


def most_at_once(width: int, device: torch.device) -> int | None:
    """Places whose F is found together, for so many numbers held of each; None: all of them. On a
    GPU, whose memory nothing extends, they stay within `memory.ON_DEVICE` numbers.
    """
    return None if device.type == "cpu" else max(1, memory.ON_DEVICE // max(1, width))


def in_parts(field: Field, most: int | None) -> Field:
    """The same F and slope, of at most so many places at once."""
    if most is None:
        return field

    def parted(y: Tensor) -> tuple[Tensor, Tensor]:
        if len(y) <= most:
            return field(y)
        free, slopes = zip(*(field(part) for part in torch.split(y, most)), strict=True)
        return torch.cat(free), torch.cat(slopes)

    return parted
