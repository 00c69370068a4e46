"""What own data share: rows kept inside the scene, so that a session carries them."""

from __future__ import annotations

import base64
import textwrap
from typing import Annotated

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.frame import Frame
from ebmviz.core.params import Affects, ParamSet, real, reals, text
from ebmviz.core.rows import decode_points
from ebmviz.core.view import NARROW, PLACE
from ebmviz.engine.datasets.base.dataset import Points
from ebmviz.engine.source import number, piece

_MOST = 1000  # rows of a script


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


def script_of_rows(rows: Points, said: str) -> str:
    """Of a script: data(), with all rows; "" where they are too many to be read."""
    if len(rows) > _MOST:
        return ""
    each = ", ".join(number(row).replace(" ", "_") for row in rows.tolist())
    lines = textwrap.wrap(each, 84, break_long_words=False, break_on_hyphens=False)
    indented = "\n".join(f"        {line}" for line in lines).replace("_", " ")
    return piece(_SCRIPT, said=said, rows=indented)


_SCRIPT = """
    def data():
        # ‹said›
        return np.array([
    ‹rows›
        ])
"""


def framed(places: Points, frame: Frame) -> Points:
    """Places (N, 2) in the units of their frame."""
    return places if frame.plain else np.asarray(frame.inside(places))
