"""A film into a file, in the format of its look."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from ebmviz.core.film.look import Look
from ebmviz.core.snapshot import Array
from ebmviz.files import atomic
from ebmviz.files.film import apng, gif, mp4


class Film(Protocol):
    """One that is being written."""

    def add(self, picture: Array, frames: int) -> None:
        """A picture (H, W, 3) of bytes, and for how many frames it stays."""


Begin = Callable[[BinaryIO, Look, int, Sequence[Array]], AbstractContextManager[Film]]
_WRITERS: dict[str, Begin] = {"mp4": mp4.begun, "gif": gif.begun, "png": apng.begun}


def check(look: Look) -> None:
    """Raises UserError at once where nothing here can write such a film."""
    look.check()
    if look.format == "mp4":
        mp4.check()


@contextlib.contextmanager
def writing(
    path: str | os.PathLike[str], look: Look, pictures: int, samples: Sequence[Array]
) -> Iterator[Film]:
    """A film of so many pictures, which is whole at `path` once the block is left; if that fails,
    by whatever way, nothing is left of it. samples: some of its pictures, for their colours.
    """
    with (
        atomic.growing(path) as file,
        _WRITERS[look.format](file, look, pictures, samples) as film,
    ):
        yield film
