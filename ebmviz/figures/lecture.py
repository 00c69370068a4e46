"""The figures of the practicum (Canziani 2020, Figures 1–11): which model states they show, and
how. What differs from the source on purpose is in mathematics.md §9.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec
import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Sheet
from ebmviz.figures import cross_section, gibbs, landscape, stack
from ebmviz.figures.base.figure import Figure, Shot, State
from ebmviz.figures.layers import data, heat, horn, manifold, nearest, places, pulls, slopes
from ebmviz.figures.words import text

_DECADES = (0.1, 10**-0.5, 1.0, 10**0.5, 10.0, math.inf)
_COLD_TRAINED = {"objective.beta": math.inf, "optimizer.lr": 0.2, "optimizer.batch": 1}
# Full batches at a moderate rate reach the warm optimum without the noise of single points.
_WARM_TRAINED = {"objective.beta": 1.0, "optimizer.lr": 0.1, "optimizer.batch": 100_000}
_WARM_EPOCHS = 400
_PLAIN = {"view.follow": False, "view.contours": 10, "objective.beta": math.inf}
# Data of the lecture, counted from 1 as there.
_DATUM_10, _DATUM_23 = (0.1855, 1.5052), (1.9694, 0.0867)
_WIDE = {"view.window": (-3.0, 3.0, -2.0, 2.0), "view.levels": (0.0, 2.0)}


def _figure_1(shots: tuple[Shot, ...]) -> Plot:
    """Without the data, and with the key of the source: cold, warm, hot."""
    plot = stack.draw(shots[0])
    isolines = [i for i, layer in enumerate(plot.layers) if _isoline(layer)]
    names = {
        isolines[len(isolines) // 2 - 1]: "warm, F_∞ = 0.5",
        isolines[-1]: "hot, F_∞ ≥ 1",
    }
    layers = []
    for i, layer in enumerate(plot.layers):
        if isinstance(layer, Curve) and layer.color == "manifold":
            layer = msgspec.structs.replace(layer, label="cold, F_∞ = 0: manifold ỹ(z)")
        elif i in names:
            layer = msgspec.structs.replace(layer, label=names[i])
        if not isinstance(layer, Points):
            layers.append(layer)
    title = "F_∞(y), untrained: isolines 0.1 … 1"
    return msgspec.structs.replace(plot, title=title, layers=tuple(layers))


def _isoline(layer: Layer) -> bool:
    return isinstance(layer, Curve) and layer.color.startswith("#")


def _figure_1b(shots: tuple[Shot, ...]) -> Plot:
    shot = shots[0]
    layers = (
        *heat.heat_map(shot),
        *slopes.gradient(shot),
        *manifold.draw(shot),
        *data.data(shot),
        *nearest.nearest(shot),
    )
    return landscape.on_plane(shot, layers)


def _figure_2(shots: tuple[Shot, ...]) -> Plot:
    plot = cross_section.draw(shots[0])
    return msgspec.structs.replace(
        plot, title="F_∞ at y_1 = 0, untrained", y=Axis("F_∞(0, y_2)", 0.0), legend=False
    )


def _figure_6(shots: tuple[Shot, ...]) -> Plot:
    plot = cross_section.draw(shots[0])
    return msgspec.structs.replace(
        plot, title="F_β at y_1 = 0, untrained", y=Axis("F_β(0, y_2)", 0.0)
    )


def _figure_8(shots: tuple[Shot, ...]) -> Plot:
    plot = cross_section.draw(shots[0])
    return msgspec.structs.replace(
        plot, title="F_β at y_1 = 0, trained", y=Axis("F_β(0, y_2)", 0.0, 6.3)
    )


def _figure_7(shots: tuple[Shot, ...]) -> Sheet:
    names = ("cold, untrained", "cold, trained", "warm, untrained", "warm, trained")
    plots = []
    for shot, name in zip(shots, names, strict=True):
        warm = shot.scene.view.arrows == "probe"
        layers = (
            *heat.heat_map(shot),
            *slopes.gradient(shot),
            *pulls.arrows(shot),
            *manifold.draw(shot),
            *data.data(shot),
            *nearest.nearest(shot),
            *(places.probe(shot) if warm else ()),
        )
        title = f"{text.free_energy(shot.scene.view.beta)}: {name}"
        plots.append(msgspec.structs.replace(landscape.on_plane(shot, layers), title=title))
    return Sheet(
        title="Training the ellipse",
        rows=((plots[0], plots[1]), (plots[2], plots[3])),
        caption="Top: β = ∞, each datum pulls its nearest manifold point ỹ(ž). Bottom: β = 1, each"
        " pulls all 48, weighted by P(z|y); drawn for y′ = datum 10 alone.",
    )


def _figure_9(shots: tuple[Shot, ...]) -> Plot:
    box = horn.Box(shots[0], shots[0].snapshot.arrays["data"])
    return horn.plot(
        shots[0], (*box.frame(), *horn.data(shots[0], box)), "The horn: data coloured by x"
    )


def _horn_manifold(shots: tuple[Shot, ...], title: str) -> Plot:
    shot = shots[0]
    box = horn.Box(shot, shot.snapshot.arrays["data"])  # the scale of Figure 9
    layers = (*box.frame(), *horn.net(shot, box), *horn.points(shot, box))
    widest = float(np.abs(shot.snapshot.arrays["horn"]).max())
    note = f"On the scale of the data; the manifold itself reaches ± {text.number(widest, 2)}"
    return msgspec.structs.replace(horn.plot(shot, layers, title), caption=note)


def _state(*changes: Mapping[str, object], epochs: int = 0) -> State:
    merged: dict[str, object] = dict(_PLAIN)
    for change in changes:
        merged |= change
    return State(merged, epochs)


def _gibbs_at(name: str, title: str, y: tuple[float, float]) -> Figure:
    state = _state({"view.beta": 1.0, "view.probe": y, "view.window": (-2.4, 2.4, -1.9, 1.9)})
    needs = ("manifold", "data", "lens")
    return Figure(name, title, needs, lambda shots: gibbs.draw(shots[0]), (state,))


# 1000 steps of 50 data.
_HORN_EPOCHS = 100
_STRAIGHT = {"view.cut": (0.0, -2.0, 0.0, 2.0)}
_COLD = {**_WIDE, "view.beta": math.inf, "view.arrows": "data"}
_WARM = {
    **_WIDE,
    "view.levels": (0.0, 5.0),
    "view.beta": 1.0,
    "view.arrows": "probe",
    "view.probe": _DATUM_10,
    "objective.beta": 1.0,
}

FIGURES = (
    Figure(
        "figure-1",
        "Canziani 2020, Figure 1: isolines of F_∞, untrained",
        ("contours", "manifold", "data"),
        _figure_1,
        (
            _state(
                {
                    "view.beta": math.inf,
                    "view.window": (-1.5, 1.5, -1.5, 1.5),
                    "view.levels": (0.0, 1.0),
                    "view.colormap": "cold-warm",
                    "view.azimuth": -60.0,
                    "view.elevation": 30.0,
                }
            ),
        ),
    ),
    Figure(
        "figure-1b",
        "Canziani 2020, Figure 1 b: F_∞ with its gradient, data and ỹ(ž)",
        ("map", "gradient", "manifold", "data", "nearest"),
        _figure_1b,
        (_state(_COLD, {"view.arrows": "ascent"}),),
    ),
    Figure(
        "figure-2",
        "Canziani 2020, Figure 2: F_∞ along y_1 = 0, untrained",
        ("section",),
        _figure_2,
        (_state(_STRAIGHT, {"view.beta": math.inf, "view.section": (math.inf,)}),),
    ),
    _gibbs_at("figure-3", "Canziani 2020, Figure 3: Gibbs factor at datum 23", _DATUM_23),
    _gibbs_at("figure-4", "Canziani 2020, Figure 4: Gibbs factor at datum 10", _DATUM_10),
    _gibbs_at("figure-5", "Canziani 2020, Figure 5: Gibbs factor at the origin", (0.0, 0.0)),
    Figure(
        "figure-6",
        "Canziani 2020, Figure 6: F_β along y_1 = 0, untrained",
        ("section",),
        _figure_6,
        (_state(_STRAIGHT, {"view.beta": math.inf, "view.section": _DECADES}),),
    ),
    Figure(
        "figure-7",
        "Canziani 2020, Figure 7: cold and warm, untrained and trained",
        ("map", "field", "manifold", "data", "arrows", "nearest"),
        _figure_7,
        (
            _state(_COLD),
            _state(_COLD_TRAINED, _COLD, epochs=1),
            _state(_WARM),
            _state(_WARM_TRAINED, _WARM, epochs=_WARM_EPOCHS),
        ),
    ),
    Figure(
        "figure-8",
        "Canziani 2020, Figure 8: F_β along y_1 = 0, trained",
        ("section",),
        _figure_8,
        (
            _state(
                _COLD_TRAINED,
                _STRAIGHT,
                {"view.beta": math.inf, "view.section": _DECADES},
                epochs=1,
            ),
        ),
    ),
    Figure(
        "figure-9",
        "Canziani 2020, Figure 9: data of the horn",
        ("data",),
        _figure_9,
        (State({"data.count": 2000}, 0),),
        ("conditional", "decoder"),
    ),
    Figure(
        "figure-10",
        "Canziani 2020, Figure 10: manifold of the horn, untrained",
        ("horn", "data"),
        lambda shots: _horn_manifold(shots, "ỹ(x, z), untrained"),
        (State({}, 0),),
        ("conditional", "decoder"),
    ),
    Figure(
        "figure-11",
        "Canziani 2020, Figure 11: manifold of the horn, trained",
        ("horn", "data"),
        lambda shots: _horn_manifold(shots, "ỹ(x, z), trained at β = ∞"),
        (State({"objective.beta": math.inf}, _HORN_EPOCHS),),
        ("conditional", "decoder"),
    ),
)
