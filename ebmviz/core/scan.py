"""A folder is its own list: what its modules define is found by looking.

To add a component, a measure or a figure, add its file; a plug-in's file is looked at the same way.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Container, Iterator
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def names(package: ModuleType) -> list[str]:
    """The modules of a package's folder, sorted; folders within it are left out."""
    return sorted(each.name for each in pkgutil.iter_modules(package.__path__) if not each.ispkg)


def modules(package: ModuleType, without: Container[str] = ()) -> list[ModuleType]:
    """The same, imported. `without`: those left out, for they are built on what is found."""
    wanted = (name for name in names(package) if name not in without)
    return [importlib.import_module(f"{package.__name__}.{name}") for name in wanted]


def classes(module: ModuleType, base: type[T]) -> list[type[T]]:
    """The classes derived from `base` that a module itself defines, each with a `kind` of its own:
    one without is for others to derive from.
    """
    return [
        cls
        for cls in vars(module).values()
        if isinstance(cls, type)
        and issubclass(cls, base)
        and cls.__module__ == module.__name__
        and "kind" in vars(cls)
    ]


def values(module: ModuleType, kind: type[T]) -> Iterator[T]:
    """What a module declares of a kind, alone or in a tuple: its variables in capitals."""
    for name, value in list(vars(module).items()):
        if name.isupper():
            yield from (each for each in _each(value) if isinstance(each, kind))


def _each(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
