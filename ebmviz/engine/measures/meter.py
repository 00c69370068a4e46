"""How the energies of right answers and of all others are distributed: `meter`."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.collapse import measured
from ebmviz.engine.measures.base.held import settled
from ebmviz.engine.measures.base.level import free
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

BINS = 40


def measure_meter(s: Subject) -> dict[str, Array]:
    """`meter_edges` (B + 1,): energies, `meter_right` and `meter_wrong` (B,): which part of F_i and
    of F_ij lies between two of them. Its metrics go with the others, and `meter_zero`, the least of
    all F_ij, where only differences of energies count.
    """
    numbers, right, every = measured(s.task, s.weights, s.start)
    s.metrics |= numbers
    if s.state:
        s.metrics |= settled(s.task, s.weights, s.state.step, s.history.past, numbers)
    if not all(map(math.isfinite, numbers.values())) or not numbers:
        return {}
    low, high = float(min(right.min(), every.min())), float(np.quantile(every, 0.98))
    if free(s.task):
        s.metrics["meter_zero"] = low
    flat = min(numbers["meter_flatness"], 0.999)
    fresh = numbers["meter_relief"] * flat / (1 - flat)  # flat heaps shall look narrow
    least = max(4 * fresh, 1e-6 * max(1.0, abs(low)))
    edges = np.linspace(low, max(high, float(right.max()), low + least), BINS + 1)
    return {
        "meter_edges": edges,
        "meter_right": np.histogram(right, edges)[0] / right.size,
        "meter_wrong": np.histogram(every, edges)[0] / every.size,
    }


MEASURE = Measure("meter", measure_meter)
