"""Chains over a box whose ends are the wrong answers of a loss."""

from __future__ import annotations

import math
from functools import cache
from typing import Annotated, Any, Literal

from ebmviz.core import scan
from ebmviz.core.params import Affects, Param, choice, integer, real
from ebmviz.engine import plugged
from ebmviz.engine import samplers as folder
from ebmviz.engine.losses.base.answers import reach_param
from ebmviz.engine.losses.base.loss import LossParams, training_beta
from ebmviz.engine.samplers.base.sampler import Sampler, Tuning
from ebmviz.engine.source import piece

Start = Literal["data", "noise", "buffer"]
"""Where chains begin."""


def samplers() -> dict[str, type[Sampler[Any]]]:
    """By kind, in the order of menus: those that a loss can tune, of plug-ins too."""
    found = [*_built_in(), *plugged.classes(Sampler)]
    return {cls.kind: cls for cls in found if cls.tuned_by}


@cache
def _built_in() -> tuple[type[Sampler[Any]], ...]:
    found = [cls for module in scan.modules(folder) for cls in scan.classes(module, Sampler)]
    return tuple(sorted(found, key=lambda cls: cls.order))


def _those(tuned_by: str, without: bool = False) -> str:
    """A condition: the sampler is one that takes this, or one without it."""
    return "|".join(
        f"objective.chain={kind}"
        for kind, cls in samplers().items()
        if (tuned_by in cls.tuned_by) is not without
    )


def chain_param() -> Param:
    """Which sampler."""
    return choice(
        "Chains",
        {kind: sampler.describe().title for kind, sampler in samplers().items()},
        help="Adjusted chains (MALA) have a Metropolis test, which leaves P unchanged, and"
        " bounded drifts. Unadjusted ones overshoot where walls are steep, and training"
        " then makes these steeper. Hamiltonian ones (HMC) keep their direction along a"
        " trajectory, where others walk at random: for the same number of gradients they"
        " go farther",
        affects=Affects.TRAIN,
        formulas={kind: sampler.says() for kind, sampler in samplers().items()},
    )


def leaps_param() -> Param:
    """Leapfrog steps of a sampler that takes them, L."""
    return integer(
        "Leapfrog steps",
        symbol="L",
        help="Per trajectory, from one Metropolis test to the next",
        affects=Affects.TRAIN,
        low=1,
        high=200,
        slider=(1, 20),
        when=(_those("leaps"),),
    )


def noise_param() -> Param:
    """Of a sampler whose noise follows β, τ."""
    return real(
        "Noise",
        symbol="τ",
        help="Factor on the noise: 1 samples at β, less at the colder β/τ²; 0 is descent"
        " without noise",
        affects=Affects.TRAIN,
        low=0,
        high=100,
        slider=(0.0, 2.0),
        when=(_those("noise", without=True),),
    )


def spread_param() -> Param:
    """Of a sampler with a noise of its own, s."""
    return real(
        "Noise",
        symbol="s",
        help="Standard deviation of the noise of a step, whatever β: it samples at β = 2h/s²."
        " JEM’s h = 1, s = 0.01 is β = 20 000, and too long a step for two dimensions",
        affects=Affects.TRAIN,
        low=0,
        high=1e3,
        slider=(1e-3, 1.0),
        log=True,
        when=(_those("noise"),),
    )


def steps_param() -> Param:
    """How many, k."""
    return integer(
        "Steps",
        symbol="k",
        help="Steps of a chain for each update: more bring ŷ nearer to what the chains sample",
        affects=Affects.TRAIN,
        low=1,
        high=1000,
        slider=(1, 60),
    )


class ChainParams(LossParams, frozen=True):
    """Of chains of any sampler, within a box around the data."""

    chain: Annotated[str, chain_param] = "mala"
    steps: Annotated[int, steps_param()] = 10
    step: Annotated[
        float,
        real(
            "Step",
            symbol="h",
            help="A step drifts by −h ∇F: above 2 / (largest curvature) it overshoots. A"
            " leapfrog step of Hamiltonian chains takes the time ε = √(2h), and drifts as"
            " far",
            affects=Affects.TRAIN,
            low=0,
            high=5e3,
            slider=(1e-4, 1.0),
            log=True,
        ),
    ] = 0.02
    leaps: Annotated[int, leaps_param] = 3
    noise: Annotated[float, noise_param] = 1.0
    spread: Annotated[float, spread_param] = 0.2
    reach: Annotated[float, reach_param("samples go", more="; there they are mirrored")] = 0.5

    @property
    def kept(self) -> tuple[int, float] | None:
        """Places that are kept from step to step, and the part of the chains that starts anew."""
        return None

    def walk(self) -> tuple[Sampler[Any], int]:
        """The sampler, and how many of its steps a chain takes for an update."""
        by = Tuning(self.step, self.leaps, self.spread)
        return samplers()[self.chain].tuned(by), self.steps

    def colder(self, beta: float) -> float:
        """β of the chains of a loss at β."""
        return beta / self.noise**2 if self.noise**2 > 0 else math.inf


