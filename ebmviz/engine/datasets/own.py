"""The user's own points, kept inside the scene so that a session carries them."""

from __future__ import annotations

import base64
from typing import Annotated

from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, ParamSet, table, text
from ebmviz.core.table import decode_points
from ebmviz.engine.datasets.dataset import Dataset, Points
from ebmviz.engine.datasets.scatter import POINTS


class OwnParams(ParamSet, frozen=True):
    name: Annotated[str, text("File", affects=Affects.DRAW, hidden=True)] = ""
    points: Annotated[str, table("Points", affects=Affects.TRAIN, hidden=True)] = ""


class Own(Dataset[OwnParams]):
    """Own points

    Two columns of a CSV, TSV or NPY file: open it, or drop it on the window.
    """

    kind = "own"
    Params = OwnParams
    requires = POINTS

    def points(self, seed: int) -> Points:
        if not self.params.points:
            raise UserError("data.kind: own points need a file; open a CSV, TSV or NPY file")
        return decode_points(base64.b64decode(self.params.points))
