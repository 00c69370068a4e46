"""All components, in menu order. To add one, write its file and name it here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, cast

from ebmviz.core.catalogue import Catalogue, common, selector
from ebmviz.core.errors import UserError
from ebmviz.core.params import ParamSet
from ebmviz.core.scene import Scene
from ebmviz.engine.component import Component
from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.datasets.blobs import Blobs
from ebmviz.engine.datasets.correlated import Correlated
from ebmviz.engine.datasets.ellipse import EllipseData
from ebmviz.engine.datasets.gaussians import Gaussians
from ebmviz.engine.datasets.horn import HornData
from ebmviz.engine.datasets.lecture import Lecture
from ebmviz.engine.datasets.moons import Moons
from ebmviz.engine.datasets.nothing import Nothing
from ebmviz.engine.datasets.own import Own
from ebmviz.engine.datasets.own_conditioned import OwnConditioned
from ebmviz.engine.datasets.own_labelled import OwnLabelled
from ebmviz.engine.datasets.own_views import OwnViews
from ebmviz.engine.datasets.parabola import Parabola
from ebmviz.engine.datasets.patterns import Patterns
from ebmviz.engine.datasets.rays import Rays
from ebmviz.engine.datasets.rings import Rings
from ebmviz.engine.datasets.s_curve import SCurve
from ebmviz.engine.datasets.spiral import Spiral
from ebmviz.engine.datasets.views import Views
from ebmviz.engine.energies.autoencoder import Autoencoder
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.energies.binary import Binary
from ebmviz.engine.energies.calibration import Calibration
from ebmviz.engine.energies.chain import Chain
from ebmviz.engine.energies.conditional import Conditional
from ebmviz.engine.energies.dimension import Dimension
from ebmviz.engine.energies.ellipse import Ellipse
from ebmviz.engine.energies.errata import Errata
from ebmviz.engine.energies.hopfield import Hopfield
from ebmviz.engine.energies.hopfield_capacity import HopfieldCapacity
from ebmviz.engine.energies.hopfield_modern import HopfieldModern
from ebmviz.engine.energies.horn import Horn
from ebmviz.engine.energies.horn_latent import HornLatent
from ebmviz.engine.energies.horn_learned import HornLearned
from ebmviz.engine.energies.implicit import Implicit
from ebmviz.engine.energies.information import Information
from ebmviz.engine.energies.jem import JointEnergy
from ebmviz.engine.energies.joint_embedding import JointEmbedding
from ebmviz.engine.energies.kmeans import KMeans
from ebmviz.engine.energies.mixture import Mixture
from ebmviz.engine.energies.multiclass import Multiclass
from ebmviz.engine.energies.pca import PCA
from ebmviz.engine.energies.regression import Regression
from ebmviz.engine.energies.sparse_coding import SparseCoding
from ebmviz.engine.energies.unconditional import Unconditional
from ebmviz.engine.energies.vae import VAE
from ebmviz.engine.losses.base.loss import Loss, LossParams
from ebmviz.engine.losses.cd import ContrastiveDivergence
from ebmviz.engine.losses.energy import EnergyLoss
from ebmviz.engine.losses.hinge import Hinge
from ebmviz.engine.losses.infonce import InfoNCE
from ebmviz.engine.losses.jem import Joint
from ebmviz.engine.losses.log import Log
from ebmviz.engine.losses.lvq2 import LVQ2
from ebmviz.engine.losses.mce import MCE
from ebmviz.engine.losses.mee import MEE
from ebmviz.engine.losses.nll import NLL
from ebmviz.engine.losses.nll_hmc import HamiltonianLikelihood
from ebmviz.engine.losses.nll_samples import SampledLikelihood
from ebmviz.engine.losses.pcd import Persistent
from ebmviz.engine.losses.perceptron import Perceptron
from ebmviz.engine.losses.short_run import ShortRun
from ebmviz.engine.losses.simple import Simple
from ebmviz.engine.losses.square_exponential import SquareExponential
from ebmviz.engine.losses.square_square import SquareSquare
from ebmviz.engine.losses.variational import Variational
from ebmviz.engine.losses.vicreg import VICReg
from ebmviz.engine.optimizers.adam import Adam
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams
from ebmviz.engine.optimizers.momentum import Momentum
from ebmviz.engine.optimizers.sgd import SGD
from ebmviz.engine.regularizers.regularizer import Regularizer
from ebmviz.engine.samplers.base.sampler import Sampler, SamplerParams
from ebmviz.engine.samplers.exact import Exact
from ebmviz.engine.samplers.hmc import HMC
from ebmviz.engine.samplers.mala import MALA
from ebmviz.engine.samplers.sgld import SGLD
from ebmviz.engine.samplers.tempering import Tempering
from ebmviz.engine.samplers.ula import ULA

COMPONENTS: tuple[type[Component[Any]], ...] = (
    Lecture,
    EllipseData,
    HornData,
    Gaussians,
    Rings,
    Parabola,
    SCurve,
    Correlated,
    Spiral,
    Rays,
    Views,
    Blobs,
    Moons,
    Patterns,
    Nothing,
    Own,
    OwnConditioned,
    OwnLabelled,
    OwnViews,
    Ellipse,
    Horn,
    HornLearned,
    HornLatent,
    KMeans,
    Mixture,
    Regression,
    Chain,
    Implicit,
    Conditional,
    Binary,
    Multiclass,
    JointEnergy,
    Unconditional,
    PCA,
    Autoencoder,
    VAE,
    Information,
    Errata,
    Calibration,
    SparseCoding,
    JointEmbedding,
    Dimension,
    Hopfield,
    HopfieldModern,
    HopfieldCapacity,
    EnergyLoss,
    Perceptron,
    Hinge,
    Log,
    LVQ2,
    MCE,
    SquareSquare,
    SquareExponential,
    Simple,
    NLL,
    MEE,
    InfoNCE,
    Variational,
    VICReg,
    ContrastiveDivergence,
    Persistent,
    ShortRun,
    SampledLikelihood,
    HamiltonianLikelihood,
    Joint,
    Regularizer,
    SGD,
    Momentum,
    Adam,
    ULA,
    MALA,
    HMC,
    SGLD,
    Tempering,
    Exact,
)


plugged: dict[str, tuple[type[Component[Any]], ...]] = {}
"""Components of plug-ins, by the name of their module: `ebmviz.engine.model.plugins` adds them."""


def components() -> Iterator[type[Component[Any]]]:
    """All of them, those of plug-ins last."""
    return chain(COMPONENTS, *plugged.values())


def catalogue() -> Catalogue:
    """Every component as data, and the parts common to all scenes."""
    return Catalogue((*(c.describe() for c in components()), *common()))


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
