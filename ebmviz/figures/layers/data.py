"""The training set."""

from __future__ import annotations

from ebmviz.core.plot import Layer, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer
from ebmviz.figures.layers import answers, conditional

_DATA_MARKS = 5000  # more marks than this take longer to paint than a frame has


def data(shot: Shot, size: float | None = None) -> tuple[Layer, ...]:
    """The training set, in marks of a size that suits their number if none is given."""
    if not shot.snapshot.has("data"):
        return ()
    points = shot.snapshot.arrays["data"]
    stride = max(1, -(-len(points) // _DATA_MARKS))
    shown, size = points[::stride], size or _size(points)
    note = "" if stride == 1 else f", every {stride}th"
    if shot.snapshot.has("data_class"):
        return answers.marks(shot, shown, shot.snapshot.arrays["data_class"][::stride], size, note)
    if shot.snapshot.has("data_x"):
        return conditional.data(shot, stride, note)
    name = "first view x" if "takes:views" in shot.scene.facts else "data y"
    name = "data (x, y)" if "plane:xy" in shot.scene.facts else name
    return (Points(shown[:, 0], shown[:, 1], "data", label=f"{name}{note}", size=size),)


def _size(points: Array) -> float:
    return 8.0 if len(points) <= 100 else 6.0 if len(points) <= 1000 else 3.5


LAYER = MapLayer(110, data, ("data",), Group("data", "data", symbol="y̌"))
