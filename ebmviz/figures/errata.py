"""The slips of the sources beside the right curves."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Sheet
from ebmviz.figures.base.figure import Shot, live

_PER_ROW = 4
_FALLS = ("integral",)  # without end: as much is shown as tells it
_STEPS = 12  # values at most that stand alone, and are marked


def draw(shot: Shot) -> Sheet:
    """All of them, small."""
    names = shot.snapshot.labels["errata"]
    plots = [_plot(shot, name) for name in names]
    rows = [tuple(plots[i : i + _PER_ROW]) for i in range(0, len(plots), _PER_ROW)]
    return Sheet(title="Errata · right, and as printed", rows=tuple(rows))


def one(shot: Shot) -> Plot:
    """The chosen one, with its source and what is wrong."""
    return _plot(shot, shot.scene.word("experiment.slip"), large=True)


def _plot(shot: Shot, name: str, large: bool = False) -> Plot:
    words = shot.snapshot.labels[f"errata_{name}"]
    title, brief, source, x_label, y_label, right, slip, says = words
    x, true, false = shot.snapshot.arrays[f"errata_{name}"]
    low, high = _limits(name, true, false)
    layers: list[Layer] = [
        Curve(x, false, "muted", slip if large else "as printed", 2.0, "dash"),
        Curve(x, true, "energy", right if large else "right", 2.6),
    ]
    if len(x) <= _STEPS:
        layers += [
            Points(x, false, "muted", size=6, halo=False),
            Points(x, true, "energy", size=7, halo=False),
        ]
    pad = 0.02 * float(x[-1] - x[0])
    return Plot(
        title=f"Erratum · {title}" if large else title,
        x=Axis(x_label, float(x[0]) - pad, float(x[-1]) + pad),
        y=Axis(y_label, low, high),
        layers=tuple(layers),
        caption=f"{says}. {source}" if large else says,
        brief="" if large else brief,
    )


def _limits(name: str, true: np.ndarray, false: np.ndarray) -> tuple[float, float]:
    """All of the right curve; of one that diverges, as much as shows that."""
    values = true if name in _FALLS else np.concatenate([true, false])
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low)
    return (low - (3 * (high - low) if name in _FALLS else room)), high + room


_WHEN = ("main:errata",)
FIGURE = live(
    *("errata", "Errata", ("errata",), draw, _WHEN),
    order=240,
    says="dashed: as printed; red: right, both computed",
)
ONE = live("erratum", "Erratum", ("errata",), one, _WHEN, order=250)
