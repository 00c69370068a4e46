"""The loss curve is the history."""

from __future__ import annotations

import base64
import dataclasses

import msgspec
import numpy as np

from ebmviz.core.plot import Curve, Points, Rule
from ebmviz.core.rows import encode_points
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import loss_curve
from ebmviz.figures.base.figure import Shot
from tests.figures.drawing import layers, shot, sound
from tests.scenes import built_in


def test_the_loss_curve_is_the_history() -> None:
    of = shot(("curves",), steps=12)
    plot = loss_curve.draw(of)
    loss, energy = layers(plot, Curve)
    assert loss.x.tolist() == energy.x.tolist() == list(range(13))
    assert energy.y[-1] == of.snapshot.metrics["mean_energy"]
    assert (plot.x.low, plot.x.high) == (0, 12)
    assert plot.y.log
    assert not layers(plot, Rule)
    assert "F_∞" in energy.label


def test_the_loss_curve_marks_the_step_that_is_looked_at() -> None:
    (rule,) = layers(loss_curve.draw(shot(("curves",), steps=12, seek=5)), Rule)
    assert (rule.at, rule.axis) == (5, "x")


def test_the_loss_curve_before_the_first_step_is_a_point() -> None:
    plot = loss_curve.draw(shot(("curves",)))
    sound(plot)
    assert len(layers(plot, Points)) == 1
    assert plot.x.high == 1


def test_energies_of_zero_are_drawn_on_a_linear_axis() -> None:
    table = base64.b64encode(encode_points(np.array([[-1.45263, 0.0]]))).decode()
    of = shot(("curves",), data__kind="own", data__points=table)
    zero = msgspec.structs.replace(
        of.snapshot, arrays={**of.snapshot.arrays, "curve_energy": np.zeros(1)}
    )
    assert not loss_curve.draw(Shot(of.scene, zero)).y.log


def test_an_energy_that_is_free_by_a_constant_has_no_logarithm() -> None:
    """A shift of every energy would bend the curve, and nothing else that is seen."""
    scene = built_in("canyon", view__resolution=16)
    engine = Engine(scene)
    engine.train(3)
    of = Shot(scene, engine.snapshot(("map", "curves")))
    lifted = of.snapshot.arrays | {"curve_energy": of.snapshot.arrays["curve_energy"] + 50.0}
    of = dataclasses.replace(of, snapshot=msgspec.structs.replace(of.snapshot, arrays=lifted))
    assert not loss_curve.draw(of).y.log
    assert "+ const." in layers(loss_curve.draw(of), Curve)[-1].label
