"""All that can be measured of a model. To add a measure, write its file and name it here."""

from __future__ import annotations

from collections.abc import Callable

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine import embeddings, reconstructions
from ebmviz.engine import measure as basic
from ebmviz.engine.classes import classes
from ebmviz.engine.falls import falls
from ebmviz.engine.horn_measure import horn, regressor
from ebmviz.engine.lab_measure import measure_lab
from ebmviz.engine.loss_plane import measure_loss_plane
from ebmviz.engine.measure import Subject
from ebmviz.engine.meter import measure_meter
from ebmviz.engine.prediction import prediction
from ebmviz.engine.push import negatives, push

MEASURES: dict[str, Callable[[Subject], dict[str, Array]]] = {
    **basic.BASIC,
    "lab": measure_lab,
    "meter": measure_meter,
    "loss-plane": measure_loss_plane,
    **reconstructions.MEASURES,
    **embeddings.MEASURES,
    "classes": classes,
    "prediction": prediction,
    "descents": falls,
    "horn": horn,
    "regressor": regressor,
    "push": push,
    "negatives": negatives,
}


def measure(subject: Subject, needs: tuple[str, ...]) -> dict[str, Array]:
    """The arrays of all needs; metrics are left in `subject.metrics`."""
    arrays: dict[str, Array] = {}
    with torch.no_grad():
        for need in needs:
            arrays |= MEASURES[need](subject)
    return arrays
