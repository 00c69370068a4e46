"""All components, in menu order. To add one, write its file and name it here."""

from __future__ import annotations

from typing import Any, cast

from ebmviz.core.catalogue import Catalogue, common, selector
from ebmviz.core.errors import UserError
from ebmviz.core.params import ParamSet
from ebmviz.core.scene import Scene
from ebmviz.engine.component import Component
from ebmviz.engine.datasets.dataset import Dataset
from ebmviz.engine.datasets.ellipse import EllipseData
from ebmviz.engine.datasets.lecture import Lecture
from ebmviz.engine.datasets.own import Own
from ebmviz.engine.energies.ellipse import Ellipse
from ebmviz.engine.energies.energy import Energy
from ebmviz.engine.energies.implicit import Implicit
from ebmviz.engine.energies.unconditional import Unconditional
from ebmviz.engine.losses.energy import EnergyLoss
from ebmviz.engine.losses.hinge import Hinge
from ebmviz.engine.losses.loss import Loss, LossParams
from ebmviz.engine.losses.nll import NLL
from ebmviz.engine.optimizers.adam import Adam
from ebmviz.engine.optimizers.momentum import Momentum
from ebmviz.engine.optimizers.optimizer import Optimizer, OptimizerParams
from ebmviz.engine.optimizers.sgd import SGD
from ebmviz.engine.regularizers.regularizer import Regularizer

COMPONENTS: tuple[type[Component[Any]], ...] = (
    Lecture,
    EllipseData,
    Own,
    Ellipse,
    Implicit,
    Unconditional,
    EnergyLoss,
    Hinge,
    NLL,
    Regularizer,
    SGD,
    Momentum,
    Adam,
)


def catalogue() -> Catalogue:
    """Every component as data, and the parts common to all scenes."""
    return Catalogue((*(c.describe() for c in COMPONENTS), *common()))


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


def _make(scene: Scene, part: str) -> Component[Any]:
    where = selector(part)
    kind = scene.values.get(where) if where else part
    for cls in COMPONENTS:
        if cls.part == part and cls.kind == kind:
            return cls(scene.part(part, cls.Params))
    # A window of another version may know more than this engine.
    raise UserError(f"{where}: this engine knows no “{kind}”")
