"""Every energy, loss, optimiser, data set and experiment as data.

The engine describes its components in this form; the window, the session reader and the
command line know them in no other way.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

import msgspec

from ebmviz.core.errors import UserError
from ebmviz.core.numerals import spelled
from ebmviz.core.outside import clean
from ebmviz.core.params import Param, ParamSet, Value, missing, specs
from ebmviz.core.view import Run, View

PARTS = {
    "experiment": "Experiment",
    "data": "Data",
    "energy": "Energy",
    "objective": "Objective",
    "regularizer": "Regularisers",
    "optimizer": "Optimiser",
    "sampler": "Sampler",
    "view": "View",
    "run": "Run",
}
"""What a scene can have, in the order of the panel: an experiment, or an energy with all that
trains it, and always a view and a run, which holds the paths without a dot.
"""
MODELS = ("experiment", "energy")
"""What everything else in a scene must fit, one of the two."""
_ALWAYS = ("view", "run")


def parts(model: str) -> tuple[str, ...]:
    """Those of a scene whose model is of this part, in the order of the panel."""
    if model == "experiment":
        return (model, *_ALWAYS)
    return tuple(part for part in PARTS if part != "experiment")


_CHOSEN = re.compile(r"(?<![_^])\{(\w+)\}")


class Renamed(msgspec.Struct, frozen=True):
    """A parameter that has another name now: its value x in [low, high] is factor · x^power."""

    name: str
    factor: float = 1.0
    power: float = 1.0
    low: float = -1e300
    high: float = 1e300


class Former(msgspec.Struct, frozen=True):
    """A component that is gone, for another does the same with these `values`, by parameter.

    defaults: those of its own, where they were others. renamed: its parameters under new names.
    """

    kind: str
    values: dict[str, Value] = {}
    defaults: dict[str, Value] = {}
    renamed: dict[str, Renamed] = {}


class Component(msgspec.Struct, frozen=True):
    """One thing a part can be: its menu text, formula, source and parameters.

    In a formula `{name}` stands for what the parameter of that name has chosen: see `said`.
    traits are facts about it that others rely on. requires and forbids: traits that the scene's
    model must ("a|b" being either) or must not have, each with the reason to give when it is
    refused. plugin: whose it is, empty for those of ebmviz. former: what it has taken the place of.
    """

    part: str
    kind: str
    title: str
    formula: str = ""
    doc: str = ""
    source: str = ""
    params: tuple[Param, ...] = ()
    traits: tuple[str, ...] = ()
    requires: dict[str, str] = {}
    forbids: dict[str, str] = {}
    plugin: str = ""
    former: tuple[Former, ...] = ()

    def said(self, values: Mapping[str, Value] | None = None) -> str:
        """The formula, with the choices of a scene's values; of none it says that one is chosen."""
        by_name = {param.name: param for param in self.params}

        def chosen(place: re.Match[str]) -> str:
            param = by_name.get(place[1])
            if param is None or not param.formulas:
                return place[0]
            value = (values or {}).get(path(self.part, param.name))
            return param.formulas.get(str(value), f"the chosen {param.label.lower()}")

        return _CHOSEN.sub(chosen, self.formula)

    @property
    def alone(self) -> bool:
        """Whether it is a loss whose wrong answers are of one model: lanes of the lab share
        theirs, so it has none there.
        """
        return "sampled" in self.traits

    def refused_by(self, model: Component) -> str:
        """Why it makes no sense with an energy or experiment; empty where it does."""
        if self.part in MODELS:
            return ""
        if self.part not in parts(model.part):
            return f"an {model.part} has none"
        present = (why for trait, why in self.forbids.items() if trait in model.traits)
        return missing(self.requires, model.traits) or next(present, "")


class Catalogue(msgspec.Struct, frozen=True, dict=True):
    """All components, in menu order."""

    components: tuple[Component, ...]

    def kinds(self, part: str) -> Mapping[str, Component]:
        """kind -> component, of one part."""
        return self._by_part.get(part, MappingProxyType({}))

    @cached_property
    def _by_part(self) -> dict[str, Mapping[str, Component]]:
        found: dict[str, dict[str, Component]] = {}
        for component in self.components:
            found.setdefault(component.part, {})[component.kind] = component
        return {part: MappingProxyType(kinds) for part, kinds in found.items()}

    @cached_property
    def known(self) -> dict[object, Callable[..., Any]]:
        """By functions of a catalogue, the same of this one: see `making.declared.remembered`."""
        return {}

    def offered(self, part: str, model: Component) -> Iterator[Component]:
        """Those of a part that make sense with an energy or experiment."""
        return (c for c in self.kinds(part).values() if not c.refused_by(model))

    def component(self, part: str, kind: object) -> Component:
        """The component; UserError names the path and suggests what was meant."""
        found = self.kinds(part)
        if not isinstance(kind, str) or kind not in found:
            hint = suggestion(spelled(kind), found)
            names = ", ".join(found)
            asked = clean(spelled(kind), 80)
            raise UserError(f"{selector(part)}: “{asked}” is not known{hint}; available: {names}")
        return found[kind]

    def check(self, components: Iterable[Component]) -> None:
        """Raises UserError of the first of these components with a parameter that depends on a
        choice which no component of the catalogue has.
        """
        there = {
            f"{path(c.part, p.name)}={v}"
            for c in self.components
            for p in c.params
            for v in (p.choices or ("true", "false"))
        }
        there |= {f"{selector(c.part)}={c.kind}" for c in self.components}
        for component in components:
            for param in component.params:
                for fact in (fact for each in param.asked for fact in each.split("|")):
                    if "=" in fact and not fact.startswith("card=") and fact not in there:
                        at = path(component.part, param.name)
                        raise UserError(f"{at}: there is no “{fact}”{suggestion(fact, there)}")


FIXED = ("regularizer", "view", "run")
"""The parts that are one component in every scene that has them."""


def selector(part: str) -> str:
    """The path that picks a part's component, empty for a part with only one."""
    if part in FIXED:
        return ""
    return "objective.loss" if part == "objective" else f"{part}.kind"


def path(part: str, name: str) -> str:
    """The scene path of a part's parameter."""
    return name if part == "run" else f"{part}.{name}"


def common() -> tuple[Component, ...]:
    """The parts that belong to every scene: the view and the run."""
    return (_fixed("view", View), _fixed("run", Run))


def _fixed(part: str, params: type[ParamSet]) -> Component:
    doc = (params.__doc__ or "").strip()
    return Component(part, part, PARTS[part], doc=doc, params=specs(params))


def suggestion(word: str, known: object) -> str:
    """` (did you mean “…”?)`, or nothing."""
    close = difflib.get_close_matches(word[:80], list(known), n=1)  # type: ignore[call-overload]
    return f" (did you mean “{close[0]}”?)" if close else ""
