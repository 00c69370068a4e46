"""Legends say what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core.plot import Curve, Points
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.model.opening import opened
from ebmviz.figures import loss_curve
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import chains
from ebmviz.figures.registry import offered
from ebmviz.figures.slots import cards, choices
from ebmviz.figures.words.formula import formula
from tests.scenes import built_in


@pytest.mark.parametrize(
    ("count", "label"),
    [
        (1, "1 chain ŷ"),
        (900, "900 chains ŷ"),
        (10_000, "10\N{NO-BREAK SPACE}000 chains ŷ, one in 3 drawn"),
    ],
)
def test_thousands_of_chains_are_grouped(count: int, label: str) -> None:
    arrays = {"chains": np.zeros((min(count, 4000), 2), np.float32)}
    shot = Shot(built_in("ellipse", {}), Snapshot(0, 0, arrays, {"sampler_count": float(count)}))
    (marks,) = [x for x in chains.draw(shot) if isinstance(x, Points)]
    assert marks.label == label


def test_the_loss_of_the_tries_is_not_an_energy_of_data() -> None:
    scene = built_in("dimension", {}, energy__updates=5, energy__most=1)
    engine = opened(scene)
    engine.train(3)
    plot = loss_curve.draw(Shot(scene, engine.snapshot(loss_curve.FIGURE.needs)))
    (curve,) = [x for x in plot.layers if isinstance(x, Curve)]
    assert (curve.label, plot.y.label) == ("network, try under way", "loss")
    assert curve.y[-1] == pytest.approx(float(engine.weights["loss"]))


@pytest.mark.parametrize(
    "name", ["hopfield", "hopfield-capacity", "hopfield-modern", "information"]
)
def test_no_loss_where_no_step_goes_down_one(name: str) -> None:
    scene = built_in(name, {}, view__cards="loss-curve")
    for shown in (cards(scene), choices(scene)):
        assert "loss-curve" not in [figure.name for figure in shown]
    assert "loss-curve" not in offered(scene)


def test_the_line_under_3_d_is_of_the_energy() -> None:
    flat = built_in("ellipse", {}, view__picture="probability")
    assert formula(flat).startswith("P = exp(−βF)")
    assert formula(built_in("ellipse", {}, view__picture="probability", view__dimension="3-D")) == (
        formula(built_in("ellipse", {}))
    )
