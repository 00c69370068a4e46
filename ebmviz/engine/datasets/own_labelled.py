"""The user's own points with a class each."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.palette import CLASSES
from ebmviz.core.params import Affects, table, text
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import LABELLED
from ebmviz.engine.datasets.base.table import TableParams, framed, rows_of, script_of_rows


class OwnLabelledParams(TableParams, frozen=True):
    labelled: Annotated[str, table("Points", affects=Affects.TRAIN, hidden=True)] = ""
    classes: Annotated[str, text("Classes", affects=Affects.DRAW, hidden=True, high=400)] = ""


class OwnLabelled(Dataset[OwnLabelledParams]):
    """Own points, a class each

    Two columns of a CSV, TSV, NPY or NPZ file and a label beside them: words, or whole numbers.
    """

    kind = "own-labelled"
    order = 180
    Params = OwnLabelledParams
    requires = LABELLED

    def script(self) -> str:
        return script_of_rows(self.points(0), "rows (x₁, x₂, class)")

    def points(self, seed: int) -> Points:
        """Rows (x_1, x_2, class), (N, 3), the places in the units of their frame."""
        rows = rows_of(self.params.labelled, 3, self.kind)
        label = rows[:, 2]
        if (label % 1).any() or label.min() < 0 or label.max() >= CLASSES:
            raise UserError(f"data.labelled: a class is none of 0 … {CLASSES - 1}")
        return np.column_stack([framed(rows[:, :2], self.params.frame), label])
