"""Weights by name, as every component passes them on."""

from __future__ import annotations

import torch
from torch import Tensor

Weights = dict[str, Tensor]


def equal(one: Weights, other: Weights) -> bool:
    """Whether they are the same, bit for bit, wherever they are."""
    return one.keys() == other.keys() and all(
        torch.equal(w.cpu(), other[name].cpu()) for name, w in one.items()
    )
