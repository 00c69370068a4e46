"""The interface of a data set."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ebmviz.engine.component import Component, P

Points = npt.NDArray[np.float64]


class Dataset(Component[P]):
    """Rows (N, D), a pure function of the parameters and the seed: points of the plane, y or
    (x, y), or what else the energies take that it asks for ("takes:labelled": x_1, x_2, class).
    """

    part: ClassVar[str] = "data"

    def script(self) -> str:
        """Its part of a program that stands alone, see `ebmviz.script`: data() -> (N, D) float64;
        "" where it has none yet.
        """
        return ""

    def points(self, seed: int) -> Points:
        """(N, D) float64."""
        raise NotImplementedError
