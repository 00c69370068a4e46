"""The small multiples of a sweep: a map of each run, in rows and columns of what varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from ebmviz.commands.base.sweep.outcome import Outcome
from ebmviz.core.lanes.lane import Lane, shape
from ebmviz.core.lanes.over import Over
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.lab import multiple, span
from ebmviz.figures.words import text

MOST = 100
"""Maps of a sheet."""
_NAMED = 16  # of more, each would be smaller than what is written at its axes


def multiples(
    overs: Sequence[Over], lanes: Sequence[Lane], done: Mapping[int, Outcome]
) -> Sheet | None:
    """None where the runs have no maps. The first hundred of more; of them those that are done."""
    chosen = [n for n in range(min(len(lanes), MOST)) if n in done and done[n].arrays]
    if not chosen:
        return None
    columns = shape(overs)[1] if len(lanes) <= MOST else 10
    plots = {}
    for number in chosen:
        lane, outcome = lanes[number], done[number]
        arrays = {k: np.asarray(a, np.float64) for k, a in outcome.arrays.items()}
        step = int(outcome.row["step"])
        shot = Shot(lane.scene, Snapshot(0, step, arrays, {}, {}))
        values = arrays["map"]
        said = str(outcome.row.get("verdict", ""))
        plot = multiple(shot, values, span(shot, values), lane.title, said, _told(outcome))
        plots[number] = _bared(plot) if len(chosen) > _NAMED else plot
    rows = [tuple(plots[n] for n in chosen if n // columns == row) for row in range(len(lanes))]
    notes = ["the colours of each begin at its own lowest energy"]
    if len(lanes) > MOST:
        notes.insert(0, f"the first {MOST} of {len(lanes)} runs")
    varied = " and ".join(over.path for over in overs)
    return Sheet(f"Runs over {varied}", tuple(row for row in rows if row), "; ".join(notes))


def _bared(plot: Plot) -> Plot:
    x, y = (msgspec.structs.replace(axis, visible=False) for axis in (plot.x, plot.y))
    return msgspec.structs.replace(plot, x=x, y=y)


def _told(outcome: Outcome) -> str:
    parts = [f"step {outcome.row['step']}"]
    if "mean_energy" in outcome.row:
        parts.append(f"mean energy {text.number(float(outcome.row['mean_energy']))}")
    return ", ".join(parts)
