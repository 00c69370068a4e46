"""Every energy trains under every loss, is saved, and goes on bit for bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.optimizers.base.optimizer import Optimizer
from tests.engine.contracts.components import (
    FEW,
    NEEDS,
    PAIRS,
    AnyComponent,
    family,
    gentle,
    kinds,
    make,
    mapped,
    name,
    of,
    offered,
    scene,
    structure,
)
from tests.pairwise import covering
from tests.slow import SLOW, sparing

STEPS, FEW_STEPS = 200, 20  # without a NaN, of every energy under every loss; of the few each run


TRAINED = [
    *(pytest.param(*pair, FEW_STEPS, id=kinds(pair)) for pair in FEW),
    *(pytest.param(*pair, STEPS, id=f"{kinds(pair)}-long", marks=SLOW) for pair in PAIRS),
]


@pytest.mark.parametrize(("energy", "loss", "steps"), TRAINED)
def test_every_energy_trains_under_every_loss_that_it_is_offered(
    energy: AnyComponent, loss: AnyComponent, steps: int
) -> None:
    adam = next(c for c in of(Optimizer) if c.kind == "adam")
    engine = Engine(gentle(scene(energy, loss, adam)))
    engine.train(steps)
    assert engine.state.step == steps
    assert math.isfinite(engine.metrics()["mean_energy"])
    assert all(math.isfinite(v) for v in engine.history.losses[1:])


COMBINATIONS = dict.fromkeys(
    [
        *((offered(Dataset, e)[0], e, loss, of(Optimizer)[0]) for e, loss in PAIRS),
        *(
            (d, e, offered(Loss, e)[0], of(Optimizer)[0])
            for d in of(Dataset)
            for e in of(Energy)
            if d in offered(Dataset, e)
        ),
        *(
            (offered(Dataset, e)[0], e, offered(Loss, e)[0], o)
            for e in of(Energy)[:2]
            for o in of(Optimizer)
        ),
    ]
)
SAVED = covering(
    COMBINATIONS,
    lambda c: c[1],
    lambda c: (structure(c[1]), family(c[2])),
    lambda c: c[2],
    lambda c: c[0],
    lambda c: c[3],
)


@pytest.mark.parametrize(
    ("data", "energy", "loss", "optimizer"), sparing(COMBINATIONS, SAVED, kinds)
)
def test_any_combination_is_saved_and_follows_from_the_seed(
    data: AnyComponent, energy: AnyComponent, loss: AnyComponent, optimizer: AnyComponent
) -> None:
    chosen = (data, energy, loss, optimizer)
    one, two, loaded = (Engine(gentle(scene(*chosen))) for _ in range(3))
    needs = NEEDS if mapped(energy) else ("curves",)
    one.train(7)
    two.train(3)
    loaded.restore(two.checkpoint())
    loaded.train(4)
    expected, found = one.checkpoint().weights, loaded.checkpoint().weights
    assert expected.keys() == found.keys()
    for key, array in expected.items():
        assert array.tobytes() == found[key].tobytes(), key
    ours, theirs = one.snapshot(needs), loaded.snapshot(needs)
    assert ours.metrics == theirs.metrics
    for key, array in ours.arrays.items():
        assert np.array_equal(array, theirs.arrays[key], equal_nan=True), key
        assert key in ("section_beta", "curve_loss") or np.isfinite(array).all(), key


@pytest.mark.parametrize("cls", of(Optimizer), ids=name)
def test_an_optimiser_of_rate_zero_moves_nothing(cls: AnyComponent) -> None:
    optimizer = make(cls, lr=0.0)
    weights = {"w": torch.tensor([1.0, -2.0])}
    slots = optimizer.init(weights)
    assert all(key.endswith("/w") for key in slots), "a slot is named slot/weight"
    moved, after = optimizer.update(weights, {"w": torch.ones(2)}, slots, 1)
    assert torch.equal(moved["w"], weights["w"])
    assert after.keys() == slots.keys()