class SampledParams(ChainParams, frozen=True):
    """Of chains over y, at a β of choice."""

    beta: Annotated[
        float,
        training_beta(
            "Inverse temperature of P(y), which the chains are to sample, and of the free energy"
            " where there is a latent",
            low=1e-6,
            inf=False,
        ),
    ] = 1.0


def buffer_param() -> Param:
    """How many places it holds, B."""
    return integer(
        "Buffer",
        symbol="B",
        help="Places that are kept from one update to the next; chains start there",
        affects=Affects.TRAIN,
        low=1,
        high=100_000,
        slider=(10, 2000),
    )


def renewed_param() -> Param:
    """How many chains begin anew, ρ."""
    return real(
        "Renewed",
        symbol="ρ",
        help="Share of the chains that start again at each update, uniformly in the box",
        affects=Affects.TRAIN,
        low=0,
        high=1,
        slider=(0.0, 1.0),
    )


class BufferParams(SampledParams, frozen=True):
    """Of chains that go on where the last step's ended."""

    buffer: Annotated[int, buffer_param()] = 1000
    renewed: Annotated[float, renewed_param()] = 0.05

    @property
    def kept(self) -> tuple[int, float]:
        return self.buffer, self.renewed


_SCRIPT_BOX = """
    # Samples stay in a box: the range of the data, widened on each side.
    x = ‹places›
    wide = x.amax(0) - x.amin(0)
    room = torch.maximum(‹reach› * wide, 1e-3 * wide.amax())
    low, high = x.amin(0) - room, x.amax(0) + room


    def mirrored(x):
        # the sides of the box are mirrors
        wide = high - low
        return high - (torch.remainder(x - low, 2 * wide) - wide).abs()


    def force(w, x):
        # the energy at places x, and its slope
        x = x.detach().requires_grad_()
        value = ‹field›
        (slope,) = torch.autograd.grad(value.sum(), x)
        return value.detach(), slope
"""
_SCRIPT_DATA = """
    def samples(w, data, step):
        # where chains from the data end
        state = np.random.SeedSequence([SEED, CHAINS, step]).generate_state(1)[0]
        return chains(w, data, torch.Generator().manual_seed(int(state)))
"""
_SCRIPT_NOISE = """
    def samples(w, data, step):
        # where chains from anywhere in the box end
        share = torch.from_numpy(stream(CHAINS, step).random(data.shape)).float()
        x = low + share * (high - low)
        state = np.random.SeedSequence([SEED, CHAINS, step]).generate_state(1)[0]
        return chains(w, x, torch.Generator().manual_seed(int(state)))
"""
_SCRIPT_BUFFER = """
    # Places that chains go on from, at first anywhere.
    share = torch.from_numpy(stream(BUFFER).random((‹buffer›, len(low)))).float()
    kept = low + share * (high - low)


    def samples(w, data, step):
        # where chains end that go on from the buffer, some of them from new places
        random = stream(CHAINS, step)
        anywhere = low + torch.from_numpy(random.random(data.shape)).float() * (high - low)
        chosen = torch.from_numpy(random.permutation(len(kept))[: len(data)])
        anew = torch.from_numpy(random.random(len(chosen)) < ‹renewed›)
        x = torch.where(anew[:, None], anywhere[: len(chosen)], kept[chosen])
        state = np.random.SeedSequence([SEED, CHAINS, step]).generate_state(1)[0]
        x = chains(w, x, torch.Generator().manual_seed(int(state)))
        kept[chosen] = x
        return x[torch.arange(len(data)) % len(x)]
"""
_SCRIPT_STARTS: dict[Start, str] = {
    "data": _SCRIPT_DATA,
    "noise": _SCRIPT_NOISE,
    "buffer": _SCRIPT_BUFFER,
}


def script_of_chains(
    params: ChainParams, start: Start, beta: float, places: str, field: str
) -> str:
    """Of a script: samples(w, data, step), for data whose places are those of the rows, and for
    the energy `field` of w and x; "" where there is none yet.
    """
    sampler, steps = params.walk()
    chains = sampler.script_of_chains(steps, params.colder(beta))
    if not chains:
        return ""
    buffer, renewed = params.kept or (0, 0.0)
    box = piece(_SCRIPT_BOX, reach=params.reach, places=places, field=field)
    samples = piece(_SCRIPT_STARTS[start], buffer=buffer, renewed=renewed)
    return f"{box}\n\n{chains}\n\n{samples}"
