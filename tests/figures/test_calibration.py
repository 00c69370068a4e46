"""The pictures of the calibration experiment."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core.plot import Image, Points
from ebmviz.engine.model.opening import opened
from ebmviz.figures import calibration
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import main
from ebmviz.figures.slots import cards
from tests.figures.drawing import labelled, layers, plots, sound
from tests.scenes import built_in


def taken(steps: int = 0, **energy: object) -> Shot:
    scene = built_in("calibration", {f"energy.{k}": v for k, v in energy.items()})
    engine = opened(scene)
    engine.train(steps)
    return Shot(scene, engine.snapshot(("calibration",)))


def test_each_rule_has_its_map_and_its_share() -> None:
    shot = taken(unit=50.0)
    m, four = shot.snapshot.metrics, plots(calibration.draw(shot))
    assert [p.title.split(" · ")[0] for p in four] == [
        "Sum of energies",
        "Sum of −ln P",
        "End to end, untrained",
        "Bayes optimum",
    ]
    for plot, name in zip(four, ("scores", "logs", "trained", "best"), strict=True):
        sound(plot)
        assert f"{100 * m[f'calibration_{name}']:.1f} %" in plot.title
    images = [layers(plot, Image)[0].values for plot in four]
    assert np.array_equal(images[0], images[2]), "not trained yet"
    assert plots(calibration.draw(taken(steps=1)))[2].title.startswith("Trained end to end")
    wrong = [float((image != images[3]).mean()) for image in images]
    assert wrong[0] > 0.1 > wrong[1]
    assert main(shot.scene) is calibration.FIGURE
    assert cards(shot.scene) == (calibration.UNITS, calibration.RELIABILITY)


def test_the_curve_of_units_peaks_where_they_are_equal() -> None:
    shot = taken(steps=150, unit=0.05)
    plot = calibration.units(shot)
    sound(plot)
    curve = labelled(plot, "any ratio of units")
    assert curve.x[curve.y.argmax()] == pytest.approx(0, abs=0.1)
    assert curve.y.max() == pytest.approx(100 * shot.snapshot.metrics["calibration_best"], abs=0.01)
    for label in ("Sum of energies", "Sum of −ln P", "Trained"):
        mark: Points = labelled(plot, label)
        on = np.interp(mark.x[0], curve.x, curve.y)
        assert mark.y[0] == pytest.approx(on, abs=0.2), "every rule lies on the curve"
    assert labelled(plot, "Sum of energies").x[0] == pytest.approx(np.log10(0.05))


def test_calibrated_agents_lie_near_the_diagonal() -> None:
    shot = taken(unit=20.0, count=6000)
    sound(calibration.reliability(shot))
    sure, right = (shot.snapshot.arrays[f"calibration_{k}"] for k in ("confidence", "hits"))
    gap = np.abs(sure - right)
    assert np.nanmax(gap[:, 1]) < 0.08
    assert np.nanmax(gap[1, 0]) > 0.15, "twenty times too sure"
