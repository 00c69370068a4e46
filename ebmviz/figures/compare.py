"""Two models side by side, A and B, and the difference between them: on one scale, on one axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from ebmviz.core.markup import quoted
from ebmviz.core.plot import Axis, Curve, Dash, Image, Layer, Named, Plot, Points, Rule, Sheet
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array, Beside
from ebmviz.figures import cross_section, landscape, loss_curve
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.layers import data, places, push
from ebmviz.figures.words import level, text

_STROKES: dict[str, tuple[str, float, Dash]] = {
    "A": ("text", 2.6, "solid"),
    "B": ("energy", 2.0, "dash"),
}
"""Colours, not those that branches have on the timeline, and widths of their curves."""
DIFFERENCE = "B − A"
_NEEDS = ("section", "curves")
_ALSO = {layer.group.name for layer in (data.LAYER, *places.LAYERS) if layer.group}
"""What lies on the difference, to find one's way."""
_DATA = ("data", "data_class", "data_x")
_NOTHING = "Nothing to compare with yet: choose it above"


def draw(shot: Shot) -> Sheet:
    """A, B and B − A as maps; below them their curves along the cut and over the steps, and the
    difference along the cut. Without B, A alone, and why.
    """
    other = shot.beside
    if other is None:
        why = shot.snapshot.labels.get("beside", ("",))[0]
        alone = ((_entitled(landscape.draw(shot), "A", shot),),)
        return Sheet("Compare", alone, f"B cannot be shown: {why}" if why else _NOTHING)
    maps = _maps(shot, other)
    curves = [_section(shot, other), _training(shot, other), _section_difference(shot, other)]
    rows = (maps, tuple(plot for plot in curves if plot))
    return Sheet(f"Compare · {_symbols(maps)}", rows, _caption(shot, other, maps))


def _maps(a: Shot, b: Shot) -> tuple[Plot, ...]:
    one, two = (_entitled(landscape.draw(s), n, s) for s, n in ((a, "A"), (b, "B")))
    first, second = _image(one), _image(two)
    if first is None or second is None or _quantity(a) != _quantity(b):
        return one, two
    low, high = min(first.low, second.low), max(first.high, second.high)
    first, second = (msgspec.structs.replace(i, low=low, high=high) for i in (first, second))
    difference = _difference(one, first, second, _common(a, b))
    return _with(one, first), _named_once(_with(two, second), one), difference


def _named_once(plot: Plot, other: Plot) -> Plot:
    """Without a legend that says what that of another does."""
    labels = ({getattr(layer, "label", "") for layer in each.layers} for each in (plot, other))
    own, theirs = labels
    return msgspec.structs.replace(plot, legend=not own <= theirs)


def _entitled(plot: Plot, name: str, shot: Shot) -> Plot:
    title = f"{name} · step {text.grouped(shot.snapshot.step)}"
    return msgspec.structs.replace(plot, title=title, brief=name)


def _image(plot: Plot) -> Image | None:
    return next((layer for layer in plot.layers if isinstance(layer, Image)), None)


def _quantity(shot: Shot) -> str:
    """What the map is of: densities and energies have no difference."""
    return next((name for name in ("density", "push") if shot.snapshot.has(name)), "map")


def _with(plot: Plot, image: Image) -> Plot:
    layers = tuple(image if isinstance(layer, Image) else layer for layer in plot.layers)
    return msgspec.structs.replace(plot, layers=layers)


def _common(a: Shot, b: Shot) -> frozenset[str]:
    """Groups of layers that lie on both, and so on the difference: data only where they are the
    same.
    """
    name = data.LAYER.group.name if data.LAYER.group else ""
    own, theirs = ({k: s.snapshot.arrays[k] for k in _DATA if s.snapshot.has(k)} for s in (a, b))
    same = own.keys() == theirs.keys() and all(np.array_equal(own[k], theirs[k]) for k in own)
    return frozenset(_ALSO if same else _ALSO - {name})


def _difference(one: Plot, first: Image, second: Image, common: frozenset[str]) -> Plot:
    values = subtracted(second.values, first.values)
    end = push.limit(values)
    image = msgspec.structs.replace(
        first, values=values, low=-end, high=end, colormap=push.COLORMAP, bar=DIFFERENCE
    )
    own = (x for x in one.layers if isinstance(x, Named) and x.layer in common)
    layers: tuple[Layer, ...] = (image, *own)
    named = tuple(entry for entry in one.entries if entry.name in common)
    return msgspec.structs.replace(
        one, title=DIFFERENCE, brief=DIFFERENCE, layers=layers, entries=named
    )


def subtracted(b: Array, a: Array) -> Array:
    """b − a in float32, NaN where both are infinite."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(b.astype(np.float64) - a, np.float32)


def _symbols(maps: Sequence[Plot]) -> str:
    """What both maps are of."""
    bars = [image.bar for plot in maps[:2] if (image := _image(plot))]
    return " and ".join(dict.fromkeys(bars))


def _along(shot: Shot) -> Array | None:
    """The view's own β along the cut."""
    if not shot.snapshot.has("section"):
        return None
    return np.asarray(shot.snapshot.arrays["section"][-1] - np.float32(level.of(shot, "section")))


