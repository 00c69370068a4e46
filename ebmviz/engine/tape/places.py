"""Where numbers lie: an array of any strides over a row of memory."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.recording import storage

KINDS = {torch.float32, torch.bool, torch.int64, torch.int32}


class Place(NamedTuple):
    """An array: what names its memory, where it begins there, its shape and strides."""

    memory: int
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def close(self) -> bool:
        """Whether its numbers lie next to each other, in their order."""
        count = 1
        for size, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if size != 1 and stride != count:
                return False
            count *= size
        return True


def place(tensor: Tensor) -> Place:
    """Of a tensor; Unrecordable where it is of a kind that float32 cannot stand for."""
    if tensor.dtype not in KINDS:
        raise Unrecordable(f"a tensor of {tensor.dtype}")
    if tensor.device.type != "cpu" or tensor.layout != torch.strided:
        raise Unrecordable("a tensor that is not in main memory")
    at: int = tensor.storage_offset()  # type: ignore[assignment]
    return Place(storage(tensor), at, tuple(tensor.shape), tensor.stride())


def merged(
    shape: tuple[int, ...], strides: list[tuple[int, ...]]
) -> tuple[list[int], list[list[int]]]:
    """The same order of numbers with as few axes as can be, for several arrays at once."""
    sizes: list[int] = []
    steps: list[list[int]] = [[] for _ in strides]
    for axis, size in enumerate(shape):
        if size == 1:
            continue
        own = [s[axis] for s in strides]
        if sizes and all(step[-1] == o * size for step, o in zip(steps, own, strict=True)):
            sizes[-1] *= size
            for step, o in zip(steps, own, strict=True):
                step[-1] = o
        else:
            sizes.append(size)
            for step, o in zip(steps, own, strict=True):
                step.append(o)
    return sizes, steps


def padded(values: list[int], count: int, by: int) -> list[int]:
    """As many values, the first ones made up."""
    if len(values) > count:
        raise Unrecordable(f"an array of {len(values)} axes")
    return [by] * (count - len(values)) + values
