"""What stands below a plot and never covers it: the legend and the caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation, Transform

from ebmviz.core.palette import Theme, color
from ebmviz.core.plot import Bars, Curve, Plot, Points, Rule, Segments
from ebmviz.export import draw, frame, style

Labelled = Curve | Segments | Points | Bars | Rule
_GAP = 0.1  # inches
_NARROW = 2.6  # titles and legends may be this wide above and below narrower axes


def labelled(plot: Plot) -> list[Labelled]:
    """The layers that the legend names, each label once."""
    named: dict[str, Labelled] = {}
    for layer in plot.layers if plot.legend else ():
        if isinstance(layer, Labelled) and layer.label:
            named.setdefault(layer.label, layer)
    return list(named.values())


def surround(
    axes: Axes,
    plot: Plot,
    named: Sequence[Labelled],
    title_size: float,
    theme: Theme,
    beside: bool = False,
) -> None:
    """Title above axes that stand in place, caption below them, legend below or beside them."""
    page = axes.figure
    dpi = page.dpi
    outer = axes.get_tightbbox(renderer(page), for_layout_only=True)
    assert outer is not None
    wide = max(_NARROW, (outer.x1 - axes.bbox.x0) / dpi)
    frame.texts(axes, plot, (wide, axes.bbox.height / dpi), title_size, theme)
    ticks = axes.xaxis.get_tightbbox(renderer(page))
    drop = _GAP + ((axes.bbox.y0 - ticks.y0) / dpi if ticks else 0)
    if named and beside:
        right = (outer.x1 - axes.bbox.x1) / dpi + 2 * _GAP
        legend(axes, named, 0, theme, (1, 1), _moved(axes, right, 0))
    elif named:
        box = legend(axes, named, wide, theme, (0, 0), _moved(axes, 0, -drop))
        drop += box.get_window_extent(renderer(page)).height / dpi + 0.6 * _GAP
    if plot.caption:
        caption(axes, plot.caption, wide, theme).set_transform(_moved(axes, 0, -drop))


def _moved(axes: Axes, right: float, up: float) -> Transform:
    """The axes' own coordinates, moved by inches."""
    return axes.transAxes + ScaledTranslation(right, up, axes.figure.dpi_scale_trans)


def legend(
    owner: Axes | Figure,
    named: Sequence[Labelled],
    room: float,
    theme: Theme,
    at: tuple[float, float] = (0, 0),
    place: Transform | None = None,
) -> Legend:
    """A legend in as few rows as `room` inches allow, its upper left corner at the place."""
    page = owner.figure if isinstance(owner, Axes) else owner
    columns = len(named)
    while True:
        rows = -(-len(named) // columns)
        columns = -(-len(named) // rows)  # as even as may be
        ordered = [layer for k in range(columns) for layer in named[k::columns]]  # read by rows
        box = owner.legend(
            [_handle(layer, theme) for layer in ordered],
            [style.label(layer.label) for layer in ordered],
            loc="upper left",
            ncols=columns,
            frameon=False,
            fontsize=style.BODY,
            labelcolor=color("text", theme),
            borderaxespad=0,
            borderpad=0,
            handlelength=1.3,
            handletextpad=0.5,
            columnspacing=1.2,
            labelspacing=0.35,
            bbox_to_anchor=at,
            bbox_transform=place,
        )
        if columns == 1 or box.get_window_extent(renderer(page)).width <= room * page.dpi:
            return box
        box.remove()
        columns -= 1


def caption(owner: Axes | Figure, text: str, room: float, theme: Theme) -> Text:
    """A small line, broken to `room` inches, its upper left corner at the origin."""
    return owner.text(
        0,
        0,
        style.wrapped(text, style.SMALL, room),
        color=color("muted", theme),
        fontsize=style.SMALL,
        va="top",
        linespacing=1.35,
    )


def renderer(page: Any) -> RendererAgg:
    """What measures texts and legends of a page."""
    canvas = page.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    found: RendererAgg = canvas.get_renderer()  # type: ignore[no-untyped-call]
    return found


def _handle(layer: Labelled, theme: Theme) -> Artist:
    """A small picture of the layer; outlined where its colour would be lost on the page."""
    ink = color(layer.color, theme)
    page = color("panel", theme)
    lost = abs(style.luminance(ink) - style.luminance(page)) < 0.15
    outline = color("muted", theme)
    match layer:
        case Bars():
            return Patch(facecolor=ink, alpha=layer.opacity, linewidth=0)
        case Points():
            hollow = layer.marker == "ring"
            return Line2D(
                [],
                [],
                linestyle="none",
                marker=draw.MARKERS[layer.marker],
                markersize=min(10.0, max(6.0, draw.marker_size(layer))),
                markerfacecolor="none" if hollow else ink,
                markeredgecolor=ink if hollow or layer.marker == "cross" else "none",
                markeredgewidth=2 if layer.marker == "cross" else 1.6,
            )
        case _:
            arrow = isinstance(layer, Segments) and layer.head > 0
            width = max(layer.width, 1.4)
            edge = [withStroke(linewidth=width + 1.6, foreground=outline)]
            return Line2D(
                [],
                [],
                color=ink,
                linewidth=width,
                linestyle="-" if isinstance(layer, Segments) else draw.DASHES[layer.dash],
                marker=">" if arrow else "",
                markersize=5,
                path_effects=edge if lost else [],
            )
