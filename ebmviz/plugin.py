'''What a plug-in imports: `from ebmviz.plugin import …`.

A plug-in is one Python file, given with `--plugin FILE.py`, a folder of such files, or an installed
package with an entry point in the group "ebmviz.plugins" that names a module. Every component that
it defines (a class with a `kind` of its own) appears in the panel, in sessions and on the command
line; every `Measure` in a variable in capitals is there for figures that need it. A figure is in a
file of its own that imports `ebmviz.figures`, for the window that draws it has no torch. While the
window is open, a file that is saved is loaded again.

The docstring's first line is the menu text; lines may follow that begin with `Formula:` and
`Source:`. What an energy, experiment, loss, data set, optimiser or sampler has to define, its base
class says. What an energy, loss or sampler can do beside that it inherits, such as `Continuous`,
`Embeds` or `Contrastive`: so the window, losses and figures know. Traits
named in a tuple do as well.

    """Cubed hinge."""

    from typing import Annotated

    from torch import Tensor

    from ebmviz.plugin import Affects, Contrastive, PairLoss, PairParams, real


    class CubedParams(PairParams, frozen=True):
        margin: Annotated[
            float,
            real("Margin", symbol="m", affects=Affects.TRAIN, low=0, high=10),
        ] = 1.0


    class Cubed(Contrastive, PairLoss[CubedParams]):
        """Cubed hinge

        Pushes the harder, the more of the margin is missing.
        Formula: L = ([m + E(y) − E(ŷ)]^+)^3
        """

        kind = "cubed"
        Params = CubedParams

        def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
            return (self.params.margin + right - wrong).clamp(min=0) ** 3
'''

from ebmviz import former
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
from ebmviz.engine.energies.base.capabilities import (
    Angle,
    Atoms,
    Attends,
    Auxiliary,
    Centres,
    Code,
    Conditional,
    Constrained,
    Continuous,
    Cosine,
    Discrete,
    Embeds,
    Encodes,
    FixedShape,
    Latent,
    Layered,
    Many,
    Network,
    Nonnegative,
    OwnSteps,
    Predicts,
    Prior,
    Recalls,
    Regressor,
    Ring,
    Signed,
    Still,
)
from ebmviz.engine.energies.base.decoder import Decoder, circle
from ebmviz.engine.energies.base.discrete import Classifier, Joint
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.energies.base.reconstruction import Reconstruction
from ebmviz.engine.experiments.base.experiment import (
    Experiment,
    Findings,
    StillExperiment,
    Tries,
)
from ebmviz.engine.losses.base.capabilities import (
    Contrastive,
    FromModel,
    Likelihood,
    Marginless,
    Relative,
    Thermal,
)
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.every import AllParams, EveryLoss, EveryParams
from ebmviz.engine.losses.base.loss import Loss, LossParams, softplus
from ebmviz.engine.losses.base.pair import MarginParams, PairLoss, PairParams
from ebmviz.engine.measures.base.looked import ExperimentSubject
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, Slots
from ebmviz.engine.samplers.base.sampler import (
    Boxed,
    Chains,
    Field,
    Independent,
    Info,
    Leapfrogs,
    Sampler,
    SamplerParams,
    Swapping,
    Unadjusted,
    adjusted_langevin,
    normal,
    taken,
    uniform,
)
from ebmviz.engine.streams import stream
from ebmviz.engine.weights import Weights


def __getattr__(name: str) -> object:
    return former.name_of(__name__, name)


__all__ = [
    "Affects",
    "AllParams",
    "Angle",
    "Atoms",
    "Attends",
    "Auxiliary",
    "Boxed",
    "Centres",
    "Chains",
    "Classifier",
    "Code",
    "Conditional",
    "Constrained",
    "Continuous",
    "Contrastive",
    "Cosine",
    "DataLoss",
    "Dataset",
    "Decoder",
    "Discrete",
    "Embeds",
    "Encodes",
    "Energy",
    "EveryLoss",
    "EveryParams",
    "Experiment",
    "ExperimentSubject",
    "Field",
    "Findings",
    "FixedShape",
    "FromModel",
    "Independent",
    "Info",
    "Joint",
    "Latent",
    "Layered",
    "Leapfrogs",
    "Likelihood",
    "Loss",
    "LossParams",
    "Many",
    "MarginParams",
    "Marginless",
    "Measure",
    "Network",
    "NetworkParams",
    "Nonnegative",
    "Optimizer",
    "OptimizerParams",
    "OwnSteps",
    "PairLoss",
    "PairParams",
    "Param",
    "ParamSet",
    "Points",
    "Predicts",
    "Prior",
    "Recalls",
    "Reconstruction",
    "Regressor",
    "Relative",
    "Ring",
    "Sampler",
    "SamplerParams",
    "Signed",
    "Slots",
    "Still",
    "StillExperiment",
    "Subject",
    "Swapping",
    "Thermal",
    "Tries",
    "Unadjusted",
    "Weights",
    "adjusted_langevin",
    "choice",
    "circle",
    "flag",
    "initial",
    "integer",
    "network",
    "normal",
    "real",
    "reals",
    "softplus",
    "stream",
    "taken",
    "text",
    "uniform",
]
