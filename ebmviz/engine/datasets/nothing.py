"""No data."""

from __future__ import annotations

import numpy as np

from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points


class Nothing(Dataset[ParamSet]):
    """None

    For scenes that need no data: one empty row.
    Formula: ∅
    Source: none
    """

    kind = "none"
    order = 150
    requires = {"takes:nothing": "there is nothing in it"}

    def points(self, seed: int) -> Points:
        return np.zeros((1, 1))
