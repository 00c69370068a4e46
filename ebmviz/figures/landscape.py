"""The landscape: F_β(y) as a heat map with all that lies on it, each layer a file in `layers`."""

from __future__ import annotations

from ebmviz.core import scan
from ebmviz.core.plot import Axis, Entry, Layer, Plot
from ebmviz.core.scene import Scene
from ebmviz.core.view import hidden
from ebmviz.figures import layers
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.base.layer import MapLayer
from ebmviz.figures.layers import answers, chains, push
from ebmviz.figures.words import text

_FOUND = [layer for each in scan.modules(layers) for layer in scan.values(each, MapLayer)]
ON_MAP = tuple(sorted(_FOUND, key=lambda layer: layer.order))
"""All layers, the lowest first."""
GROUPS = {layer.group.name: layer.group for layer in ON_MAP if layer.group}
"""What can be hidden, by name."""


def draw(shot: Shot) -> Plot:
    """The whole landscape, but for what the view hides. Needs all that `FIGURE.asks` for."""
    away = hidden.names(shot.scene.view.hidden)
    entries: dict[str, Entry] = {}
    drawn: list[Layer] = []
    for layer in ON_MAP:
        group = layer.group
        if group and group.name in away:
            if group.fits(shot.scene):
                entries.setdefault(group.name, group.entry(hidden=True))
        elif made := layer.drawn(shot):
            drawn += made
            if group:
                entries.setdefault(group.name, group.entry())
    return on_plane(shot, tuple(drawn), tuple(entries.values()))


def on_plane(shot: Shot, layers: tuple[Layer, ...], entries: tuple[Entry, ...] = ()) -> Plot:
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
        entries=entries,
    )


def _needs(layers: tuple[MapLayer, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(need for layer in layers for need in layer.needs))


def _asked(scene: Scene) -> tuple[str, ...]:
    """Nothing is measured for what is not drawn."""
    away = hidden.names(scene.view.hidden)
    return _needs(tuple(x for x in ON_MAP if not (x.group and x.group.name in away)))


FIGURE = live("landscape", "Landscape", _needs(ON_MAP), draw, PLANE, order=10, asked=_asked)
