"""Weights by name, as every component passes them on."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array

Weights = dict[str, Tensor]


class Form(NamedTuple):
    """Names, shapes and kinds of weights, in their order."""

    names: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    kinds: tuple[torch.dtype, ...]


class Packed(NamedTuple):
    """Weights as one row of bytes: thousands of them are kept, and each tensor is an object."""

    form: Form
    row: Array

    def unpacked(self) -> Weights:
        """The weights, on the CPU."""
        found: Weights = {}
        at = 0
        for name, shape, kind in zip(*self.form, strict=True):
            size = math.prod(shape) * kind.itemsize
            part = np.frombuffer(self.row[at : at + size], str(kind).removeprefix("torch."))
            found[name], at = torch.from_numpy(part.reshape(shape).copy()), at + size
        return found


def form(weights: Weights) -> Form:
    """Of weights."""
    shapes = tuple(tuple(w.shape) for w in weights.values())
    return Form(tuple(weights), shapes, tuple(w.dtype for w in weights.values()))


def packed(weights: Weights) -> Packed:
    """All bits of weights, wherever they are."""
    row = b"".join(w.detach().cpu().numpy().tobytes() for w in weights.values())
    return Packed(form(weights), np.frombuffer(row, np.uint8))


def equal(one: Weights, other: Weights) -> bool:
    """Whether they are the same, bit for bit, wherever they are."""
    return one.keys() == other.keys() and all(
        torch.equal(w.cpu(), other[name].cpu()) for name, w in one.items()
    )