def _section(a: Shot, b: Shot) -> Plot | None:
    one, two = _along(a), _along(b)
    if one is None or two is None:
        return None
    x, label, where = cross_section.axis(a)
    ends = [cross_section.limits(shot) for shot in (a, b)]
    return Plot(
        title=f"Cross-section · {where}",
        x=Axis(label, float(x.min()), float(x.max())),
        y=Axis(_energies(a, b), min(low for low, _ in ends), max(high for _, high in ends)),
        layers=(_curve(x, one, "A"), _curve(x, two, "B")),
    )


def _energies(a: Shot, b: Shot) -> str:
    names = (level.named(each, text.map_symbol(each.scene)) for each in (a, b))
    return " and ".join(dict.fromkeys(names))


def _section_difference(a: Shot, b: Shot) -> Plot | None:
    one, two = _along(a), _along(b)
    if one is None or two is None:
        return None
    x, label, where = cross_section.axis(a)
    values = subtracted(two, one)
    end = push.limit(values)
    # Energies along the cut, also where the maps are of something else.
    of = "" if _quantity(a) == _quantity(b) == "map" else f" of {_energies(a, b)}"
    return Plot(
        title=f"{DIFFERENCE}{of} · {where}",
        x=Axis(label, float(x.min()), float(x.max())),
        y=Axis(f"{DIFFERENCE}{of}", -end, end),
        layers=(Rule(0.0, "y", "muted", width=1.0), Curve(x, values, "text", width=2.2)),
        legend=False,
    )


def _curve(x: Array, y: Array, name: str) -> Curve:
    """B in dashes: where both are equal, both are seen."""
    color, width, dash = _STROKES[name]
    return Curve(x, y, color, name, width, dash)


def _training(a: Shot, b: Shot) -> Plot | None:
    """The mean energy of the data over the steps of both, each at its training β."""
    shots = {name: s for name, s in (("A", a), ("B", b)) if s.snapshot.has("curve_step")}
    if not shots:
        return None
    every = np.concatenate([shot.snapshot.arrays["curve_energy"] for shot in shots.values()])
    measured = every[np.isfinite(every)]
    free = any(level.relative(shot) for shot in shots.values())
    log = not free and bool(len(measured)) and bool((measured > 0).all())
    last = max(shot.snapshot.metrics["last_step"] for shot in shots.values())
    layers: list[Layer] = [x for name, shot in shots.items() for x in _mean(shot, name)]
    if a.snapshot.step < a.snapshot.metrics["last_step"]:
        layers.append(Rule(a.snapshot.step, "x", _STROKES["A"][0], width=1.0))
    return Plot(
        title="Mean energy of the data",
        x=Axis("step", 0.0, max(last, 1.0), whole=True),
        y=Axis(_averaged(shots.values(), free), *loss_curve.limits(measured, log), log=log),
        layers=tuple(layers),
    )


def _mean(shot: Shot, name: str) -> list[Layer]:
    x, y = (shot.snapshot.arrays[key] for key in ("curve_step", "curve_energy"))
    end = Points(x[-1:], y[-1:], _STROKES[name][0], size=7, halo=False)
    return [_curve(x, y, name), end]


def _averaged(shots: Iterable[Shot], free: bool) -> str:
    names = {loss_curve.symbol(shot) for shot in shots}
    name = f"mean {names.pop()}" if len(names) == 1 else "mean energy"
    return f"{name}, + const." if free else name


def _caption(a: Shot, b: Shot, maps: Sequence[Plot]) -> str:
    said = [_who(a.snapshot.beside)] if a.snapshot.beside else []
    if len(maps) < 3:
        apart = "the maps are of different things: they have no difference"
        return "; ".join(each for each in (*said, apart) if each)
    image = _image(maps[2])
    assert image
    return "; ".join(each for each in (*said, _apart(image.values), _above(a, b)) if each)


def _who(beside: Beside) -> str:
    """The branch of B, and in what it is trained otherwise."""
    name = f"B is {quoted(beside.name)}" if beside.name else "B" if beside.differs else ""
    return ": ".join(each for each in (name, beside.differs) if each)


def _apart(difference: Array) -> str:
    """How far B is from A; where one is infinite and the other is not, they are not equal."""
    values = difference[np.isfinite(difference)]
    if not len(values):
        return ""
    if not difference[~np.isnan(difference)].any():
        return "A and B are equal all over the map"
    low, high = (text.number(float(end)) for end in (values.min(), values.max()))
    where = "over the map" if len(values) == difference.size else "where both are finite"
    return f"{DIFFERENCE} from {low} to {high} {where}"


def _above(a: Shot, b: Shot) -> str:
    """Whose energies are shown above their least: those of one alone, too; no push, no density."""
    if _quantity(a) != "map":
        return ""
    told = {(True, True): "each", (True, False): "A", (False, True): "B"}
    name = told.get((level.relative(a), level.relative(b)), "")
    return f"{name} above its own minimum" if name else ""


def _asked(scene: Scene) -> tuple[str, ...]:
    return (*landscape.FIGURE.asks(scene), *_NEEDS)


FIGURE = live(
    "compare",
    "Compare",
    (*landscape.FIGURE.needs, *_NEEDS),
    draw,
    PLANE,
    order=30,
    says="A, B and the difference B − A, under the same view",
    asked=_asked,
)
