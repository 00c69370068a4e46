"""Backprop as a Lagrangian: the states of a chain forward, its multipliers backward."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Note, Plot, Points, Segments
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import places, text

_APART = 0.12  # of z_k and λ_k from the middle of their column
_FROM, _TO = 0.29, 0.71  # where an arrow between two columns starts and ends
_BOX = 0.25  # half the width of a column's box
_HEIGHT = 3.0  # of the columns, however many units they have
_SIZE = 15.0  # points, of the cells of few units
_FEW, _SOME = 3, 4  # layers: the numbers, and the names ∂g, of more would touch on a card
_COLORMAP = "cold-warm"


def draw(shot: Shot) -> Plot:
    """One column per layer, z_k beside λ_k, and what leads from one column to the next."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    sizes = [int(n) for n in a["lagrangian_sizes"]]
    rows, last = max(sizes), len(sizes) - 1
    size = min(_SIZE, 45.0 / rows, 48.0 / last)
    states, multipliers = a["lagrangian_z"], a["lagrangian_multiplier"]
    at = _places(sizes, _HEIGHT / rows)
    x, y = a["lagrangian_datum"]
    return Plot(
        title=f"Lagrangian · E = {text.number(m['lagrangian_energy'], 2)}",
        x=Axis("", -0.3, last + 0.3, visible=False),
        y=Axis("", -_HEIGHT / 2 - 0.35, _HEIGHT / 2 + 1.0, visible=False),
        layers=(
            _frames(last),
            *_links(last, a["lagrangian_slope"]),
            _cells(at, -_APART, states, "states z_k", size),
            _cells(at[sizes[0] :], _APART, multipliers, "multipliers λ_k", size),
            *_names(last),
        ),
        legend=False,
        caption=f"At {places.point(shot.scene, (float(x), float(y)))}: largest difference to"
        f" autograd {text.number(m['lagrangian_error'], 1)}."
        + (" Between layers: ‖∂L/∂w_k‖" if last <= _FEW else ""),
    )


def _places(sizes: list[int], pitch: float) -> Array:
    """The middle of each unit's cells, one column per layer: (Σ sizes, 2)."""
    return np.array(
        [(k, pitch * ((n - 1) / 2 - i)) for k, n in enumerate(sizes) for i in range(n)], float
    )


def _frames(last: int) -> Curve:
    """A box around each column."""
    x = np.array([-_BOX, _BOX, _BOX, -_BOX, -_BOX, np.nan])
    y = _HEIGHT / 2 * np.array([-1, -1, 1, 1, -1, np.nan])
    columns = np.arange(last + 1)[:, None]
    return Curve((columns + x).ravel(), np.tile(y, last + 1), "grid", width=1.2)


def _cells(at: Array, shift: float, values: Array, label: str, size: float) -> Points:
    """Negative blue, positive red, grey near zero; a root scale, so that small ones show."""
    root = np.sign(values) * np.sqrt(np.abs(values))
    most = float(np.abs(root).max()) or 1.0
    return Points(
        at[:, 0] + shift,
        at[:, 1],
        "muted",
        label=label,
        size=size,
        values=root,
        colormap=_COLORMAP,
        low=-most,
        high=most,
    )


def _links(last: int, slopes: Array) -> list[Layer]:
    """g_k forward, its transposed Jacobian backward, and the slopes of the weights between."""
    k = np.arange(last)
    ahead, back = np.full(last, 0.75), np.full(last, -0.75)
    start, end = k + _FROM, k + _TO
    layers: list[Layer] = [
        Segments(
            np.stack([start, ahead], 1), np.stack([end, ahead], 1), "latent", width=1.6, head=7
        ),
        Segments(
            np.stack([end, back], 1)[1:],
            np.stack([start, back], 1)[1:],
            "loss",
            width=1.6,
            head=7,
        ),
    ]
    layers += [Note(i + 0.5, 1.25, f"g_{i + 1}", "latent") for i in range(last)]
    if last <= _SOME:
        layers += [Note(i + 0.5, -1.25, f"∂g_{i + 1}′", "loss") for i in range(1, last)]
    if last <= _FEW:
        layers += [
            Note(i + 0.5, 0.0, text.number(float(s), 1), "muted") for i, s in enumerate(slopes)
        ]
    return layers


def _names(last: int) -> list[Layer]:
    top, apart = _HEIGHT / 2 + 0.5, max(_APART, 0.035 * last)  # where many are, letters are wide
    states: list[Layer] = [Note(k - apart, top, f"z_{k}", "latent") for k in range(last + 1)]
    return [*states, *(Note(k + apart, top, f"λ_{k}", "loss") for k in range(1, last + 1))]


FIGURE = live("lagrangian", "Lagrangian", ("lagrangian",), draw, ("chain",), order=400)
