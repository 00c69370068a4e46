"""Numbers at the ends of what may be asked for, alone and together, break nothing."""

from __future__ import annotations

import random

import pytest
import torch

from ebmviz.core import assets, library
from ebmviz.core.errors import NumericError
from ebmviz.core.scene import replace
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.regularizers.regularizer import Regularizer, RegularizerParams
from tests.benchmarks.faults import numbers
from tests.scenes import CATALOGUE

ONCE = {
    # Bounds that no weight of float32 reaches: as none.
    "no clip": ("horn", {"regularizer.clip": 1e300}),
    "no spectral bound": ("horn", {"regularizer.spectral": 3.5e38}),
    # No largest singular value is found of weights that have diverged.
    "spectral, diverged": (
        "implicit-regression",
        {"regularizer.spectral": 1e6, "optimizer.lr": 1e4, "energy.layers": 6},
    ),
}


@pytest.mark.parametrize(("name", "changes"), ONCE.values(), ids=ONCE)
def test_what_once_broke_does_not(name: str, changes: dict[str, float]) -> None:
    assert not numbers.tried(name, changes, CATALOGUE).fault


@pytest.mark.parametrize("name", assets.scene_names())
def test_several_settings_at_their_ends(name: str) -> None:
    dice = random.Random(name)
    for changes in numbers.together(name, CATALOGUE, dice, 1):
        small = {
            path: min(value, 500) if path in LONG else value for path, value in changes.items()
        }
        case = numbers.tried(name, small, CATALOGUE)
        assert not case.fault, case


LONG = ("view.resolution", "data.count", "energy.latents", "energy.hidden", "sampler.chains")
"""In a small size: the largest are tried by the benchmark."""


def test_a_bound_leaves_what_is_not_finite_to_be_found() -> None:
    kept = Regularizer(RegularizerParams(spectral=0.5)).kept_in(
        {"w": torch.tensor([[3.0, 0.0], [float("inf"), 4.0]])}
    )
    assert not bool(kept["w"].isfinite().all())


def test_a_loss_that_is_not_known_is_absent() -> None:
    scene = replace(
        library.scene("ellipse", CATALOGUE), {"optimizer.lr": 1e4, "device": "cpu"}, CATALOGUE
    )
    engine = Engine(scene)
    assert "loss" not in engine.metrics()
    with pytest.raises(NumericError, match="diverged"):
        engine.train(9)
    assert engine.state.step == 0
    assert "loss" not in engine.metrics()
