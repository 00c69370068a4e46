"""The lecture's own figures (S4, Figures 1–11): which model states they show, and how."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from ebmviz.core.plot import Axis, Plot, Points, Sheet
from ebmviz.figures import cross_section, gibbs, horn, landscape, manifold, stack, text
from ebmviz.figures.figure import Figure, Shot, State

_DECADES = (0.1, 10**-0.5, 1.0, 10**0.5, 10.0, math.inf)
_COLD_TRAINED = {"objective.beta": math.inf, "optimizer.lr": 0.2, "optimizer.batch": 1}
# Full batches at a moderate rate reach the warm optimum without the noise of single points.
_WARM_TRAINED = {"objective.beta": 1.0, "optimizer.lr": 0.1, "optimizer.batch": 100_000}
_WARM_EPOCHS = 400
_PLAIN = {"view.follow": False, "view.contours": 10, "objective.beta": math.inf}
_WIDE = {"view.window": (-3.0, 3.0, -2.0, 2.0), "view.levels": (0.0, 2.0)}


def _figure_1(shots: tuple[Shot, ...]) -> Plot:
    plot = stack.draw(shots[0])
    layers = tuple(layer for layer in plot.layers if not isinstance(layer, Points))
    title = "F_∞(y), untrained: isolines 0 … 1"
    return msgspec.structs.replace(plot, title=title, layers=layers)


def _figure_1b(shots: tuple[Shot, ...]) -> Plot:
    shot = shots[0]
    layers = (
        *landscape.heat_map(shot),
        *landscape.gradient(shot),
        *manifold.draw(shot),
        *landscape.data(shot),
        *landscape.nearest(shot),
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
        layers = (
            *landscape.heat_map(shot),
            *landscape.arrows(shot),
            *manifold.draw(shot),
            *landscape.data(shot),
            *landscape.nearest(shot),
        )
        title = f"{text.free_energy(shot.scene.view.beta)}: {name}"
        plots.append(msgspec.structs.replace(landscape.on_plane(shot, layers), title=title))
    return Sheet(
        title="Training the ellipse",
        rows=((plots[0], plots[1]), (plots[2], plots[3])),
        caption="Top: β = ∞, each datum pulls its nearest manifold point ỹ(ž). Bottom: β = 1,"
        " each pulls all of them, weighted by P(z|y); trained at that β.",
    )


def _figure_9(shots: tuple[Shot, ...]) -> Plot:
    box = horn.Box(shots[0], shots[0].snapshot.arrays["data"])
    return horn.plot((*box.frame(), *horn.data(shots[0], box)), "The horn: data coloured by x")


def _horn_manifold(shots: tuple[Shot, ...], title: str) -> Plot:
    shot = shots[0]
    box = horn.Box(shot, shot.snapshot.arrays["horn"])
    return horn.plot((*box.frame(), *horn.net(shot, box), *horn.points(shot, box)), title)


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
    "view.arrows": "data",
    "objective.beta": 1.0,
}

FIGURES = (
    Figure(
        "figure-1",
        "S4, Figure 1: isolines of F_∞, untrained",
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
        "S4, Figure 1 b: F_∞ with its gradient, data and ỹ(ž)",
        ("map", "gradient", "manifold", "data", "nearest"),
        _figure_1b,
        (_state(_COLD, {"view.arrows": "ascent"}),),
    ),
    Figure(
        "figure-2",
        "S4, Figure 2: F_∞ along y_1 = 0, untrained",
        ("section",),
        _figure_2,
        (_state(_STRAIGHT, {"view.beta": math.inf, "view.section": (math.inf,)}),),
    ),
    _gibbs_at("figure-3", "S4, Figure 3: Gibbs factor at y′ = Y[23]", (1.9694, 0.0867)),
    _gibbs_at("figure-4", "S4, Figure 4: Gibbs factor at y′ = Y[10]", (0.1855, 1.5052)),
    _gibbs_at("figure-5", "S4, Figure 5: Gibbs factor at the origin", (0.0, 0.0)),
    Figure(
        "figure-6",
        "S4, Figure 6: F_β along y_1 = 0, untrained",
        ("section",),
        _figure_6,
        (_state(_STRAIGHT, {"view.beta": math.inf, "view.section": _DECADES}),),
    ),
    Figure(
        "figure-7",
        "S4, Figure 7: cold and warm, untrained and trained",
        ("map", "manifold", "data", "arrows", "nearest"),
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
        "S4, Figure 8: F_β along y_1 = 0, trained",
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
        "S4, Figure 9: data of the horn",
        ("data",),
        _figure_9,
        (State({"data.count": 2000}, 0),),
        ("conditional", "decoder"),
    ),
    Figure(
        "figure-10",
        "S4, Figure 10: manifold of the horn, untrained",
        ("horn",),
        lambda shots: _horn_manifold(shots, "ỹ(x, z), untrained"),
        (State({}, 0),),
        ("conditional", "decoder"),
    ),
    Figure(
        "figure-11",
        "S4, Figure 11: manifold of the horn, trained",
        ("horn",),
        lambda shots: _horn_manifold(shots, "ỹ(x, z), trained at β = ∞"),
        (State({"objective.beta": math.inf}, _HORN_EPOCHS),),
        ("conditional", "decoder"),
    ),
)
