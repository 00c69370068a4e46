"""The curves are the history."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.engine.measures.base.counts import CURVE_POINTS
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.model import measuring as measures
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.history import History
from tests.engine.measures.definition import scene


def test_the_curves_are_the_history() -> None:
    engine = Engine(scene())
    engine.train(30)
    a = engine.snapshot(("curves",)).arrays
    assert a["curve_step"].tolist() == list(range(31))
    assert math.isnan(a["curve_loss"][0])
    assert a["curve_loss"][1:].tolist() == engine.history.losses[1:]
    assert a["curve_energy"].tolist() == engine.history.energies


@pytest.mark.parametrize("count", [1, 1024, 1025, 2048, 3000])
def test_long_curves_are_thinned_to_the_newest(count: int) -> None:
    engine = Engine(scene())
    steps = list(range(count))
    engine.trainer.history = History(
        1, steps, [0.5 * s for s in steps], [0.1 * s for s in steps], []
    )
    subject = Subject(engine.task, {}, engine.scene.view, engine.history)
    a = measures.measure(subject, ("curves",))
    assert len(a["curve_step"]) < 2 * CURVE_POINTS
    assert a["curve_step"][-1] == count - 1
    assert len(set(np.diff(a["curve_step"]))) <= 1
    assert np.array_equal(a["curve_loss"], 0.5 * a["curve_step"])
