"""What the components that a scene picks declare: its parameters, and which of them do something.

A drag makes a hundred scenes a second that pick the same: it is found once for all of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeVar

from ebmviz.core.catalogue import Catalogue, Component, path, selector
from ebmviz.core.making.facts import model_of, offers
from ebmviz.core.params import Param

P = ParamSpec("P")
T = TypeVar("T")
Picked = tuple[tuple[str, str], ...]
"""Each part and the kind of its component, "" for a part with only one."""
_KEPT = 64


def remembered(
    function: Callable[Concatenate[Catalogue, P], T],
) -> Callable[Concatenate[Catalogue, P], T]:
    """A pure function of a catalogue and of values: the catalogue keeps its last answers."""

    @functools.wraps(function)
    def asked(catalogue: Catalogue, /, *args: P.args, **kwargs: P.kwargs) -> T:
        known = catalogue.known
        if function not in known:
            known[function] = functools.lru_cache(_KEPT)(functools.partial(function, catalogue))
        found: T = known[function](*args, **kwargs)
        return found

    return asked


@remembered
def fields(catalogue: Catalogue, picked: Picked) -> Mapping[str, Param]:
    """Every parameter: path -> Param, in panel order."""
    return MappingProxyType(
        {path(at, p.name): p for at, c in components(catalogue, picked).items() for p in c.params}
    )


@remembered
def visible(catalogue: Catalogue, picked: Picked, facts: frozenset[str]) -> Mapping[str, Param]:
    """Those that do something, given the facts: none of a component that has nothing to do with
    the model.
    """
    chosen = components(catalogue, picked)
    own = model_of(chosen)
    return MappingProxyType(
        {
            path(part, param.name): param
            for part, component in chosen.items()
            if not component.refused_by(own)
            for param in component.params
            if param.shown_by(facts)
        }
    )


@remembered
def offered(catalogue: Catalogue, picked: Picked, facts: frozenset[str]) -> frozenset[str]:
    """The facts, and what there is to turn."""
    return facts.union(offers(components(catalogue, picked), facts, catalogue))


def components(catalogue: Catalogue, picked: Picked) -> dict[str, Component]:
    """The component of each part."""
    return {
        part: catalogue.component(part, kind if selector(part) else part) for part, kind in picked
    }
