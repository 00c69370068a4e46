"""The landscape in 3-D, as a shaded surface of F with all that lies on the map."""

from __future__ import annotations

import msgspec
import numpy as np

from ebmviz.core.plot import Curve, Image, Layer, Plot, Surface
from ebmviz.core.relief import Camera, shares
from ebmviz.core.scene import Scene
from ebmviz.figures import landscape
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.layers.heat import colour_range
from ebmviz.figures.layers.lifted import Ground, lift
from ebmviz.figures.layers.room import Room, limits
from ebmviz.figures.words import level, text

_HEIGHT = 0.4  # of the longer side of the window, for the whole colour range


def draw(shot: Shot) -> Plot:
    """The surface in the colours of the map, its heights clipped to the colour range, and what
    lies on it.
    """
    view, plane = shot.scene.view, landscape.draw(shot)
    low, high = colour_range(shot)
    heights = shares(shot.snapshot.arrays["map"] - level.of(shot, "map"), low, high)
    camera = camera_of(shot.scene)
    ground = Ground(view.window, heights, camera)
    painted = [
        Surface(heights, camera, i.values, i.x, i.y, i.low, i.high, i.colormap, i.bar)
        for i in plane.layers
        if isinstance(i, Image)
    ]
    # The colour bar names the heights where they are its own, and are called by a long name.
    named = level.named(shot, text.map_symbol(shot.scene))
    own = any(each.bar == named for each in painted) and level.relative(shot)
    names = *text.axes(shot.scene), "" if own else named
    room = Room(camera, view.window, names, (low, high))
    lying = [part for each in plane.layers for part in lift(each, ground)]
    x, y = limits(view, camera.floor, (0.0, camera.height))
    layers = (*room.behind(), *painted, *rim(ground), *room.front(), *lying)
    return msgspec.structs.replace(plane, x=x, y=y, layers=layers)


def rim(ground: Ground) -> tuple[Layer, ...]:
    """The edge of the surface, where it is seen."""
    left, right, bottom, top = ground.window
    x = np.array([left, right, right, left, left])
    y = np.array([bottom, bottom, top, top, bottom])
    return lift(Curve(x, y, "muted", width=1.0, opacity=0.8), ground)


def camera_of(scene: Scene) -> Camera:
    """From where a scene is looked at."""
    view = scene.view
    left, right, bottom, top = view.window
    side = max(right - left, top - bottom)
    floor = (right - left) / side, (top - bottom) / side
    return Camera(view.azimuth, view.elevation, 2 * _HEIGHT * view.exaggeration, floor)


FIGURE = live(
    "surface",
    "Landscape as a surface",
    landscape.FIGURE.needs,
    draw,
    PLANE,
    order=20,
    asked=landscape.FIGURE.asked,
)
