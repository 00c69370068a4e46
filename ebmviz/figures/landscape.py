"""The landscape: F_β(y) as a heat map with all that lies on it."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Image, Layer, Plot, Points, Segments, ends
from ebmviz.core.snapshot import Array
from ebmviz.figures import attention
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.layers import (
    answers,
    chains,
    conditional,
    descents,
    manifold,
    push,
    reconstruction,
    topology,
)
from ebmviz.figures.words import level, text

_OPACITY_BANDS = ((0.25, 1.0, 0.95), (0.08, 0.25, 0.5), (0.0, 0.08, 0.2))
_HEADS = 200
_DATA_MARKS = 5000  # more marks than this take longer to paint than a frame has


def draw(shot: Shot) -> Plot:
    """The whole landscape. Needs all of `FIGURE.needs`."""
    layers = (
        *heat_map(shot),
        *contours(shot),
        *topology.below(shot),
        *gradient(shot),
        *arrows(shot),
        *manifold.draw(shot),
        *reconstruction.below(shot),
        *answers.border(shot),
        *answers.beside(shot),
        *answers.prediction(shot),
        *chains.draw(shot),
        *data(shot),
        *reconstruction.above(shot),
        *conditional.regressor(shot),
        *attention.draw(shot),
        *nearest(shot),
        *manifold.centres(shot),
        *push.batch(shot),
        *topology.draw(shot),
        *descents.draw(shot),
        *cut(shot),
        *probe(shot),
    )
    return on_plane(shot, layers)


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


def heat_map(shot: Shot) -> tuple[Layer, ...]:
    """The map itself; its colours span view.levels, or follow the map. Where it shows the next
    step's push and pull, they span zero; where it shows a density, they begin at it.
    """
    if density := chains.image(shot):
        return (density,)
    view, values = shot.scene.view, shot.snapshot.arrays["map"]
    if zero := level.of(shot, "map"):
        values = values - np.float32(zero)
    left, right, bottom, top = view.window
    low, high = colour_range(shot)
    colours, symbol = view.colormap, level.named(shot, text.map_symbol(shot.scene))
    if shot.snapshot.has("push"):
        values = shot.snapshot.arrays["push"]
        high = push.limit(values)
        low, colours, symbol = -high, push.COLORMAP, push.symbol(shot)
    half_x = (right - left) / values.shape[1] / 2
    half_y = (top - bottom) / values.shape[0] / 2
    return (
        Image(
            values,
            (left + half_x, right - half_x),
            (bottom + half_y, top - half_y),
            low,
            high,
            colours,
            bar=symbol,
        ),
    )


def colour_range(shot: Shot) -> tuple[float, float]:
    """Energies at the ends of the colour map, above their least where only differences count."""
    view = shot.scene.view
    if not view.follow:
        return ends(view.levels[0], view.levels[1])
    low, high = shot.snapshot.metrics["range_low"], shot.snapshot.metrics["range_high"]
    return ends(low, max(high, low + 1e-6 * max(1.0, abs(low))))


def contours(shot: Shot) -> tuple[Layer, ...]:
    """All isolines as one broken curve."""
    lines = shot.snapshot.arrays["contours"]
    if not len(lines):
        return ()
    # Over push and pull or a density they still are the landscape's.
    other = shot.snapshot.has("push") or shot.snapshot.has("density")
    label = f"isolines of {text.map_symbol(shot.scene)}" if other else ""
    x, y = lines[:, 0], lines[:, 1]
    return (Curve(x, y, "contour", label=label, width=0.8, opacity=0.35),)


def gradient(shot: Shot) -> tuple[Layer, ...]:
    """∇F or −∇F on a coarse grid, lengths compressed so that the far field stays readable."""
    if not shot.snapshot.has("gradient"):
        return ()
    at, slope = shot.snapshot.arrays["gradient_at"], shot.snapshot.arrays["gradient"]
    sign = 1.0 if shot.scene.view.arrows == "ascent" else -1.0
    length = np.hypot(slope[:, 0], slope[:, 1])
    spacing = float(np.ptp(at[:, 0])) / 24
    scale = 0.85 * spacing / (1 + length)
    end = at + sign * slope * scale[:, None]
    label = "+∇F" if sign > 0 else "−∇F"
    # As a background of other arrows it must not hide them.
    if shot.snapshot.has("arrow_start"):
        return (Segments(at, end, "pull", label=label, width=0.7, opacity=0.6, halo=True, head=3),)
    return (Segments(at, end, "pull", label=label, width=1.1, opacity=0.85, halo=True, head=4),)


def arrows(shot: Shot) -> tuple[Layer, ...]:
    """The pulls on the manifold points, stronger ones more opaque."""
    if not shot.snapshot.has("arrow_start"):
        return ()
    a = shot.snapshot.arrays
    weight = a["arrow_weight"]
    one = shot.scene.view.arrows == "probe"
    name = "pull of y′ on ỹ, by P(z|y′)" if one else "pull on ỹ, by P(z|y)"
    head = 6.0 if len(weight) <= _HEADS else 0.0  # a haze of many needs none
    layers: list[Layer] = []
    for low, high, opacity in _OPACITY_BANDS:
        band = (weight > low) & (weight <= high)
        if band.any():
            layers.append(
                Segments(
                    a["arrow_start"][band],
                    a["arrow_end"][band],
                    "pull",
                    label="" if layers else name,
                    opacity=opacity,
                    halo=opacity > 0.9,
                    head=head,
                )
            )
    return tuple(reversed(layers))


def data(shot: Shot, size: float | None = None) -> tuple[Layer, ...]:
    """The training set, in marks of a size that suits their number if none is given."""
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


def nearest(shot: Shot) -> tuple[Layer, ...]:
    """ỹ(ž), the manifold point nearest to each datum, when training is cold."""
    beta = shot.scene["objective.beta"]
    off = shot.scene.view.arrows in ("probe", "off") or "centres" in shot.scene.facts
    if off or beta != math.inf or not shot.snapshot.has("nearest"):
        return ()
    points = shot.snapshot.arrays["nearest"]
    return (
        Points(
            points[:, 0],
            points[:, 1],
            "down",
            label="nearest ỹ(ž)",
            size=8,
            marker="cross",
        ),
    )


def cut(shot: Shot) -> tuple[Layer, ...]:
    """The line of the cross-section."""
    x0, y0, x1, y1 = shot.scene.view.cut
    x, y = np.array([x0, x1]), np.array([y0, y1])
    return (Curve(x, y, "cut", label="cut", dash="dash", width=1.6, halo=True, key="cut"),)


def probe(shot: Shot) -> tuple[Layer, ...]:
    """The point y′ under the latent lens; x′ where the plane is of x and not of views of it."""
    x, y = shot.scene.view.probe
    at = np.array([x]), np.array([y])
    inputs = "plane:x" in shot.scene.facts and "takes:views" not in shot.scene.facts
    label = "probe x′" if inputs else "probe y′"
    return (Points(*at, "probe", label=label, size=13, marker="cross", key="probe"),)


def _size(points: Array) -> float:
    return 8.0 if len(points) <= 100 else 6.0 if len(points) <= 1000 else 3.5


FIGURE = live(
    "landscape",
    "Landscape",
    (
        "map",
        "contours",
        "gradient",
        "manifold",
        "data",
        "arrows",
        "nearest",
        "regressor",
        "classes",
        "beside",
        "prediction",
        *reconstruction.NEEDS,
        *attention.NEEDS,
        "push",
        "negatives",
        "chains",
        "density",
        "likelihood",
        "descents",
        topology.NEED,
    ),
    draw,
    PLANE,
    order=10,
)
