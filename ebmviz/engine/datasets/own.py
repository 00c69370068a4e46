"""The user's own points."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, table
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS
from ebmviz.engine.datasets.base.table import TableParams, framed, rows_of, script_of_rows


class OwnParams(TableParams, frozen=True):
    points: Annotated[str, table("Points", affects=Affects.TRAIN, hidden=True)] = ""


class Own(Dataset[OwnParams]):
    """Own points

    Two columns of a CSV, TSV, NPY or NPZ file: open it, or drop it on the window.
    """

    kind = "own"
    order = 160
    Params = OwnParams
    requires = POINTS

    def script(self) -> str:
        return script_of_rows(self.points(0), "rows are points of the plane")

    def points(self, seed: int) -> Points:
        """(N, 2), in the units u of their frame."""
        return framed(rows_of(self.params.points, 2, self.kind), self.params.frame)
