"""What plug-ins have brought, where every floor of the engine can see it: a loss offers as its
chains the samplers that it finds here. `ebmviz.engine.model.plugins` alone writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TypeVar

T = TypeVar("T")

PLUGGED: dict[str, tuple[object, ...]] = {}
"""Component classes and measures, by the file that defines them, or the name of a package."""


def classes(base: type[T]) -> Iterator[type[T]]:
    """Those derived from `base`, in the order in which they were loaded."""
    return (each for each in _all() if isinstance(each, type) and issubclass(each, base))


def values(kind: type[T]) -> Iterator[T]:
    """Those that are a `kind`."""
    return (each for each in _all() if isinstance(each, kind))


def _all() -> Iterator[object]:
    return chain(*PLUGGED.values())
