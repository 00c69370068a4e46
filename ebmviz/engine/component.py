"""What every energy, loss, optimiser and data set is: a value holding typed parameters.

A subclass is one file: `part`, `kind`, its place in menus, a `Params` class, the capabilities that
it inherits, and a docstring whose first line is the menu text, followed by lines starting with
`Formula:` and `Source:`.
"""

from __future__ import annotations

import inspect
from typing import ClassVar, Generic, TypeVar

from ebmviz.core.catalogue import Component as Description
from ebmviz.core.catalogue import Former
from ebmviz.core.errors import UserError
from ebmviz.core.params import ParamSet, specs
from ebmviz.core.traits import check, check_traits, ordered
from ebmviz.engine import capability

P = TypeVar("P", bound=ParamSet)


class Component(Generic[P]):
    """Base of the things a scene is made of. Two with equal parameters do the same.

    traits: facts that hold in scenes with it. They follow from the capabilities that it inherits
    and from the attributes named in `values`. A class may also name traits itself: what it names
    it is, as if it had inherited it. Raises UserError of a name that no trait has, and of a
    capability without the methods that it asks for.
    values: by what stands before the colon of a trait, the attribute that stands behind it.
    former: components that it has taken the place of: scenes with one of those are read as its own.
    """

    part: ClassVar[str]
    kind: ClassVar[str]
    Params: ClassVar[type[ParamSet]] = ParamSet
    traits: ClassVar[tuple[str, ...]] = ()
    values: ClassVar[dict[str, str]] = {}
    requires: ClassVar[dict[str, str]] = {}
    forbids: ClassVar[dict[str, str]] = {}
    plugin: ClassVar[str] = ""
    former: ClassVar[tuple[Former, ...]] = ()
    order: ClassVar[int] = 1000
    """Its place in menus: the lowest first, of equals by kind."""

    _named: ClassVar[tuple[str, ...]] = ()  # by the class itself

    def __init_subclass__(cls, **more: object) -> None:
        super().__init_subclass__(**more)
        check([*cls.requires, *cls.forbids], cls.__name__)
        if "traits" in vars(cls):
            cls._take(cls.traits)
        capability.adopt(cls, cls._named)
        given = ((before, getattr(cls, at)) for before, at in cls.values.items())
        said = [f"{before}:{value}" for before, value in given if value]
        check_traits(said, cls.__name__)
        cls.traits = ordered((*capability.inherited(cls), *said, *cls._named))
        method, owner = capability.lacks(cls)
        if method and "kind" in vars(cls):
            raise UserError(f"{cls.__name__} is {owner}, and does not define `{method}`")

    @classmethod
    def _take(cls, traits: tuple[str, ...]) -> None:
        """Traits that the class names itself: those with a value are kept as that."""
        check_traits(traits, cls.__name__)
        parts = [(trait, *trait.partition(":")) for trait in traits]
        cls._named = tuple(trait for trait, before, _, _ in parts if before not in cls.values)
        for _, before, _, value in parts:
            if before in cls.values:
                setattr(cls, cls.values[before], value)

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
            former=cls.former,
        )
