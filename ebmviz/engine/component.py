"""What every energy, loss, optimiser and data set is: a value holding typed parameters.

A subclass is one file: `part`, `kind`, its place in menus, a `Params` class, and a docstring whose
first line is the menu text, followed by lines starting with `Formula:` and `Source:`.
"""

from __future__ import annotations

import inspect
from typing import ClassVar, Generic, TypeVar

from ebmviz.core.catalogue import Component as Description
from ebmviz.core.params import ParamSet, specs

P = TypeVar("P", bound=ParamSet)


class Component(Generic[P]):
    """Base of the things a scene is made of. Two with equal parameters do the same."""

    part: ClassVar[str]
    kind: ClassVar[str]
    Params: ClassVar[type[ParamSet]] = ParamSet
    traits: ClassVar[tuple[str, ...]] = ()
    requires: ClassVar[dict[str, str]] = {}
    forbids: ClassVar[dict[str, str]] = {}
    plugin: ClassVar[str] = ""
    order: ClassVar[int] = 1000
    """Its place in menus: the lowest first, of equals by kind."""

    def __init__(self, params: P) -> None:
        self.params = params

    @classmethod
    def describe(cls) -> Description:
        """The component as data, for the catalogue."""
        lines = inspect.cleandoc(cls.__doc__ or "").splitlines()
        tagged = {"Formula:": "", "Source:": ""}
        prose = []
        for line in lines[1:]:
            tag = next((t for t in tagged if line.startswith(t)), None)
            if tag:
                tagged[tag] = line.removeprefix(tag).strip()
            else:
                prose.append(line)
        return Description(
            part=cls.part,
            kind=cls.kind,
            title=lines[0].rstrip("."),
            formula=tagged["Formula:"],
            doc=" ".join(" ".join(prose).split()),
            source=tagged["Source:"],
            params=specs(cls.Params),
            traits=cls.traits,
            requires=cls.requires,
            forbids=cls.forbids,
            plugin=cls.plugin,
        )
