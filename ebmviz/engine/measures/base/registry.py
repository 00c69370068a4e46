"""All that can be measured of a model. To add a measure, write its file and name it here."""

from __future__ import annotations

from collections.abc import Callable

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures import basic, codes, embeddings, reconstructions
from ebmviz.engine.measures.attention import MEASURES as ATTENTION
from ebmviz.engine.measures.base.level import free
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.measures.calibration import measure_calibration
from ebmviz.engine.measures.classes import classes
from ebmviz.engine.measures.code_forces import code_forces
from ebmviz.engine.measures.conditional_density import conditional_density
from ebmviz.engine.measures.dimension import measure_dimension
from ebmviz.engine.measures.errata import measure_errata
from ebmviz.engine.measures.falls import falls
from ebmviz.engine.measures.gradient_bias import gradient_bias
from ebmviz.engine.measures.horn import horn, regressor
from ebmviz.engine.measures.information import measure_information
from ebmviz.engine.measures.joint import beside, measure_joint
from ebmviz.engine.measures.joint_density import joint_density
from ebmviz.engine.measures.lab import measure_lab
from ebmviz.engine.measures.lagrangian import measure_lagrangian
from ebmviz.engine.measures.lagrangian_conditions import lagrangian_conditions
from ebmviz.engine.measures.loss_plane import measure_loss_plane
from ebmviz.engine.measures.meter import measure_meter
from ebmviz.engine.measures.prediction import prediction
from ebmviz.engine.measures.push import negatives, push
from ebmviz.engine.measures.recall import MEASURES as RECALL
from ebmviz.engine.measures.sampling import MEASURES as SAMPLING
from ebmviz.engine.measures.sampling import likelihood
from ebmviz.engine.measures.topology import measure_topology

MEASURES: dict[str, Callable[[Subject], dict[str, Array]]] = {
    **basic.BASIC,
    "lab": measure_lab,
    "meter": measure_meter,
    "loss-plane": measure_loss_plane,
    **reconstructions.MEASURES,
    **embeddings.MEASURES,
    **codes.MEASURES,
    "code-forces": code_forces,
    "classes": classes,
    "prediction": prediction,
    "gradient-bias": gradient_bias,
    "joint": measure_joint,
    "beside": beside,
    "joint-density": joint_density,
    "conditional-density": conditional_density,
    "descents": falls,
    "horn": horn,
    "regressor": regressor,
    "push": push,
    "topology": measure_topology,
    "negatives": negatives,
    **SAMPLING,
    "likelihood": likelihood,
    **RECALL,
    **ATTENTION,
    "lagrangian": measure_lagrangian,
    "lagrangian-conditions": lagrangian_conditions,
    "information": measure_information,
    "errata": measure_errata,
    "calibration": measure_calibration,
    "dimension": measure_dimension,
}


def measure(subject: Subject, needs: tuple[str, ...]) -> dict[str, Array]:
    """The arrays of all needs; metrics are left in `subject.metrics`.

    `relative` is 1 of all where only differences of energies count, see `measures.base.level`.
    """
    arrays: dict[str, Array] = {}
    if free(subject.task):
        subject.metrics["relative"] = 1.0
    with torch.no_grad():
        for need in needs:
            if need in SAMPLING or need not in subject.kept:
                subject.kept[need] = MEASURES[need](subject)
            arrays |= subject.kept[need]
    return arrays
