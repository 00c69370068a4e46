"""Every figure of every scene can be drawn of one point and of two, trained on them or not."""

from __future__ import annotations

import math

import pytest

from ebmviz.core import assets
from ebmviz.core.errors import NumericError, UserError
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES
from tests.engine.verdicts.models import own
from tests.scenes import built_in

NONE_YET = {"loss", "sampler_limit"}
"""Before the first step there is no loss of a batch; ∞ is a limit that is never met."""
POINTS = {"one": [[0.3, -1.4]], "two": [[0.2, 1.0], [1.5, -0.6]]}


@pytest.mark.parametrize("name", assets.scene_names())
@pytest.mark.parametrize("points", POINTS)
def test_what_there_is_can_be_drawn(name: str, points: str) -> None:
    try:
        engine = Engine(built_in(name, {**own(POINTS[points]), "view.resolution": 16}))
    except UserError:
        return  # this energy is of other data, and says so
    if points == "two":
        try:
            engine.train(2)
        except NumericError:
            assert engine.trainer.diverged
    if "chains" in engine.scene.facts:
        engine.sample(2)
    for figure in FIGURES.values():
        if figure.live and figure.fits(engine.scene):
            snapshot = engine.snapshot(figure.needs)
            figure.draw((Shot(engine.scene, snapshot),))
            odd = {k for k, v in snapshot.metrics.items() if not math.isfinite(v)}
            assert odd <= NONE_YET, figure.name
