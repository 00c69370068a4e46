"""Large problems in parts: when the memory does not suffice, in smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")

IN_CACHE = 1 << 18  # elements of a block's largest temporary on a CPU: they stay in its cache
ON_DEVICE = 1 << 25  # and elsewhere: work for every multiprocessor

# What the allocators of the CPU (Linux, Windows), CUDA, its BLAS, and MPS say.
_COMPLAINTS = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")


@cache
def keep_freed_memory() -> None:
    """Let the C library keep what is freed between blocks, up to some 60 MB, once for all.

    glibc returns it to the system at once, and the next block waits for every page to be mapped and
    cleared again (up to 5 times slower), until something larger has been freed. This is not
    written to, so that it costs nothing.
    """
    torch.empty(28 << 20, dtype=torch.uint8)  # beyond 32 MB glibc does not learn from it


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether a smaller problem would have gone through."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return any(complaint in str(error) for complaint in _COMPLAINTS)


def attempt(work: Callable[[], T]) -> T | RuntimeError:
    """What `work` returns, or its error where memory was missing; other errors are raised.

    The error comes without its traceback, which would keep alive what filled the memory.
    """
    try:
        return work()
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        return error.with_traceback(None)


def in_parts(count: int, step: int, work: Callable[[slice], T]) -> Iterator[tuple[slice, T]]:
    """(slice, work(slice)), for consecutive slices of range(count) of at most `step` elements.

    A slice that finds no memory is halved, and so are those after it. Raises what `work` raises
    when a single element finds none. Copy the results to where they are needed: kept as they are,
    among the temporaries, they would scatter the free memory, and the process would grow by a
    block with each of them.
    """
    keep_freed_memory()
    start = 0
    while start < count:
        step = max(1, min(step, count - start))
        part = slice(start, start + step)
        result = attempt(partial(work, part))
        if isinstance(result, RuntimeError):
            if step == 1:
                raise result
            step //= 2
        else:
            yield part, result
            start += step


class PairwiseSum:
    """A sum of equally shaped tensors that loses no more digits than their logarithm in number, and
    keeps no more of them than that.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Tensor]] = []  # (terms, their sum), fewer and fewer

    def add(self, term: Tensor) -> None:
        size = 1
        while self._waiting and self._waiting[-1][0] == size:
            term = self._waiting.pop()[1] + term
            size *= 2
        self._waiting.append((size, term))

    def total(self) -> Tensor:
        """The sum of one term or more."""
        total = self._waiting[-1][1]
        for _, part in reversed(self._waiting[:-1]):
            total = part + total
        return total
