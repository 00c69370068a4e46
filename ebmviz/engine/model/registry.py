"""All components, in the order of menus: each is a file in its folder, and found there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from ebmviz.core import scan
from ebmviz.core.catalogue import Catalogue, common, selector
from ebmviz.core.errors import UserError
from ebmviz.core.params import ParamSet
from ebmviz.core.scene import Scene
from ebmviz.engine import (
    datasets,
    energies,
    experiments,
    losses,
    optimizers,
    plugged,
    regularizers,
    samplers,
)
from ebmviz.engine.component import Component
from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.experiments.base.experiment import Experiment
from ebmviz.engine.losses.base.loss import Loss, LossParams
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams
from ebmviz.engine.regularizers.regularizer import Regularizer
from ebmviz.engine.samplers.base.sampler import Sampler, SamplerParams

_FOLDERS = datasets, energies, experiments, losses, regularizers, optimizers, samplers


def _built_in() -> Iterator[type[Component[Any]]]:
    for folder in _FOLDERS:
        found = [cls for each in scan.modules(folder) for cls in scan.classes(each, Component)]
        yield from sorted(found, key=lambda cls: (cls.order, cls.kind))


COMPONENTS: tuple[type[Component[Any]], ...] = tuple(_built_in())


def folders() -> list[str]:
    """Where components are found, within the package, such as `engine/losses`."""
    return ["/".join(folder.__name__.split(".")[1:]) for folder in _FOLDERS]


def components() -> Iterator[type[Component[Any]]]:
    """All of them, those of plug-ins last."""
    return chain(COMPONENTS, plugged.classes(Component))


def catalogue() -> Catalogue:
    """Every component as data, and the parts common to all scenes."""
    return _described(tuple(components()))


@lru_cache(maxsize=1)
def _described(classes: tuple[type[Component[Any]], ...]) -> Catalogue:
    return Catalogue((*(cls.describe() for cls in classes), *common()))


def experiment(scene: Scene) -> Experiment[ParamSet]:
    """The scene's experiment."""
    return cast(Experiment[ParamSet], _make(scene, "experiment"))


def dataset(scene: Scene) -> Dataset[ParamSet]:
    """The scene's data set."""
    return cast(Dataset[ParamSet], _make(scene, "data"))


def energy(scene: Scene) -> Energy[ParamSet]:
    """The scene's energy."""
    return cast(Energy[ParamSet], _make(scene, "energy"))


def loss(scene: Scene) -> Loss[LossParams]:
    """The scene's loss."""
    return cast(Loss[LossParams], _make(scene, "objective"))


def regularizer(scene: Scene) -> Regularizer:
    """The scene's regularisers."""
    return cast(Regularizer, _make(scene, "regularizer"))


def optimizer(scene: Scene) -> Optimizer[OptimizerParams]:
    """The scene's optimiser."""
    return cast(Optimizer[OptimizerParams], _make(scene, "optimizer"))


def sampler(scene: Scene) -> Sampler[SamplerParams]:
    """The scene's sampler."""
    return cast(Sampler[SamplerParams], _make(scene, "sampler"))


def _make(scene: Scene, part: str) -> Component[Any]:
    where = selector(part)
    kind = scene.values.get(where) if where else part
    for cls in components():
        if cls.part == part and cls.kind == kind:
            return cls(scene.part(part, cls.Params))
    # A window of another version may know more than this engine.
    raise UserError(f"{where}: this engine knows no “{kind}”")


_all = catalogue()
_all.check(_all.components)  # a misspelt choice in a `when` is found here, not never
