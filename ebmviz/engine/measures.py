"""All that can be measured of a model. To add a measure, write its file and name it here."""

from __future__ import annotations

from collections.abc import Callable

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine import codes, embeddings, reconstructions
from ebmviz.engine import measure as basic
from ebmviz.engine.attention import MEASURES as ATTENTION
from ebmviz.engine.bias import gradient_bias
from ebmviz.engine.classes import classes
from ebmviz.engine.dimension_measure import measure_dimension
from ebmviz.engine.falls import falls
from ebmviz.engine.horn_measure import horn, regressor
from ebmviz.engine.information_measure import measure_information
from ebmviz.engine.joint import beside, measure_joint
from ebmviz.engine.lab_measure import measure_lab
from ebmviz.engine.lagrangian_measure import measure_lagrangian
from ebmviz.engine.loss_plane import measure_loss_plane
from ebmviz.engine.measure import Subject
from ebmviz.engine.meter import measure_meter
from ebmviz.engine.prediction import prediction
from ebmviz.engine.push import negatives, push
from ebmviz.engine.recall import MEASURES as RECALL
from ebmviz.engine.sampling_measure import MEASURES as SAMPLING
from ebmviz.engine.topology_measure import measure_topology

MEASURES: dict[str, Callable[[Subject], dict[str, Array]]] = {
    **basic.BASIC,
    "lab": measure_lab,
    "meter": measure_meter,
    "loss-plane": measure_loss_plane,
    **reconstructions.MEASURES,
    **embeddings.MEASURES,
    **codes.MEASURES,
    "classes": classes,
    "prediction": prediction,
    "gradient-bias": gradient_bias,
    "joint": measure_joint,
    "beside": beside,
    "descents": falls,
    "horn": horn,
    "regressor": regressor,
    "push": push,
    "topology": measure_topology,
    "negatives": negatives,
    **SAMPLING,
    **RECALL,
    **ATTENTION,
    "lagrangian": measure_lagrangian,
    "information": measure_information,
    "dimension": measure_dimension,
}


def measure(subject: Subject, needs: tuple[str, ...]) -> dict[str, Array]:
    """The arrays of all needs; metrics are left in `subject.metrics`."""
    arrays: dict[str, Array] = {}
    with torch.no_grad():
        for need in needs:
            if need in SAMPLING or need not in subject.kept:
                subject.kept[need] = MEASURES[need](subject)
            arrays |= subject.kept[need]
    return arrays
