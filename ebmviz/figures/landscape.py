"""The landscape: F_β(y) as a heat map with all that lies on it, each layer a file in `layers`."""

from __future__ import annotations

from ebmviz.core import scan
from ebmviz.core.plot import Axis, Layer, Plot
from ebmviz.figures import layers
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.base.layer import MapLayer
from ebmviz.figures.layers import answers, chains, push
from ebmviz.figures.words import text

_FOUND = [layer for each in scan.modules(layers) for layer in scan.values(each, MapLayer)]
ON_MAP = tuple(sorted(_FOUND, key=lambda layer: layer.order))
"""All layers, the lowest first."""


def draw(shot: Shot) -> Plot:
    """The whole landscape. Needs all of `FIGURE.needs`."""
    return on_plane(shot, tuple(drawn for layer in ON_MAP for drawn in layer.draw(shot)))


def on_plane(shot: Shot, layers: tuple[Layer, ...]) -> Plot:
    """Layers on the plane of y, framed by the window and titled by the free energy."""
    left, right, bottom, top = shot.scene.view.window
    across, along = text.axes(shot.scene)
    return Plot(
        title=push.title(shot)
        or chains.title(shot)
        or text.map_title(shot.scene, answers.count(shot)),
        x=Axis(across, left, right),
        y=Axis(along, bottom, top),
        layers=layers,
        equal=True,
    )


FIGURE = live(
    "landscape",
    "Landscape",
    tuple(dict.fromkeys(need for layer in ON_MAP for need in layer.needs)),
    draw,
    PLANE,
    order=10,
)
