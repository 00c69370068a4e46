"""What can be measured of a model: each is a file in its folder, and found there."""

from __future__ import annotations

import torch

from ebmviz.core import scan
from ebmviz.core.snapshot import Array
from ebmviz.engine import measures
from ebmviz.engine.measures.base.level import free
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

MEASURES = {m.need: m for each in scan.modules(measures) for m in scan.values(each, Measure)}


def measure(subject: Subject, needs: tuple[str, ...]) -> dict[str, Array]:
    """The arrays of all needs; metrics are left in `subject.metrics`.

    `relative` is 1 of all where only differences of energies count, see `measures.base.level`.
    """
    arrays: dict[str, Array] = {}
    if free(subject.task):
        subject.metrics["relative"] = 1.0
    with torch.no_grad():
        for need in needs:
            wanted = MEASURES[need]
            if wanted.walks or need not in subject.kept:
                fits = wanted.fits(subject.task.energy)
                subject.kept[need] = wanted.arrays(subject) if fits else {}
            arrays |= subject.kept[need]
    return arrays
