"""Loss and mean energy over the training steps."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Rule
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import level, text

_TRIES = "tries"


def draw(shot: Shot) -> Plot:
    """The batch's loss, and the mean of F over all data at the training β; of an
    experiment's tries the network's loss, which begins anew with each.
    """
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    step, loss, energy = a["curve_step"], a["curve_loss"], a["curve_energy"]
    last = max(m["last_step"], 1.0)
    measured = np.concatenate([loss[np.isfinite(loss)], energy])
    # An energy that is free by a constant has no logarithm.
    log = not level.relative(shot) and bool(len(measured)) and bool((measured > 0).all())
    tries = _TRIES in shot.scene.facts
    name = "network, try under way" if tries else f"mean {symbol(shot)}, all data"
    if level.relative(shot):
        name += ", + const."
    layers: list[Layer] = [Curve(step, energy, "energy", label=name, width=2.0)]
    if not tries:
        layers.insert(0, Curve(step, loss, "loss", label="loss, batch", width=0.8))
    if len(step) == 1:
        layers.append(Points(step, energy, "energy", size=6, halo=False))
    if shot.snapshot.step < m["last_step"]:
        layers.append(Rule(shot.snapshot.step, "x", "muted"))
    return Plot(
        title="Loss",
        x=Axis("step", 0.0, last, whole=True),
        y=Axis("loss", *limits(measured, log), log=log),
        layers=tuple(layers),
    )


def symbol(shot: Shot) -> str:
    """The energy that is averaged over the data."""
    beta = shot.scene.number("objective.beta")
    return text.free_energy(beta) if "latent" in shot.scene.facts else "E"


def limits(measured: Array, log: bool) -> tuple[float | None, float | None]:
    """Ends of the loss axis, with a little room."""
    if not len(measured):
        return None, None
    low, high = float(measured.min()), float(measured.max())
    if log:
        return low / 1.3, high * 1.3
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


FIGURE = live("loss-curve", "Loss", ("curves",), draw, (f"loss|{_TRIES}",), order=300)
