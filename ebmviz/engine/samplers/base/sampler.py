"""The interface of a sampler: nothing is hidden, so a run can be paused, stepped and retuned."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple, Self, TypeVar

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, choice, integer, real
from ebmviz.engine.capability import Capability
from ebmviz.engine.component import Component
from ebmviz.engine.streams import drawn

if TYPE_CHECKING:
    from ebmviz.engine.samplers.base.quadrature import Cells

Field = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Places (N, D) -> F (N,) and ∇F (N, D)."""
Box = tuple[float, float, float, float]
"""left, right, bottom, top."""


class SamplerParams(ParamSet, frozen=True):
    chains: Annotated[
        int,
        integer(
            "Chains",
            symbol="N",
            help="How many chains walk at the same time; 0 is none",
            affects=Affects.DRAW,
            low=0,
            high=20_000,
            slider=(0, 10_000),
        ),
    ] = 1000
    start: Annotated[
        str,
        choice(
            "Start",
            {"window": "Uniform in the window", "data": "At the data", "probe": "At the probe y′"},
            affects=Affects.DRAW,
        ),
    ] = "window"
    pace: Annotated[
        float,
        real(
            "Pace",
            help="Steps of every chain per second; ∞ is as fast as possible",
            affects=Affects.DRAW,
            low=0.1,
            slider=(1, 1000),
            log=True,
            inf=True,
            unit="steps/s",
        ),
    ] = 60.0


P = TypeVar("P", bound=SamplerParams)


class Chains(NamedTuple):
    """N chains: where they are, and F and ∇F there. hotter: replicas of them at lower β, one level
    after the other, where the sampler has some. cells: the density of this landscape by quadrature,
    where the sampler draws from that.
    """

    y: Tensor
    """(N, D)"""
    energy: Tensor
    """(N,)"""
    slope: Tensor
    """(N, D)"""
    hotter: Chains | None = None
    cells: Cells | None = None

    def on(self, device: torch.device) -> Chains:
        """The same places there; `Sampler.again` finds what else belongs to them."""
        y, energy, slope = (part.to(device) for part in self[:3])
        return Chains(y, energy, slope, self.hotter and self.hotter.on(device))


class Info(NamedTuple):
    """What a step did. accepted (N,): the probability with which its move was taken."""

    accepted: Tensor
    path: Tensor | None = None
    """(L + 1, N, D): the places on the way, where there is a way."""
    swapped: Tensor | None = None
    """(N,): the mean probability with which replicas of a chain changed places."""


class Tuning(NamedTuple):
    """How a loss wants its chains to step. step: h, of a Langevin step; leaps: L, of a trajectory;
    noise: s, where that is apart from h.
    """

    step: float
    leaps: int
    noise: float


class Sampler(Component[P]):
    """Chains whose density tends to p ∝ exp(−βF), which a step leaves unchanged unless it is
    `Unadjusted`.
    """

    part: ClassVar[str] = "sampler"
    requires: ClassVar[dict[str, str]] = {
        "continuous|joint": "it has classes to choose among, not places to walk to",
        "plane:y|joint": "chains walk over a plane whose density is P",
    }

    def implied(self, beta: float) -> float:
        """β of the density that chains walk by, asked for β."""
        return beta

    tuned_by: ClassVar[tuple[str, ...]] = ()
    """What of a `Tuning` it takes, each a parameter of its own; losses offer no chains of those
    that take nothing.
    """

    def script_of_chains(self, steps: int, beta: float) -> str:
        """Its part of a program that stands alone, see `ebmviz.script`: chains(w, x, chance), where
        places x end after so many steps; mirrored(x) keeps them in a box, and force(w, x) is the
        energy there and its slope. "" where it has none yet.
        """
        return ""

    tuned_step: ClassVar[str] = ""
    """A step of the chains of a loss as a formula: of what its `Tuning` has, h, L and s, and of the
    τ by which they are at β/τ² where the loss is at β; empty where their own formula says it.
    """

    @classmethod
    def says(cls) -> str:
        """The formula of a step of the chains of a loss."""
        own = cls.describe()
        return cls.tuned_step or own.formula or own.title

    @classmethod
    def tuned(cls, by: Tuning) -> Self:
        """One for the chains of a loss."""
        return cls(cls.Params(**{name: getattr(by, name) for name in cls.tuned_by}))  # type: ignore[arg-type]

    def init(self, field: Field, y: Tensor) -> Chains:
        """Chains at y (N, D)."""
        return Chains(y, *field(y))

    def again(self, field: Field, chains: Chains) -> Chains:
        """The same places on another landscape."""
        return self.init(field, chains.y)

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        """The chains after one step at β in ]0, ∞]; the arguments are not changed."""
        raise NotImplementedError


