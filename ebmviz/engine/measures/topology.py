"""Minima, saddles and basins of the map, followed from map to map.

| need | arrays |
|---|---|
| `topology` | `minimum` (M, 2), lowest first; `minimum_f`, `minimum_border` (M,); |
| | `minimum_id` (M,): kept while it lives, 0 at the border; |
| | `barrier` (M,): the lowest way out to another basin, ∞ for a lone one; |
| | `saddle` (S, 2), lowest first; `saddle_f`, `saddle_joins` (S,); `saddle_pair` |
| | (S, 2): positions in `minimum` of the basins on both sides; `basin` (K, 2): lines between |
| | basins, broken by NaN; `event` (E, 6): kind, number, other, what moved, step, β; |
| | `track_at` (T,): step or β, `track_id`, `track_f` (T,): the minima at each, above |
| | the lowest of them where only differences count |

All in coordinates of the map, if view.topology asks; of a map of its own, SIDE × SIDE cells of the
window whatever the view's resolution, so that nothing is born or dies by zooming the picture.
`analysis.topology` says what counts, `analysis.minima` what an event is. The metric
`topology_moved` tells what moved last: 0 the step, 1 β.
"""

from __future__ import annotations

from typing import get_args

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.core.traits import Over
from ebmviz.engine.analysis.basins import outlines, refined
from ebmviz.engine.analysis.minima import Found, Tracker
from ebmviz.engine.analysis.topology import Topology, topology
from ebmviz.engine.measures.base.level import free
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

SIDE = 128
MOST = 48  # minima: of more than that, the deepest


def measure_topology(s: Subject) -> dict[str, Array]:
    """The arrays above."""
    view = s.view
    if view.topology == "off":
        return {}
    y1, y2 = s.cells(SIDE)
    values = s.landscape(y1, y2).free_energy.cpu().double().numpy()
    if not np.isfinite(values).all():
        return {}
    left, right, bottom, top = view.window
    size = np.array([(right - left) / SIDE, (top - bottom) / SIDE])
    shape = limited(values, _least(s), (float(size[0]), float(size[1])))
    places, energies = refined(values, shape.minimum, saddle=False)
    passes, heights = refined(values, shape.saddle, saddle=True)
    corner = np.array([left, bottom])
    at, across = ((p + 0.5) * size + corner for p in (places, passes))
    lines = (outlines(shape.labels) + 0.5) * size + corner if view.topology == "basins" else None
    found = {
        "minimum": at,
        "minimum_f": energies,
        "minimum_border": shape.border,
        "barrier": shape.barrier,
        "saddle": across,
        "saddle_f": heights,
        "saddle_pair": shape.pair,
        "saddle_joins": shape.joins,
        "basin": np.zeros((0, 2)) if lines is None else lines,
    }
    return found | _followed(s, Found(at, energies, shape.border, shape.labels, view.window))


def _least(s: Subject) -> float:
    """The persistence that counts: a share of the colours' range."""
    low, high = s.range
    return s.view.depth * abs(high - low)


def limited(values: Array, least: float, spacing: tuple[float, float]) -> Topology:
    """The minima deeper than `least`, at most MOST."""
    found = topology(values, least, spacing)
    if len(found.minimum) > MOST:
        found = topology(values, float(np.sort(found.depth)[-MOST - 1]), spacing)
    return found


def _followed(s: Subject, found: Found) -> dict[str, Array]:
    tracker = s.tracker or Tracker()
    view, newest = s.view, s.now[0]
    step = newest if s.state is None else s.state.step
    probe = view.probe if s.task.energy.takes == "views" else ()
    context = (view.window, view.x, view.answer, view.depth, view.levels, view.follow, probe)
    if free(s.task):
        found = found._replace(energies=found.energies - found.energies.min(initial=np.inf))
    numbers = tracker.follow(found, step, view.beta, context, past=step != newest)
    s.metrics["topology_moved"] = float(tracker.moved)
    events, moments = tracker.events, tracker.moments
    rows = [(e.kind, e.number, e.other, e.moved, e.step, e.beta) for e in events]
    at = [np.full(len(n), (step, beta)[tracker.moved]) for step, beta, n, _ in moments]
    none = np.zeros(0)
    return {
        "minimum_id": numbers,
        "event": np.array(rows, np.float64).reshape(-1, 6),
        "track_at": np.concatenate([none, *at]),
        "track_id": np.concatenate([none, *(n for _, _, n, _ in moments)]).astype(np.int64),
        "track_f": np.concatenate([none, *(f for _, _, _, f in moments)]),
    }


MEASURE = Measure("topology", measure_topology, over=get_args(Over))
