"""Scenes as they were written when a component had another name or place, read as they are now.

Experiments stood among the energies, and had a data set, a loss, regularisers, an optimiser and a
sampler, all idle. What a component has taken the place of, it declares as `Former`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core.catalogue import Catalogue, Component, Former, parts, path, selector
from ebmviz.core.numerals import spelled
from ebmviz.core.params import Affects, real

_ENERGY, _EXPERIMENT = "energy", "experiment"
_IDLE = tuple(f"{p}." for p in parts(_ENERGY) if p not in (_ENERGY, *parts(_EXPERIMENT)))


def scene(given: Mapping[str, object], catalogue: Catalogue) -> dict[str, object]:
    """All values that a scene was written with: of what is an experiment now, the idle parts go."""
    renamed = changes(given, {}, catalogue)
    if not _chosen(given, catalogue):
        return dict(renamed)
    return {at: value for at, value in renamed.items() if not at.startswith(_IDLE)}


def changes(
    given: Mapping[str, object], base: Mapping[str, object], catalogue: Catalogue
) -> Mapping[str, object]:
    """Changes of a scene with the values `base`: energy.kind and energy.NAME of an experiment are
    its experiment.kind and experiment.NAME; a former component is the one in its place.
    """
    for component in catalogue.components:
        for former in component.former:
            if former.kind not in catalogue.kinds(component.part):  # a plug-in may bring it
                given = _present(component, former, given, base)
    where = selector(_EXPERIMENT)
    kind = _chosen(given, catalogue) or given.get(where, base.get(where))
    experiment = catalogue.kinds(_EXPERIMENT).get(spelled(kind))
    if experiment is None or _leaves(given, catalogue):
        return given
    own = {path(_ENERGY, param.name): path(_EXPERIMENT, param.name) for param in experiment.params}
    own[selector(_ENERGY)] = where
    return {own.get(at, at): value for at, value in given.items()}


def _present(
    component: Component, former: Former, given: Mapping[str, object], base: Mapping[str, object]
) -> Mapping[str, object]:
    """The same, where a former component is asked for or was, of the one in its place."""
    part, where = component.part, selector(component.part)
    asked = given.get(where)
    was = base.get(where) == component.kind and _stands(part, former, base)
    if asked == former.kind:
        own = {} if was else _values(part, former, base)
        return {**own, **_renamed(part, former, given), where: component.kind}
    return _renamed(part, former, given) if was and asked in (None, component.kind) else given


def _stands(part: str, former: Former, base: Mapping[str, object]) -> bool:
    """Whether values are those of a former component: its choices, for numbers may have moved."""
    chosen = {at: value for at, value in former.values.items() if isinstance(value, str)}
    return all(base.get(path(part, name)) == value for name, value in chosen.items())


def _values(part: str, former: Former, base: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    found |= {path(part, name): v for name, v in former.defaults.items()}
    found = {at: value for at, value in found.items() if at not in base}
    return found | {path(part, name): v for name, v in former.values.items()}


def _renamed(part: str, former: Former, given: Mapping[str, object]) -> dict[str, object]:
    """Raises UserError of a value that the parameter never had."""
    found = {}
    for at, value in given.items():
        new = former.renamed.get(at.removeprefix(f"{part}."))
        if new is None:
            found[at] = value
            continue
        old = real("", affects=Affects.NOTHING, low=new.low, high=new.high).check(value, at)
        assert isinstance(old, float)
        found.setdefault(path(part, new.name), new.factor * old**new.power)
    return found


def _chosen(given: Mapping[str, object], catalogue: Catalogue) -> str:
    """The experiment that was asked for as an energy; empty where it is none."""
    kind = str(given.get(selector(_ENERGY), ""))
    return kind if kind in catalogue.kinds(_EXPERIMENT) and not _leaves(given, catalogue) else ""


def _leaves(given: Mapping[str, object], catalogue: Catalogue) -> bool:
    """Whether an energy is asked for."""
    return str(given.get(selector(_ENERGY))) in catalogue.kinds(_ENERGY)
