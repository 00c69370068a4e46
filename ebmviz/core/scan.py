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


def modules(package: ModuleType, without: Container[str] = ()) -> list[ModuleType]:
    """The modules of a package's folder, by name; those of folders within it are not looked at.

    without: whole names of modules that are not imported: who looks, and what is built on that.
    """
    found = (f"{package.__name__}.{each.name}" for each in _files(package) if not each.ispkg)
    return [importlib.import_module(name) for name in sorted(found) if name not in without]


def _files(package: ModuleType) -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(package.__path__)


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
