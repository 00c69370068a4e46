"""What follows from a scene's components and values: the words that others depend on.

Which there are, says `ebmviz.core.scene.Scene`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ebmviz.core.catalogue import MODELS, Catalogue, Component, path, selector
from ebmviz.core.params import Value

PLUGIN = "plugin:"
"""Begins the fact that a component is of a plug-in."""


def settled(chosen: Mapping[str, Component], values: dict[str, Value]) -> frozenset[str]:
    """The facts, once choices that do nothing have given way in `values`."""
    facts = _facts(chosen, values)
    for part, component in chosen.items():
        for param in component.params:
            if param.requires:
                at = path(part, param.name)
                values[at] = param.fitting(values[at], facts)
    return _facts(chosen, values)


def _facts(chosen: Mapping[str, Component], values: Mapping[str, Value]) -> frozenset[str]:
    facts = {trait for component in chosen.values() for trait in component.traits}
    facts |= {PLUGIN + c.plugin for c in chosen.values() if c.plugin}
    for part, component in chosen.items():
        if selector(part):
            facts.add(f"{selector(part)}={component.kind}")
        for param in component.params:
            if param.type in ("choice", "bool"):
                at = path(part, param.name)
                value = values[at]
                facts.add(f"{at}={str(value).lower() if value in (True, False) else value}")
    cards = str(values.get("view.cards", "")).split(",")
    facts |= {f"card={name.strip()}" for name in cards if name.strip()}
    if "objective" in chosen and not facts & {"own-steps", "still"}:
        facts.add("loss")
    sampler = chosen.get("sampler")
    if sampler and values.get("sampler.chains", 0) and not sampler.refused_by(model_of(chosen)):
        facts.add("chains")
    return frozenset(facts)


def model_of(chosen: Mapping[str, Component]) -> Component:
    """The energy or experiment among a scene's components, by part."""
    return next(chosen[part] for part in MODELS if part in chosen)


def offers(
    chosen: Mapping[str, Component], facts: frozenset[str], catalogue: Catalogue
) -> Iterator[str]:
    """What there is to turn: by this advice names only what the scene has."""
    own = model_of(chosen)
    for loss in catalogue.offered("objective", own):
        yield from (f"offers:{trait}" for trait in loss.traits)
    for part, component in chosen.items():
        if component.refused_by(own):
            continue
        for param in component.params:
            if param.shown_by(facts) and not param.hidden:
                at = path(part, param.name)
                yield f"control:{at}"
                yield from (f"offers:{at}={value}" for value in param.offered(facts))
