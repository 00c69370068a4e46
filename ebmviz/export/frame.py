"""What frames a plot: scales, limits, ticks, spines, title and colour bars."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis as MplAxis

from ebmviz.core import palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Axis, Bars, Image, Note, Plot, Points, Surface, beyond
from ebmviz.export import draw, style, ticks

Side = Literal["x", "y"]


def prepare(axes: Axes, plot: Plot, theme: Theme) -> None:
    """Everything that must stand before the layers are drawn."""
    axes.set_facecolor(palette.color("panel", theme))
    if is_equal(plot):
        axes.set_aspect("equal", adjustable="box")
    filled = any(isinstance(layer, Bars) for layer in plot.layers)
    for side, axis in (("x", plot.x), ("y", plot.y)):
        if axis.log:
            # A line breaks where it is not positive; a bar still stands on the ground.
            getattr(axes, f"set_{side}scale")("log", nonpositive="clip" if filled else "mask")


def is_equal(plot: Plot) -> bool:
    """Whether both axes share one scale; logarithmic ones cannot."""
    return plot.equal and not plot.x.log and not plot.y.log


def limits(axes: Axes, plot: Plot) -> None:
    """The plot's own limits; else the edges of the map; else those of the data."""
    notes = [(note.x, note.y) for note in plot.layers if isinstance(note, Note)]
    axes.update_datalim(notes or np.zeros((0, 2)))
    sides: tuple[tuple[Side, Axis], ...] = (("x", plot.x), ("y", plot.y))
    blank = [(side, axis) for side, axis in sides if not _shows(axes, side, axis)]
    for side, _ in blank:
        axes.autoscale(False, axis=side)
    axes.autoscale_view()
    for side, axis in blank:
        getattr(axes, f"set_{side}lim")(*((0.1, 10) if axis.log else (0, 1)))
    edges = [draw.extent(layer) for layer in plot.layers if isinstance(layer, Image)]
    if edges:
        left, right, bottom, top = np.array(edges).T
        axes.set(xlim=(left.min(), right.max()), ylim=(bottom.min(), top.max()))
    for side, axis in sides:
        low, high = getattr(axes, f"get_{side}lim")()
        low = axis.low if _usable(axis.low, axis) else low
        high = axis.high if _usable(axis.high, axis) else high
        if low != high:
            getattr(axes, f"set_{side}lim")(low, high)


def _shows(axes: Axes, side: Side, axis: Axis) -> bool:
    """Whether there is anything to scale the axis to."""
    found = axes.dataLim
    low = getattr(found, f"minpos{side}" if axis.log else f"{side}0")
    return math.isfinite(low)


def _usable(limit: float | None, axis: Axis) -> bool:
    return limit is not None and math.isfinite(limit) and (limit > 0 or not axis.log)


def finish(axes: Axes, plot: Plot, theme: Theme) -> None:
    """Ticks, labels, spines and colour bars."""
    mapped = any(isinstance(layer, Image) for layer in plot.layers)
    muted = palette.color("muted", theme)
    axes.tick_params(
        which="both", color=muted, labelcolor=muted, labelsize=style.SMALL, width=style.HAIR
    )
    axes.tick_params(which="major", length=3.5, direction="out", pad=3.5)
    axes.tick_params(which="minor", length=2, direction="out")
    axes.set_axisbelow(True)
    for side, spine, far, axis in (
        ("x", "bottom", "top", plot.x),
        ("y", "left", "right", plot.y),
    ):
        _axis(getattr(axes, f"{side}axis"), axis, theme, grid=not mapped)
        axes.spines[spine].set(color=muted, linewidth=style.HAIR, visible=axis.visible)
        axes.spines[far].set(color=muted, linewidth=style.HAIR, visible=mapped and axis.visible)
    _bars(axes, plot, theme)


def texts(
    axes: Axes, plot: Plot, room: tuple[float, float], title_size: float, theme: Theme
) -> None:
    """Title and label below, broken into lines where they are longer than their side; that of the
    other side is made shorter, for another line would stand in the panel beside it.
    """
    ink = palette.color("text", theme)
    axes.set_title(
        style.wrapped(plot.title, title_size, room[0]),
        loc="left",
        color=ink,
        fontsize=title_size,
        pad=9,
    )
    axes.set_xlabel(style.wrapped(plot.x.label, style.BODY, room[0]), color=ink)
    axes.set_ylabel(style.label(_aside(plot.y.label, room[1])), color=ink)


def _aside(label: str, room: float) -> str:
    """The label, or what it begins with: without its unit, the symbol of F_β = softmin_β[E]."""
    ways = [label, label.partition(", ")[0], label.partition(" = ")[0].partition(", ")[0]]
    return next((way for way in ways if style.width(way, style.BODY) <= room), ways[-1])


def _axis(axis: MplAxis, plot_axis: Axis, theme: Theme, grid: bool) -> None:
    axis.set_visible(plot_axis.visible)
    text = palette.color("text", theme)
    axis.set_label_text(style.label(plot_axis.label), color=text, fontsize=style.BODY)
    axis.labelpad = 4
    if plot_axis.log:
        axis.set_major_formatter(ticks.Decades())
        axis.set_minor_formatter(ticks.Decades())
    else:
        axis.set_major_locator(ticks.Few(integer=plot_axis.whole))
        axis.set_major_formatter(ticks.Linear())
    if grid:
        axis.grid(True, "major", color=palette.color("grid", theme), linewidth=style.HAIR)


def _bars(axes: Axes, plot: Plot, theme: Theme) -> None:
    """One colour bar per layer that asks for one, side by side at the right."""
    wanted = [
        layer
        for layer in plot.layers
        if (
            isinstance(layer, Image | Surface)
            or (isinstance(layer, Points) and layer.values is not None)
        )
        and layer.bar
    ]
    for index, layer in enumerate(wanted):
        assert isinstance(layer, Image | Surface | Points)
        place = axes.inset_axes((1.03 + 0.24 * index, 0, 0.04, 1), label="colour bar")
        low, high = layer.low, layer.high if layer.high != layer.low else layer.low + 1
        colors = palette.colormap(layer.colormap, theme)[:, None]
        place.imshow(
            colors, origin="lower", extent=(0, 1, low, high), aspect="auto", interpolation="none"
        )
        place.xaxis.set_visible(False)
        place.yaxis.tick_right()
        place.yaxis.set_label_position("right")
        muted = palette.color("muted", theme)
        place.tick_params(
            color=muted, labelcolor=muted, labelsize=style.SMALL, width=style.HAIR, length=3.5
        )
        _axis(place.yaxis, Axis(layer.bar), theme, grid=False)
        for more, sign, end, side in zip(
            beyond(layer), "≤≥", (0.0, 1.0), ("top", "bottom"), strict=True
        ):
            if more:  # the colour of this end stands for all beyond
                place.text(
                    0.5,
                    end,
                    sign,
                    color=muted,
                    fontsize=style.SMALL,
                    transform=place.transAxes,
                    ha="center",
                    va=side,
                )
        place.spines[:].set(color=muted, linewidth=style.HAIR)
