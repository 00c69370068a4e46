"""The experiment on the number of wrong answers.

Arrays: `dimension_d` (n,), from 2; `dimension_tried` (m,), the numbers of wrong answers;
`dimension_needed` (n,): M*(D), NaN if not known, ∞ if more than the most; `dimension_share` (n, m),
`dimension_regular` (n,): what the network and K-means hold up, or NaN.

Metrics: `dimension_now`, `dimension_wrong`, `dimension_done`: the try under way, D, M and the part
of its updates that are done; `dimension_over`: 1 once all is measured.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import torch

from ebmviz.core.params import Affects, ParamSet, integer, real
from ebmviz.core.snapshot import Array
from ebmviz.engine.experiments.base.experiment import Findings, Tries
from ebmviz.engine.theory import dimension as experiment
from ebmviz.engine.weights import Weights

LEAST = 8
"""Wrong answers of the first try at each dimension; each further try has twice as many."""
FIRST = 2
"""The first dimension."""
UNKNOWN, NEVER = -1.0, -2.0
"""Not measured yet; not even by the most wrong answers that were tried."""
_WORK = 4096  # places that one step may look at, over all runs and updates
_UPDATES = 5  # in one step, at most


class DimensionParams(ParamSet, frozen=True):
    """How far the experiment goes, and how large each try is."""

    largest: Annotated[
        int,
        integer(
            "Largest",
            symbol="D",
            help="The experiment starts at D = 2 and ends here",
            affects=Affects.BUILD,
            low=2,
            high=10,
            slider=(2, 10),
        ),
    ] = 7
    most: Annotated[
        int,
        integer(
            "Most doublings",
            help="How often M may double at one dimension, beginning with 8 negatives; 9"
            " doublings are 4096",
            affects=Affects.BUILD,
            low=0,
            high=11,
            slider=(0, 11),
        ),
    ] = 9
    runs: Annotated[
        int,
        integer(
            "Runs",
            symbol="R",
            help="Independent runs over which each share is averaged",
            affects=Affects.BUILD,
            low=1,
            high=8,
            slider=(1, 8),
        ),
    ] = 3
    updates: Annotated[
        int,
        integer(
            "Updates",
            help="Optimiser steps of the network and of K-means, in each try",
            affects=Affects.BUILD,
            low=1,
            high=2000,
            slider=(50, 400),
        ),
    ] = 200
    hidden: Annotated[
        int,
        integer(
            "Hidden units",
            symbol="h",
            help="Units of each of the network’s two hidden layers",
            affects=Affects.BUILD,
            low=4,
            high=128,
            slider=(8, 64),
        ),
    ] = 48
    wanted: Annotated[
        float,
        real(
            "Share wanted",
            help="M*(D) is the least number of negatives with which this share of the tube"
            " around the data is held up",
            affects=Affects.BUILD,
            low=0.5,
            high=1,
            slider=(0.5, 1.0),
        ),
    ] = 0.9


class Dimension(Tries[DimensionParams]):
    """Curse of dimension

    Data on a circle in R^D, and a network that M random negatives push up: how many does it
    take until the tube around the circle is held up, as D grows? K-means, whose K codes limit what
    can be low, trains beside it without any. The numbers hold for this protocol: where any rise of
    the energy counts, far fewer negatives do.
    Formula: M*(D) = min { M : P(E(tube) > E_{95 %}(data) + m/2) ≥ share }
    Source: Notes on LeCun’s lectures: contrastive methods scale badly with dim(y)
    """

    kind = "dimension"
    order = 230
    Params = DimensionParams
    shows = "dimension"
    quantity = "loss of the network under way"

    def start(self, seed: int) -> Weights:
        """`at` (3,): the dimension, the doubling and the updates done; `needed` (largest + 1,):
        M*(D); `shares`, `regular` (largest + 1, most + 1): what the two methods held up by D and
        doubling; `loss` (1,): the network's at the last update; and the models, made anew by the
        first step of each try.
        """
        p = self.params
        tries = p.largest + 1, p.most + 1
        places = experiment.scenery(0, p.runs, FIRST, LEAST, p.largest)
        model = experiment.fresh_model(0, FIRST, LEAST, p.hidden, places)
        return {
            "at": torch.tensor([float(FIRST), 0.0, 0.0]),
            "needed": torch.full(tries[:1], UNKNOWN),
            "shares": torch.full(tries, UNKNOWN),
            "regular": torch.full(tries, UNKNOWN),
            "loss": torch.full((1,), experiment.MARGIN),
            **{k: torch.zeros_like(w) for k, w in model.items()},
        }

    def step(self, state: Weights, step: int, seed: int) -> Weights:
        """Some updates of the try under way; with its last one, the verdict."""
        p = self.params
        dim, doubling, done = (int(n) for n in state["at"])
        if dim > p.largest:
            return state
        wrong = LEAST << doubling
        device = state["at"].device
        drawn = experiment.scenery(seed, p.runs, dim, wrong, p.largest)
        places = experiment.Scenery(*(t.to(device) for t in drawn))
        model = {k: state[k] for k in state if k not in _RECORD}
        if done == 0:
            fresh = experiment.fresh_model(seed, dim, wrong, p.hidden, drawn)
            model = {k: w.to(device) for k, w in fresh.items()}
        count = max(1, min(_UPDATES, _WORK // (p.runs * wrong), p.updates - done))
        for _ in range(count):
            done += 1
            model, loss = experiment.updated(model, places, done)
        record = {k: state[k].clone() for k in _RECORD} | {"loss": loss[None]}
        if done == p.updates:
            share, regular = experiment.judged(model, places)
            record["shares"][dim, doubling], record["regular"][dim, doubling] = share, regular
            enough, last = share >= p.wanted, doubling == p.most
            if enough or last:
                record["needed"][dim] = wrong if enough else NEVER
                dim, doubling = dim + 1, 0
            else:
                doubling += 1
            done = 0
        record["at"] = state["at"].new_tensor([dim, doubling, done])
        return {**record, **model}

    def value(self, state: Weights) -> float:
        return float(state["loss"])

    def arrays(self, state: Weights) -> Findings:
        p = self.params
        found = {k: state[k].cpu().double().numpy() for k in ("at", "needed", "shares", "regular")}
        dim, doubling, done = found["at"]
        metrics = {
            "dimension_now": float(dim),
            "dimension_wrong": float(LEAST * 2**doubling),
            "dimension_done": float(done / p.updates),
            "dimension_over": float(dim > p.largest),
        }
        needed = np.where(found["needed"] == NEVER, np.inf, found["needed"])
        regular = found["regular"]
        seen = (regular >= 0).sum(1)
        arrays = {
            "dimension_d": np.arange(FIRST, p.largest + 1, dtype=float),
            "dimension_tried": LEAST * 2.0 ** np.arange(p.most + 1),
            "dimension_needed": _known(needed)[FIRST:],
            "dimension_share": _known(found["shares"])[FIRST:],
            "dimension_regular": _known(
                np.where(seen > 0, np.maximum(regular, 0).sum(1) / np.maximum(seen, 1), -1)
            )[FIRST:],
        }
        return Findings(arrays, metrics)


_RECORD = ("at", "needed", "shares", "regular", "loss")


def _known(values: Array) -> Array:
    """NaN for what is not measured."""
    return np.where(values < 0, np.nan, values)
