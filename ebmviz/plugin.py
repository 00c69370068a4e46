'''What a plug-in imports: `from ebmviz.plugin import …`.

A plug-in is one Python file, given with `--plugin FILE.py`, or an installed package with an entry
point in the group "ebmviz.plugins" that names a module. Every component that it defines (a class
with a `kind` of its own) appears in the panel, in sessions and on the command line. The docstring's
first line is the menu text; lines may follow that begin with `Formula:` and `Source:`. What an
energy, loss, data set, optimiser or sampler has to define, its base class says.

    """Cubed hinge."""

    from typing import Annotated

    from torch import Tensor

    from ebmviz.plugin import Affects, PairLoss, PairParams, real


    class CubedParams(PairParams, frozen=True):
        margin: Annotated[
            float,
            real("Margin", symbol="m", affects=Affects.TRAIN, low=0, high=10),
        ] = 1.0


    class Cubed(PairLoss[CubedParams]):
        """Cubed hinge

        Pushes the harder, the more of the margin is missing.
        Formula: L = ([m + E(y) − E(ŷ)]^+)^3
        """

        kind = "cubed"
        Params = CubedParams
        traits = ("contrastive",)

        def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
            return (self.params.margin + right - wrong).clamp(min=0) ** 3
'''

from ebmviz.core.params import (
    Affects,
    Param,
    ParamSet,
    choice,
    flag,
    integer,
    real,
    reals,
    text,
)
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.energies.base.decoder import Decoder, circle
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.every import AllParams, EveryLoss, EveryParams
from ebmviz.engine.losses.base.loss import Loss, LossParams, softplus
from ebmviz.engine.losses.base.pair import MarginParams, PairLoss, PairParams
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, Slots
from ebmviz.engine.samplers.base.sampler import (
    Chains,
    Field,
    Info,
    Sampler,
    SamplerParams,
    langevin,
    normal,
    taken,
)
from ebmviz.engine.streams import stream
from ebmviz.engine.weights import Weights

__all__ = [
    "Affects",
    "AllParams",
    "Chains",
    "DataLoss",
    "Dataset",
    "Decoder",
    "Energy",
    "EveryLoss",
    "EveryParams",
    "Field",
    "Info",
    "Loss",
    "LossParams",
    "MarginParams",
    "NetworkParams",
    "Optimizer",
    "OptimizerParams",
    "PairLoss",
    "PairParams",
    "Param",
    "ParamSet",
    "Points",
    "Sampler",
    "SamplerParams",
    "Slots",
    "Weights",
    "choice",
    "circle",
    "flag",
    "initial",
    "integer",
    "langevin",
    "network",
    "normal",
    "real",
    "reals",
    "softplus",
    "stream",
    "taken",
    "text",
]