class Unadjusted(Capability, trait="unadjusted"):
    """Takes every move, so a step beyond 2/λ_max(∇²F) lets chains fly apart, and a long one biases
    them.
    """


class Leapfrogs(Capability, trait="leapfrog"):
    """Moves by leapfrog steps, which are stable up to 2/√λ_max(∇²F)."""


class Boxed(Capability):
    """Draws within a box of its own, the one that ln Z is summed over."""

    box: Box

    def within(self, box: Box) -> Self:
        """The same sampler of another box."""
        raise NotImplementedError


class Independent(Capability):
    """Draws every place anew: no chain has a way from one place to the next."""


class Swapping(Capability):
    """Lets chains change places with replicas of theirs: their ways leap."""


def normal(like: Tensor, generator: torch.Generator) -> Tensor:
    """ξ ~ N(0, 1) of the shape, type and device of `like`, drawn where the generator is."""
    return drawn(torch.randn, like, generator)


def uniform(like: Tensor, generator: torch.Generator) -> Tensor:
    """u in [0, 1[, likewise."""
    return drawn(torch.rand, like, generator)


def adjusted_langevin(
    chains: Chains,
    field: Field,
    h: float,
    beta: Tensor,
    generator: torch.Generator,
    longest: float = math.inf,
) -> tuple[Chains, Tensor]:
    """A Langevin step of size h at β, () or (N,), taken or not as Metropolis and Hastings ask for:
    the chains after it, and the probability of taking it. longest: of the drift h ∇F, in standard
    deviations of the noise; a longer one is cut. At β = ∞ whatever does not climb is taken.
    Source: Roberts and Tweedie 1996, MALA and MALTA
    """
    spread = (2 * h / beta).sqrt()
    spread = spread[:, None] if spread.dim() else spread

    def drift(slope: Tensor) -> Tensor:
        move = h * slope
        if math.isinf(longest):
            return move
        most = torch.where(spread > 0, longest * spread, torch.inf)
        length = torch.linalg.vector_norm(move, dim=1, keepdim=True)
        shorter: Tensor = move * (most / length.clamp(min=1e-30)).clamp(max=1)
        return shorter

    away = chains.y - drift(chains.slope)
    y = away + spread * normal(chains.y, generator)
    moved = Chains(y, *field(y))
    there = (y - away).square().sum(1)
    back = (chains.y - (y - drift(moved.slope))).square().sum(1)
    hastings = torch.where(beta.isinf(), 0.0, (there - back) / (4 * h))
    gain = chains.energy - moved.energy + hastings
    return taken(chains, moved, weighed(beta, gain), generator)


def weighed(beta: Tensor, gain: Tensor) -> Tensor:
    """β · gain, (N,); at β = ∞ 0 where there is no loss, else −∞."""
    never = torch.where(gain >= 0, 0.0, -torch.inf).to(gain)
    return torch.where(beta.isinf(), never, beta * gain)


def taken(
    before: Chains, after: Chains, log_ratio: Tensor, generator: torch.Generator
) -> tuple[Chains, Tensor]:
    """Metropolis: each chain moves with probability min(1, e^log_ratio), which is returned too.

    A move to where F is not finite is never taken.
    """
    sound = log_ratio.isfinite() & after.energy.isfinite()
    log_ratio = torch.where(sound, log_ratio, -torch.inf)
    move = uniform(log_ratio, generator).log() < log_ratio
    chains = Chains(
        torch.where(move[:, None], after.y, before.y),
        torch.where(move, after.energy, before.energy),
        torch.where(move[:, None], after.slope, before.slope),
    )
    return chains, log_ratio.clamp(max=0).exp()
