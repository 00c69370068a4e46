"""What own data share: rows kept inside the scene, so that a session carries them."""

from __future__ import annotations

import base64
from typing import Annotated

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.frame import Frame
from ebmviz.core.params import Affects, ParamSet, real, reals, text
from ebmviz.core.rows import decode_points
from ebmviz.core.view import NARROW, PLACE
from ebmviz.engine.datasets.base.dataset import Points


class TableParams(ParamSet, frozen=True):
    """Where rows come from, and the frame of their places (`ebmviz.core.frame`)."""

    name: Annotated[str, text("File", affects=Affects.DRAW, hidden=True)] = ""
    read: Annotated[str, text("Read", affects=Affects.DRAW, hidden=True, high=400)] = ""
    centre: Annotated[
        tuple[float, ...],
        reals(
            "Centre",
            symbol="c",
            help="Energies and weights are those of u = (y − c)/s",
            affects=Affects.TRAIN,
            size=2,
            low=-PLACE,
            high=PLACE,
            hidden=True,
        ),
    ] = (0.0, 0.0)
    scale: Annotated[
        float,
        real("Scale", symbol="s", affects=Affects.TRAIN, low=NARROW, high=PLACE, hidden=True),
    ] = 1.0

    @property
    def frame(self) -> Frame:
        """That of the places."""
        return Frame((self.centre[0], self.centre[1]), self.scale)


def rows_of(held: str, width: int, kind: str) -> Points:
    """The rows (N, width) that a scene holds. Raises UserError where there are none."""
    if not held:
        raise UserError(f"data.kind: “{kind}” needs a file; open a CSV, TSV, NPY or NPZ file")
    return decode_points(base64.b64decode(held), width)


def framed(places: Points, frame: Frame) -> Points:
    """Places (N, 2) in the units of their frame."""
    return places if frame.plain else np.asarray(frame.inside(places))
