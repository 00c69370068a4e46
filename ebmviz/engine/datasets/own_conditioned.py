"""The user's own points y, each at an x."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, real, table
from ebmviz.core.view import NARROW, PLACE
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import CONDITIONED
from ebmviz.engine.datasets.base.table import TableParams, framed, rows_of, script_of_rows


class OwnConditionedParams(TableParams, frozen=True):
    conditioned: Annotated[str, table("Points", affects=Affects.TRAIN, hidden=True)] = ""
    start: Annotated[
        float,
        real("First x", affects=Affects.TRAIN, low=-PLACE, high=PLACE, hidden=True),
    ] = 0.0
    span: Annotated[
        float,
        real(
            "Span of x",
            help="Energies take v = (x − first)/span, from 0 to 1",
            affects=Affects.TRAIN,
            low=NARROW,
            high=PLACE,
            hidden=True,
        ),
    ] = 1.0


class OwnConditioned(Dataset[OwnConditionedParams]):
    """Own points, at an x each

    Three columns of a CSV, TSV, NPY or NPZ file: the condition x, and the answer y_1, y_2.
    """

    kind = "own-conditioned"
    order = 170
    Params = OwnConditionedParams
    requires = CONDITIONED

    def script(self) -> str:
        return script_of_rows(self.points(0), "rows (x, y₁, y₂)")

    def points(self, seed: int) -> Points:
        """Rows (v, u_1, u_2), (N, 3), in the units of their frame."""
        p = self.params
        rows = rows_of(p.conditioned, 3, self.kind)
        x = (rows[:, 0] - p.start) / p.span
        return np.column_stack([x, framed(rows[:, 1:], p.frame)])
