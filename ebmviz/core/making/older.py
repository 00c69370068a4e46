"""Scenes as they were written when experiments stood among the energies, read as they are now.

An experiment then had a data set, a loss, regularisers, an optimiser and a sampler, all idle.
"""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core.catalogue import Catalogue, parts, path, selector

_ENERGY, _EXPERIMENT = "energy", "experiment"
_IDLE = tuple(f"{p}." for p in parts(_ENERGY) if p not in (_ENERGY, *parts(_EXPERIMENT)))


def scene(given: Mapping[str, object], catalogue: Catalogue) -> dict[str, object]:
    """All values that a scene was written with: of what is an experiment now, the idle parts go."""
    if not _chosen(given, catalogue):
        return dict(given)
    renamed = changes(given, {}, catalogue)
    return {at: value for at, value in renamed.items() if not at.startswith(_IDLE)}


def changes(
    given: Mapping[str, object], base: Mapping[str, object], catalogue: Catalogue
) -> Mapping[str, object]:
    """Changes of a scene with the values `base`: energy.kind and energy.NAME of an experiment are
    its experiment.kind and experiment.NAME.
    """
    where = selector(_EXPERIMENT)
    kind = _chosen(given, catalogue) or given.get(where, base.get(where))
    experiment = catalogue.kinds(_EXPERIMENT).get(str(kind))
    if experiment is None or _leaves(given, catalogue):
        return given
    own = {path(_ENERGY, param.name): path(_EXPERIMENT, param.name) for param in experiment.params}
    own[selector(_ENERGY)] = where
    return {own.get(at, at): value for at, value in given.items()}


def _chosen(given: Mapping[str, object], catalogue: Catalogue) -> str:
    """The experiment that was asked for as an energy; empty where it is none."""
    kind = str(given.get(selector(_ENERGY), ""))
    return kind if kind in catalogue.kinds(_EXPERIMENT) and not _leaves(given, catalogue) else ""


def _leaves(given: Mapping[str, object], catalogue: Catalogue) -> bool:
    """Whether an energy is asked for."""
    return str(given.get(selector(_ENERGY))) in catalogue.kinds(_ENERGY)
