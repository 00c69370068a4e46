"""Classical and dense Hopfield networks: steps recall a stored pattern."""

from __future__ import annotations

import base64
import math
from typing import Annotated, cast

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, ParamSet, choice, integer, real, table
from ebmviz.core.view import BETA_LOW
from ebmviz.engine.energies.base.capabilities import OwnSteps, Recalls
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.theory import hopfield
from ebmviz.engine.weights import Weights

_TENTH = 10


class HopfieldParams(ParamSet, frozen=True):
    memory: Annotated[
        str,
        choice(
            "Memory",
            {"classical": "Classical", "dense": "Dense, power n", "exponential": "Exponential"},
            help="Classical holds 0.138 patterns per unit, the power n of the order of N^{n−1} in"
            " all, the exponential exponentially many",
            affects=Affects.TRAIN,
        ),
    ] = "classical"
    power: Annotated[
        int,
        integer(
            "Power",
            symbol="n",
            help="Exponent n of ξ·s in the dense energy; 2 is the classical network",
            affects=Affects.TRAIN,
            low=2,
            high=12,
            slider=(2, 8),
            when=("energy.memory=dense",),
        ),
    ] = 3
    update: Annotated[
        str,
        choice(
            "Update",
            {
                "asynchronous": "Asynchronous",
                "synchronous": "Synchronous",
                "bath": "Heat bath",
            },
            help="Asynchronous: one unit after the other, E never rises. Synchronous: all at once,"
            " which may end in a cycle of two. Heat bath: a unit flips by chance",
            affects=Affects.TRAIN,
        ),
    ] = "asynchronous"
    bath: Annotated[
        float,
        real(
            "Heat bath β",
            symbol="β",
            help="P(flip) = 1 / (1 + exp(β ΔE)): below β = 1 a classical network forgets",
            affects=Affects.TRAIN,
            low=0,
            slider=(BETA_LOW, 1e2),
            log=True,
            inf=True,
            thermometer=True,
            when=("energy.update=bath",),
        ),
    ] = 4.0
    units: Annotated[
        str,
        choice(
            "Per step",
            {"unit": "One unit", "tenth": "A tenth of the units", "sweep": "Every unit once"},
            help="Units in a random order, each once per sweep",
            affects=Affects.TRAIN,
            when=("energy.update=asynchronous|energy.update=bath",),
        ),
    ] = "unit"
    start: Annotated[
        str,
        choice(
            "Start",
            {"noisy": "Noisy pattern", "random": "Random", "painted": "Painted"},
            help="The state before the first step; click its cells to paint it",
            affects=Affects.BUILD,
        ),
    ] = "noisy"
    pattern: Annotated[
        int,
        integer(
            "Pattern",
            symbol="k",
            help="The pattern that is made noisy; numbers beyond the last begin again with the"
            " first",
            affects=Affects.BUILD,
            low=1,
            high=64,
            slider=(1, 8),
            when=("energy.start=noisy",),
        ),
    ] = 1
    flips: Annotated[
        float,
        real(
            "Flipped",
            help="The share of its units that start with the wrong sign",
            affects=Affects.BUILD,
            low=0,
            high=1,
            slider=(0.0, 0.5),
            when=("energy.start=noisy",),
        ),
    ] = 0.25
    state: Annotated[str, table("State", affects=Affects.BUILD, hidden=True)] = ""


class Hopfield(Recalls, OwnSteps[HopfieldParams]):
    """Hopfield network

    Stored patterns are minima over the corners of a cube, as long as they are few. Recall goes from
    corner to corner: each unit takes the sign of lower energy, until no single flip lowers it.
    Updated all at once, units may end in a cycle; in a heat bath they flip by chance.
    Formula: E(s) = −½ Σ_{i≠j} W_{ij} s_i s_j, W = (1/N) Σ_μ ξ_μ ξ_μ'; dense: E(s) = −Σ_μ F(ξ_μ·s)
    Source: Hopfield 1982; Krotov and Hopfield 2016; Demircigil et al. 2017
    """

    kind = "hopfield"
    order = 240
    Params = HopfieldParams
    main = "hopfield"
    takes = "patterns"

    @property
    def memory(self) -> hopfield.Memory:
        """What stores the patterns."""
        return cast(hopfield.Memory, self.params.memory)

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        """Raises UserError for a painted state of another grid."""
        patterns, p = rows.float(), self.params
        size = patterns.shape[1]
        if p.start == "noisy":
            state = patterns[(p.pattern - 1) % len(patterns)].clone()
            state[torch.randperm(size, generator=generator)[: round(p.flips * size)]] *= -1
        elif p.start == "painted" and p.state:
            state = _painted(p.state, size)
        else:
            state = torch.randint(0, 2, (size,), generator=generator) * 2.0 - 1
        return {"state": state[None], "patterns": patterns}

    def accepts(self, weights: Weights, rows: Tensor) -> bool:
        """Other patterns are another memory."""
        held = weights["patterns"]
        return held.shape == rows.shape and torch.equal(held, rows.to(held))

    def own_step(self, weights: Weights, rows: Tensor, step: int, seed: int) -> Weights:
        p, patterns, state = self.params, weights["patterns"], weights["state"]
        if p.update == "synchronous":
            after = hopfield.synchronous(self.memory, patterns, state, p.power)
            return {**weights, "state": after}
        size = state.shape[1]
        count = {"unit": 1, "tenth": math.ceil(size / _TENTH), "sweep": size}[p.units]
        sweep, part = divmod(step, math.ceil(size / count))
        order = stream(seed, Stream.ORDER, sweep).permutation(size)
        some = order[part * count : (part + 1) * count].tolist()
        draws, beta = None, math.inf
        if p.update == "bath":
            chance = stream(seed, Stream.HEAT, step).random((len(some), 1))
            draws, beta = torch.from_numpy(chance).to(state), p.bath
        after = hopfield.update(
            self.memory, patterns, state, some, draws=draws, beta=beta, power=p.power
        )
        return {**weights, "state": after}

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """E of the state, whatever the row."""
        energy = hopfield.energy_of(
            self.memory, weights["patterns"], weights["state"], self.params.power
        )
        return energy.expand(len(rows))


def _painted(table: str, size: int) -> Tensor:
    """The signs of a table, (N,)."""
    raw = base64.b64decode(table)
    if len(raw) != 8 * size:
        raise UserError(
            f"energy.state: the painted state is not of {size} units: choose another start"
        )
    values = np.frombuffer(raw, "<f8")
    return torch.from_numpy(np.where(values > 0, 1.0, -1.0)).float()
