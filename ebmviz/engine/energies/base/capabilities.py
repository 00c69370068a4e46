"""What energies can do, one class each: an energy inherits what it can, and its traits follow.

Code that needs one asks `isinstance(energy, Encodes)`; what is left to `Energy` every energy has.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import NamedTuple

from torch import Tensor

from ebmviz.engine.capability import Capability, Defined
from ebmviz.engine.component import P
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.theory.lagrangian import Layer
from ebmviz.engine.weights import Weights


class Continuous(Capability, trait="continuous"):
    """The answer y is a place: any number, or any two."""


class Discrete(Capability, Energy[P], trait="discrete"):
    """The answer y is one of some classes."""

    @abstractmethod
    def classes(self, weights: Weights) -> int:
        """How many there are."""


class Many(Capability, trait="many"):
    """There are as many classes as the data have, not two."""


class Signed(Capability, trait="signed"):
    """The two classes are y = ±1."""


class Nonnegative(Capability, trait="nonnegative"):
    """E ≥ 0, whatever the weights."""


class FixedShape(Capability, trait="fixed-shape"):
    """F is a distance of y from the best answer: weights move that valley, and never reshape it."""


class Cosine(Capability, trait="cosine"):
    """E is −cos of two directions: it lies within [−1, 1]."""


class Network(Capability, trait="network"):
    """The weights are those of layers, `name.wi` (out, in) and `name.bi` (out,)."""


class Latent(Capability, trait="latent"):
    """There is a latent variable z, so F_β depends on β."""


class Angle(Latent, trait="latent-1d"):
    """z is one number, an angle in [0, 2π[."""


class Ring(Capability, trait="ring"):
    """The manifold of a decoder is drawn as a curve whose last point joins its first."""


class Centres(Capability, trait="centres"):
    """The points of a decoder's manifold stand alone: z numbers them."""


class Prior(Capability, trait="prior"):
    """The latents of a decoder have weights of their own, p(z)."""


class Placed(Capability, trait="placed"):
    """Some of the weights have a place on the map, where a hand can take and move them."""

    @abstractmethod
    def places(self, weights: Weights) -> Tensor:
        """Where they are, (K, 2)."""

    @abstractmethod
    def moved(self, weights: Weights, number: int, to: Tensor) -> Weights:
        """The weights with that of this number as near to a place (2,) as it can be."""


class Conditional(Capability, trait="conditional"):
    """Rows are (x, y1, y2), and the map is of the answers to one x, the view's."""


class Predicts(Defined, Energy[P]):
    """The best answer has a closed form: it need not be searched for."""

    @abstractmethod
    def best(self, weights: Weights, rows: Tensor) -> Tensor:
        """argmin_y E at every row's x, (N, answer)."""


class Constrained(Defined, Energy[P]):
    """The formula constrains the weights, which a step of an optimiser may leave."""

    @abstractmethod
    def retracted(self, weights: Weights) -> Weights:
        """Weights after a step, back where the constraint holds."""


class Auxiliary(Defined, Energy[P]):
    """Some weights, such as those of a regressor drawn beside it, are not the energy's."""

    @abstractmethod
    def auxiliary(self, weights: Weights, rows: Tensor) -> Tensor | None:
        """A loss of their own: it adds to the gradient only, not to the loss that is shown. None
        where the parameters ask for none.
        """


class Layered(Capability, Energy[P], trait="chain"):
    """x becomes the best answer layer by layer, few enough to look at each."""

    @property
    @abstractmethod
    def sizes(self) -> list[int]:
        """Units of z_0 … z_K."""

    @abstractmethod
    def steps(self) -> list[Layer]:
        """g_1 … g_K, each a function of z (n,) and of its weights (m, n + 1)."""

    @abstractmethod
    def matrices(self, weights: Weights) -> list[Tensor]:
        """The weights of each layer, (m, n + 1): the bias is the last column."""


class Regressor(Capability, Energy[P], trait="regressor"):
    """The weights hold a regressor too, to be drawn beside the answers."""

    @abstractmethod
    def regress(self, weights: Weights, x: Tensor) -> Tensor:
        """The answer of least squared error: (N,) -> (N, 2)."""


class Embeds(Capability, Energy[P], trait="embeds"):
    """The energy is a distance of two embeddings."""

    @abstractmethod
    def embed(self, weights: Weights, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The two embeddings, (N, d) each."""


class Code(NamedTuple):
    """What an encoder takes z to be, q(z|y) = N(mean, s²): ⟨E⟩_q (N,), mean and s (N, d)."""

    energy: Tensor
    mean: Tensor
    s: Tensor


class Encodes(Capability, Energy[P], trait="encodes"):
    """An encoder says which z are likely, q(z|y); the prior of z is N(0, 1)."""

    @abstractmethod
    def encode(self, weights: Weights, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of q(z|y), (N, d) each."""

    @abstractmethod
    def expected(self, weights: Weights, rows: Tensor, nodes: Tensor, shares: Tensor) -> Code:
        """Σ_j shares_j E(y, m + s nodes_j), with nodes (S, d) for all rows or (N, S, d), and
        shares (S,).
        """


class Atoms(Capability, Energy[P], trait="atoms"):
    """A linear decoder adds up directions of its own."""

    @abstractmethod
    def atoms(self, weights: Weights) -> Tensor:
        """The directions, (d, 2)."""


class OwnSteps(Capability, Energy[P], trait="own-steps"):
    """A step is not an optimiser's: no loss is gone down."""

    @abstractmethod
    def own_step(self, weights: Weights, rows: Tensor, step: int, seed: int) -> Weights:
        """What it does instead, such as one sweep; everything random by (seed, step)."""


class Recalls(Capability, trait="recalls"):
    """Its steps recall a pattern."""


class Still(Capability, trait="still"):
    """There is nothing to train: all follows from the data and the parameters."""


class Attends(Capability, Energy[P], trait="attention"):
    """A state goes to the mean of what is stored, weighed by softargmax(βX'ξ)."""

    @property
    @abstractmethod
    def starts(self) -> int:
        """States that a picture begins with, along each axis."""

    @property
    @abstractmethod
    def updates(self) -> int:
        """Updates of each that it shows."""

    @abstractmethod
    def update(self, weights: Weights, states: Tensor, beta: float) -> Tensor:
        """The states after one update: (N, 2) -> (N, 2)."""
