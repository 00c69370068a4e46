"""All that can be measured of a model. To add a measure, write its file and name it here."""

from __future__ import annotations

from collections.abc import Callable

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine import measure as basic
from ebmviz.engine.measure import Subject

MEASURES: dict[str, Callable[[Subject], dict[str, Array]]] = {
    **basic.BASIC,
}


def measure(subject: Subject, needs: tuple[str, ...]) -> dict[str, Array]:
    """The arrays of all needs; metrics are left in `subject.metrics`."""
    arrays: dict[str, Array] = {}
    with torch.no_grad():
        for need in needs:
            arrays |= MEASURES[need](subject)
    return arrays
