"""What a plug-in's module brings, checked as a whole."""

from __future__ import annotations

import inspect
import re
from types import ModuleType
from typing import Any

from ebmviz.core import scan
from ebmviz.core.catalogue import Catalogue, common
from ebmviz.core.errors import UserError
from ebmviz.core.params import ParamSet
from ebmviz.core.plugins.loading import Broken, line_of
from ebmviz.engine.component import Component
from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.experiments.base.experiment import Experiment, StillExperiment
from ebmviz.engine.losses.base.code import CodeLoss
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.embeddings import EmbeddingLoss
from ebmviz.engine.losses.base.every import EveryLoss
from ebmviz.engine.losses.base.inputs import InputLoss
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.losses.base.pair import PairLoss
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.model import measuring, registry
from ebmviz.engine.optimizers.base.optimizer import Optimizer
from ebmviz.engine.samplers.base.sampler import Sampler

_KIND = re.compile(r"[a-z][a-z0-9-]*")
_NEEDED: dict[type[Component[Any]], tuple[str, ...]] = {
    Decoder: ("initial", "latents", "decode"),
    Energy: ("initial", "free"),
    StillExperiment: ("arrays", "value", "shows", "quantity"),
    Experiment: ("start", "step", "arrays", "value", "shows", "quantity"),
    Dataset: ("points",),
    Optimizer: ("update",),
    Sampler: ("step",),
}
_FAMILIES: dict[str, type[Loss[Any]]] = {
    "none": DataLoss,
    "one": PairLoss,
    "all": EveryLoss,
    "embeddings": EmbeddingLoss,
    "inputs": InputLoss,
    "code": CodeLoss,
}
"""Of losses from before there were families: what they called the answers that they look at."""


def brought(
    module: ModuleType, plugin: str, before: tuple[object, ...] = (), source: bytes = b""
) -> tuple[object, ...]:
    """The component classes and the measures that a module defines, in the place of what it brought
    before. source: of the file, by which a measure's line is found. Raises Broken of the first that
    is not as it must be.
    """
    components, measures = _components(module, plugin, before), _measures(module, before, source)
    if not components and not measures:
        raise Broken("it defines no component: a class with a `kind`; and no MEASURE")
    return (*components, *measures)


def _components(
    module: ModuleType, plugin: str, before: tuple[object, ...]
) -> list[type[Component[Any]]]:
    own = [_in_family(cls) for cls in scan.classes(module, Component)]
    others = [c for c in registry.components() if c not in before]
    taken = {(c.part, c.kind) for c in others}
    for cls in own:
        cls.plugin = plugin
        try:
            _check(cls, taken)
        except Broken as error:
            raise Broken(f"{cls.__name__}: {error}", _line(cls), error.clash) from None
        taken.add((cls.part, cls.kind))
    described = tuple(cls.describe() for cls in own)
    try:
        every = (*(cls.describe() for cls in others), *described, *common())
        Catalogue(every).check(described)
    except UserError as error:
        raise Broken(str(error)) from None
    return own


def _measures(module: ModuleType, before: tuple[object, ...], source: bytes) -> list[Measure]:
    taken = {m.need for m in measuring.measures().values() if m not in before}
    own = list(scan.values(module, Measure))
    for measure in own:
        if measure.need in taken:
            name = next(n for n, v in vars(module).items() if n.isupper() and _holds(v, measure))
            said = f"there is another measure “{measure.need}”"
            raise Broken(said, line_of(source, name), clash=True)
        taken.add(measure.need)
    return own


def _holds(value: object, measure: Measure) -> bool:
    return value is measure or (isinstance(value, tuple) and measure in value)


def _in_family(cls: type[Component[Any]]) -> type[Component[Any]]:
    """The class itself, or of a loss that says by a word what it looks at, one of that family."""
    family = _FAMILIES.get(vars(cls).get("answers", ""))
    if family is None or not issubclass(cls, Loss) or cls.formula:
        return cls
    kept = {name: vars(cls).get(name) for name in ("kind", "__doc__", "__module__")}
    return type(cls.__name__, (cls, family), kept)


def _check(cls: type[Component[Any]], taken: set[tuple[str, str]]) -> None:
    bases: tuple[type[Component[Any]], ...] = (Loss, *_NEEDED)
    if not issubclass(cls, bases):
        raise Broken("not an energy, an experiment, a loss, a data set, an optimiser or a sampler")
    if not isinstance(cls.kind, str) or not _KIND.fullmatch(cls.kind):
        raise Broken("its kind must be of small letters, digits and hyphens")
    if (cls.part, cls.kind) in taken:
        raise Broken(f"there is another {cls.part} of the kind “{cls.kind}”", clash=True)
    if not (vars(cls).get("__doc__") or "").strip():
        raise Broken("a docstring is missing; its first line is the menu text")
    if not (inspect.isclass(cls.Params) and issubclass(cls.Params, ParamSet)):
        raise Broken("its Params must be a ParamSet")
    try:
        for param in cls.describe().params:
            param.check(param.default, param.name)
        cls(cls.Params())
    except Exception as error:
        raise Broken(str(error)) from None
    needed: tuple[str, ...]
    base: type[Component[Any]]
    if issubclass(cls, Loss):
        if not cls.formula:
            raise Broken("a loss is of a family: a DataLoss, a PairLoss or an EveryLoss")
        base = next(c for c in cls.__mro__ if "formula" in vars(c))
        needed = (cls.formula,)
    else:
        base, needed = next((b, n) for b, n in _NEEDED.items() if issubclass(cls, b))
    for method in needed:
        if getattr(cls, method, None) is getattr(base, method, None):
            raise Broken(f"it does not define `{method}`")


def _line(cls: type) -> int:
    try:
        return inspect.getsourcelines(cls)[1]
    except (OSError, TypeError):
        return 0
