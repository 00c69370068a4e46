"""How many patterns a classical Hopfield network holds: each step is one trial.

Arrays: `capacity_load`, `capacity_overlap` (L,): of the loads P/N measured so far. Metrics:
`capacity_rounds`, how often every load was measured; `capacity_bend`, the load where the overlap
falls through 0.967, once it does.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import torch

from ebmviz.core.params import Affects, ParamSet, integer, real
from ebmviz.core.snapshot import Array
from ebmviz.engine.experiments.base.experiment import Experiment, Findings
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.theory import hopfield
from ebmviz.engine.weights import Weights

LEAST, POINTS = 0.02, 24


class CapacityParams(ParamSet, frozen=True):
    """The network and its loads."""

    units: Annotated[
        int,
        integer(
            "Units",
            symbol="N",
            help="Size of the network; the larger, the sharper the bend",
            affects=Affects.BUILD,
            low=20,
            high=1000,
            slider=(50, 400),
        ),
    ] = 100
    most: Annotated[
        float,
        real(
            "Highest load",
            symbol="P/N",
            help="The last of the loads that are measured, in equal steps",
            affects=Affects.BUILD,
            low=0.05,
            high=1.0,
            slider=(0.1, 0.5),
        ),
    ] = 0.25
    flips: Annotated[
        float,
        real(
            "Flipped",
            help="The share of a pattern’s units that start with the wrong sign",
            affects=Affects.BUILD,
            low=0,
            high=0.5,
            slider=(0.0, 0.4),
        ),
    ] = 0.0


class HopfieldCapacity(Experiment[CapacityParams]):
    """Hopfield capacity

    An experiment: each step stores new random patterns at the next load P/N, and recalls them.
    Large networks hold 0.138 N patterns; beyond, recall fails abruptly.
    Formula: m(P/N) = ⟨ξ·s/N⟩, s recalled from ξ
    Source: Hopfield 1982; Amit, Gutfreund and Sompolinsky 1985
    """

    kind = "hopfield-capacity"
    order = 260
    Params = CapacityParams
    shows = "capacity"
    traits = ("recalls",)
    quantity = "mean error 1 − m over all loads"

    def loads(self) -> Array:
        """P/N of every trial, (L,), P being whole."""
        patterns = np.round(np.linspace(LEAST, self.params.most, POINTS) * self.params.units)
        loads: Array = np.maximum(1, patterns) / self.params.units
        return loads

    def start(self, seed: int) -> Weights:
        return {"error": torch.zeros(POINTS), "runs": torch.zeros(POINTS)}

    def step(self, state: Weights, step: int, seed: int) -> Weights:
        """One trial more: `error` is the mean of 1 − m at each load, over so many trials."""
        p, k = self.params, step % POINTS
        rng = stream(seed, Stream.TRIALS, step)
        m = hopfield.capacity_trial(p.units, float(self.loads()[k]), rng, flips=p.flips)
        error, runs = state["error"].clone(), state["runs"].clone()
        runs[k] += 1
        error[k] += (1 - m - error[k]) / runs[k]
        return {"error": error, "runs": runs}

    def value(self, state: Weights) -> float:
        return float(state["error"].mean())

    def arrays(self, state: Weights) -> Findings:
        runs = state["runs"].cpu().numpy()
        load = self.loads()[runs > 0]
        overlap = 1 - state["error"].cpu().numpy()[runs > 0]
        metrics = {"capacity_rounds": float(runs.min())}
        if (bend := hopfield.bend(load.tolist(), overlap.tolist())) is not None:
            metrics["capacity_bend"] = bend
        return Findings({"capacity_load": load, "capacity_overlap": overlap}, metrics)
