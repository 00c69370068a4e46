"""The user's own points, kept inside the scene so that a session carries them."""

from __future__ import annotations

import base64
from typing import Annotated

from ebmviz.core.errors import UserError
from ebmviz.core.frame import Frame
from ebmviz.core.params import Affects, ParamSet, real, reals, table, text
from ebmviz.core.table import decode_points
from ebmviz.core.view import NARROW, PLACE
from ebmviz.engine.datasets.dataset import Dataset, Points
from ebmviz.engine.datasets.scatter import POINTS


class OwnParams(ParamSet, frozen=True):
    name: Annotated[str, text("File", affects=Affects.DRAW, hidden=True)] = ""
    points: Annotated[str, table("Points", affects=Affects.TRAIN, hidden=True)] = ""
    read: Annotated[str, text("Read", affects=Affects.DRAW, hidden=True)] = ""
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


class Own(Dataset[OwnParams]):
    """Own points

    Two columns of a CSV, TSV, NPY or NPZ file: open it, or drop it on the window.
    """

    kind = "own"
    Params = OwnParams
    requires = POINTS

    def points(self, seed: int) -> Points:
        """(N, 2), in the units u of their frame (`ebmviz.core.frame`)."""
        if not self.params.points:
            raise UserError("data.kind: own points need a file; open a CSV, TSV, NPY or NPZ file")
        p = self.params
        frame = Frame((p.centre[0], p.centre[1]), p.scale)
        points = decode_points(base64.b64decode(p.points))
        return points if frame.plain else frame.inside(points)
