"""The best answer to every x of the window: argmin_y E(x, y), and the other local minima.

| need | arrays |
|---|---|
| `prediction` | `prediction` (M, 2): x and argmin_y E(x, y), broken by NaN where it jumps or lies |
| | outside the window; `minima` (K, 2): the other local minima within the window |
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Predicts
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

COLUMNS, ROWS = 121, 161
_JUMP = 0.08  # of the window's height, between two columns: another branch


def prediction(s: Subject) -> dict[str, Array]:
    """See above."""
    energy = s.task.energy
    x, y = s.cells(COLUMNS, ROWS)
    rows = energy.rows(s.view, x[:, None].expand(-1, 2))
    if isinstance(energy, Predicts):
        known = energy.best(s.weights, rows)
        curve = np.stack([x.cpu().numpy(), known[:, 0].cpu().numpy()], 1)
        return {"prediction": curve, "minima": np.zeros((0, 2), np.float32)}
    table = energy.table(s.weights, rows, y[:, None], s.view.beta).cpu().numpy()
    least, others = _minima(table, x.cpu().numpy(), y.cpu().numpy())
    bottom, top = s.view.window[2:]
    return {"prediction": _broken(least, _JUMP * (top - bottom)), "minima": others}


def _minima(table: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Of energies (W, H): the least minimum of each column (W, 2), NaN where it is at the edge, and
    the others (K, 2). Between rows by the parabola through three of them.
    """
    below, here, above = table[:, :-2], table[:, 1:-1], table[:, 2:]
    column, row = np.nonzero((here < below) & (here <= above))
    a, b, c = (part[column, row].astype(float) for part in (below, here, above))
    shift = 0.5 * (a - c) / (a - 2 * b + c)  # a > b and c ≥ b: never 0 / 0
    at = np.stack([x[column], y[row + 1] + shift * (y[1] - y[0])], 1).astype(np.float32)
    least = np.full((len(x), 2), np.nan, np.float32)
    first = table.argmin(1)[column] == row + 1
    least[column[first]] = at[first]
    return least, at[~first]


def _broken(curve: Array, jump: float) -> Array:
    """The curve with a NaN between neighbours that are too far apart to be one branch."""
    far = np.nonzero(np.abs(np.diff(curve[:, 1])) > jump)[0] + 1
    return np.insert(curve, far, np.nan, axis=0)


MEASURE = Measure("prediction", prediction, over=("xy",))
