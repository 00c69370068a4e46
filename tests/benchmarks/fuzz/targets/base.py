"""What reads a file that may come from anybody."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from random import Random

from ebmviz.core import library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from tests.benchmarks.fuzz import mutations

CATALOGUE: Catalogue = library.shipped_catalogue()


class Target(ABC):
    """folder: of its own, and all that it may write to. name: as it is asked for; what: in words.
    refuses: what the reader is documented to raise. where: how each refusal begins.
    """

    name: str
    what: str
    refuses: tuple[type[BaseException], ...] = (UserError,)
    where = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def good(self) -> list[bytes]:
        """Files that nothing is wrong with, which are changed then."""
        return self.seeds()

    @abstractmethod
    def seeds(self) -> list[bytes]: ...

    def made(self, dice: Random) -> bytes:
        """A hostile file."""
        return mutations.of_bytes(dice, dice.choice(self.good), dice.choice(self.good))

    @abstractmethod
    def act(self, data: bytes) -> None:
        """Read it, and do with what was read what the program does. Raises one of `refuses`."""

    def written(self, name: str, data: bytes) -> Path:
        """A file of that content, in the folder."""
        path = self.folder / name
        path.write_bytes(data)
        return path


def same(one: object, other: object, what: str) -> None:
    """Raises AssertionError where they differ."""
    if one != other:
        raise AssertionError(f"{what}: {str(one)[:120]} is not {str(other)[:120]}")


def seen(text: str) -> bool:
    """Whether nothing in a sentence is hidden, or turns it round; spaces of any width may be."""
    return "".join(c for c in text if unicodedata.category(c) != "Zs").isprintable()
