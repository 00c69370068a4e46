"""An experiment, to begin with: copy it to ebmviz/engine/experiments/, or load it with --plugin.

Works here as it stands; rename the file, the classes, `kind`, `shows`, then try something else.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import torch

from ebmviz.core.params import Affects, ParamSet, real
from ebmviz.engine.experiments.base.experiment import Experiment, Findings
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.weights import Weights


class NeedleParams(ParamSet, frozen=True):
    length: Annotated[
        float,
        real(
            "Needle",
            symbol="l",
            help="Its length; the lines are 1 apart",
            affects=Affects.BUILD,  # the trials before were of another needle
            low=0.01,
            high=1,
            slider=(0.1, 1.0),
        ),
    ] = 0.8


class Needle(Experiment[NeedleParams]):
    """Buffon’s needle

    A hundred needles fall at each step; how many cross a line says what π is.
    Formula: P(cross) = 2l/π
    Source: Buffon 1777
    """

    kind = "needle"  # its name in --set experiment.kind=… and in session files
    Params = NeedleParams
    shows = "needle"  # the need and the figure, experiment_figure.py, in the map's place
    quantity = "share of crossings"  # what `value` is

    def start(self, seed: int) -> Weights:
        return {"crossed": torch.zeros(1), "fallen": torch.zeros(1)}

    def step(self, state: Weights, step: int, seed: int) -> Weights:
        middle, angle = stream(seed, Stream.TRIALS, step).random((2, 100))
        crossed = int((middle <= self.params.length * np.sin(np.pi * angle)).sum())
        return {"crossed": state["crossed"] + crossed, "fallen": state["fallen"] + 100}

    def value(self, state: Weights) -> float:
        return float(state["crossed"] / state["fallen"].clamp(min=1))

    def arrays(self, state: Weights) -> Findings:  # what is not known yet is left out
        return Findings({f"needle_{name}": each.numpy() for name, each in state.items()})
