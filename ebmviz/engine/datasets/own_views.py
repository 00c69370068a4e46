"""The user's own pairs of views."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, table
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import VIEWS
from ebmviz.engine.datasets.base.table import TableParams, framed, rows_of, script_of_rows


class OwnViewsParams(TableParams, frozen=True):
    views: Annotated[str, table("Points", affects=Affects.TRAIN, hidden=True)] = ""


class OwnViews(Dataset[OwnViewsParams]):
    """Own pairs of views

    Four columns of a CSV, TSV, NPY or NPZ file: of each thing a view x_1, x_2 and another y_1, y_2.
    """

    kind = "own-views"
    order = 190
    Params = OwnViewsParams
    requires = VIEWS

    def script(self) -> str:
        return script_of_rows(self.points(0), "rows (x, y): two views of each thing")

    def points(self, seed: int) -> Points:
        """Rows (x_1, x_2, y_1, y_2), (N, 4): both views in the units of one frame."""
        rows = rows_of(self.params.views, 4, self.kind)
        return np.column_stack(
            [framed(view, self.params.frame) for view in (rows[:, :2], rows[:, 2:])]
        )
