"""What a component can do is a class that it inherits from, and its traits follow from these."""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Iterable
from typing import ClassVar

from ebmviz.core.errors import UserError
from ebmviz.core.traits import Trait, check_traits

_OF: dict[str, type[Capability]] = {}


class Capability(metaclass=ABCMeta):  # noqa: B024 (what is abstract is each capability's own)
    """Base of all capabilities: the methods that come with one are declared in it, abstract where
    each component has to give its own.

    trait, where the class is made: the one word by which scenes, figures and parameters know it.
    Raises UserError of a word that is no trait, or that of another class.
    """

    _trait: ClassVar[str] = ""

    def __init_subclass__(cls, *, trait: Trait | None = None, **more: object) -> None:
        if trait:
            check_traits([trait], cls.__name__)
            other = _OF.get(trait, cls)
            if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
                raise UserError(f"{cls.__name__}: “{trait}” is the trait of {other.__name__}")
            _OF[trait] = cls
        cls._trait = trait or ""
        super().__init_subclass__(**more)


class Defined(Capability):
    """Base of capabilities that a scene has no use for, so that none has a word: whoever defines
    all that one asks for has it, as if it had inherited it.
    """

    @classmethod
    def __subclasshook__(cls, other: type) -> bool:
        asked = [n for n, v in vars(cls).items() if getattr(v, "__isabstractmethod__", False)]
        if asked and all(any(name in vars(base) for base in other.__mro__) for name in asked):
            return True
        return super().__subclasshook__(other)


def capability(trait: str) -> type[Capability] | None:
    """The class that has this trait."""
    return _OF.get(trait)


def inherited(cls: type) -> Iterable[str]:
    """The traits of all capabilities that a class inherits."""
    return (trait for base in cls.__mro__ if (trait := vars(base).get("_trait", "")))


def adopt(cls: type, traits: Iterable[str]) -> None:
    """Let a class be what traits that it only names stand for: it is then an instance of each
    capability, as if it inherited it. Raises UserError of one whose methods it lacks.
    """
    for trait in traits:
        own = _OF.get(trait)
        if own is None or issubclass(cls, own):
            continue
        lacking = [name for name in vars(own) if name[0] != "_" and not hasattr(cls, name)]
        if lacking:
            raise UserError(
                f"{cls.__name__}: “{trait}” needs `{lacking[0]}`: inherit from {own.__name__}"
            )
        own.register(cls)


def lacks(cls: type) -> tuple[str, str]:
    """The first method that a capability asks for and the class does not define, and the name of
    that capability; two empty texts where there is none.
    """
    for base in cls.__mro__:
        for name, value in vars(base).items():
            needed = getattr(value, "__isabstractmethod__", False)
            if needed and getattr(getattr(cls, name), "__isabstractmethod__", False):
                return name, base.__name__
    return "", ""
