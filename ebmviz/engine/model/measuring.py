"""What can be measured of a model: each is a file in its folder, and found there."""

from __future__ import annotations

import torch

from ebmviz.core import scan
from ebmviz.core.snapshot import Array
from ebmviz.engine import measures as folder
from ebmviz.engine import plugged
from ebmviz.engine.measures.base.level import free
from ebmviz.engine.measures.base.looked import ExperimentSubject, Looked
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

MEASURES = {m.need: m for each in scan.modules(folder) for m in scan.values(each, Measure)}


def measures() -> dict[str, Measure]:
    """By need: all of the folder, and those of plug-ins."""
    return MEASURES | {each.need: each for each in plugged.values(Measure)}


def measure(subject: Looked, needs: tuple[str, ...]) -> dict[str, Array]:
    """The arrays of all needs; metrics are left in `subject.metrics`.

    `relative` is 1 of all where only differences of energies count, see `measures.base.level`.
    """
    arrays: dict[str, Array] = {}
    if isinstance(subject, Subject) and free(subject.task):
        subject.metrics["relative"] = 1.0
    with torch.no_grad():
        for need in needs:
            wanted = _meeting(need, subject)
            if wanted is None:
                continue
            if wanted.walks or need not in subject.kept:
                subject.kept[need] = wanted.arrays(subject)
            arrays |= subject.kept[need]
    return arrays


def _meeting(need: str, subject: Looked) -> Measure | None:
    """What meets a need of a subject: an experiment's own, or one that can look at it."""
    if isinstance(subject, ExperimentSubject) and need == subject.experiment.shows:
        return Measure(need, ExperimentSubject.arrays, of=ExperimentSubject)
    found = measures().get(need)
    if found is None or not isinstance(subject, found.of):
        return None
    fits = not isinstance(subject, Subject) or found.fits(subject.task.energy)
    return found if fits else None
