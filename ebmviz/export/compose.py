"""Puts plots, titles, legends and captions together on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from ebmviz.core.palette import Theme, color
from ebmviz.core.plot import Note, Plot, Sheet
from ebmviz.export import draw, frame, layout, legend, style
from ebmviz.export.layout import PAD, Panels
from ebmviz.export.legend import Labelled

Place = tuple[float, float, float, float]
_LITTLE = 0.03  # inches
_ROUNDS = 4
_BESIDE = 1.9  # inches to spare at the sides of a map that put its legend there


class Arrangement(msgspec.Struct, frozen=True):
    """Where panels stand on their page, by row and column: left, bottom, width and height as shares
    of it; and whether each has its legend beside it.
    """

    places: dict[tuple[int, int], Place]
    beside: dict[tuple[int, int], bool]


def compose(
    figure: Plot | Sheet,
    theme: Theme,
    size: tuple[float, float] | None,
    dpi: float,
    arranged: Arrangement | None = None,
) -> Figure:
    """The finished page. Without a size, the page fits its plots; arranged: its panels stand there,
    whatever room the rest of this figure needs.
    """
    return _composed(figure, theme, size, dpi, arranged)[0]


def arrangement(figure: Plot | Sheet, size: tuple[float, float], dpi: float) -> Arrangement:
    """How `compose` puts the panels of a figure on a page, on which all of it has room once more,
    legends beside narrower panels being higher. Raises UserError of too small a one.
    """
    there = _composed(figure, "light", size, dpi, None)[1]
    for _ in range(_ROUNDS):
        if fits(figure, size, dpi, there):
            break
        there = _composed(figure, "light", size, dpi, there, again=True)[1]
    return there


def fits(figure: Plot | Sheet, size: tuple[float, float], dpi: float, there: Arrangement) -> bool:
    """Whether all of a figure is on the page if its panels stand there."""
    page, _ = _composed(figure, "light", size, dpi, there)
    inked = page.get_tightbbox(legend.renderer(page))
    return bool(
        inked.x0 > -_LITTLE
        and inked.y0 > -_LITTLE
        and inked.x1 < size[0] + _LITTLE
        and inked.y1 < size[1] + _LITTLE
    )


def _composed(
    figure: Plot | Sheet,
    theme: Theme,
    size: tuple[float, float] | None,
    dpi: float,
    arranged: Arrangement | None,
    again: bool = False,
) -> tuple[Figure, Arrangement]:
    """again: fill the page anew, from panels that are arranged."""
    sheet = figure if isinstance(figure, Sheet) else Sheet("", ((figure,),))
    page = Figure(size or (6.4, 4.8), dpi=dpi, facecolor=color("panel", theme))
    FigureCanvasAgg(page)
    panels: Panels = {
        (i, j): (_panel(page, plot, theme, sheet is figure), plot)
        for i, row in enumerate(row for row in sheet.rows if row)
        for j, plot in enumerate(row)
    }
    if not panels:
        return page, Arrangement({}, {})
    shape = layout.natural(panels)
    if arranged:
        _stand(panels, arranged.places)
    elif size:
        shape = layout.fill(page, panels, shape, 0, 0)
    else:
        layout.fit(page, panels, shape, 0, 0)
    beside = (
        arranged.beside
        if arranged
        else {
            # A map on a wide page.
            (i, j): shape[0][j] - axes.bbox.width / page.dpi > _BESIDE
            for (i, j), (axes, _) in panels.items()
        }
    )
    shared = _shared([plot for _, plot in panels.values()])
    titles = style.BODY if isinstance(figure, Sheet) else style.TITLE
    for at, (axes, plot) in panels.items():
        named = [] if shared else legend.labelled(plot)
        legend.surround(axes, plot, named, titles, theme, beside[at])
    head, foot = _texts(page, sheet, shared, panels, theme)
    tall = [sum(_height(page, part) + PAD for part in parts) for parts in (head, foot)]
    if size and (again or not arranged):
        layout.fill(page, panels, layout.standing(page, panels) if again else shape, *tall)
    elif not arranged:
        layout.fit(page, panels, shape, *tall)
    left = min(axes.bbox.x0 for axes, _ in panels.values()) / page.dpi
    _stack(page, head, left, page.get_size_inches()[1] - PAD)
    _stack(page, foot, left, tall[1])
    places = {at: axes.get_position(original=True).bounds for at, (axes, _) in panels.items()}
    return page, Arrangement(places, beside)


def _stand(panels: Panels, places: Mapping[tuple[int, int], Place]) -> None:
    for at, (axes, _) in panels.items():
        axes.set_position(places[at])
        axes.apply_aspect()


def _panel(page: Figure, plot: Plot, theme: Theme, in_sheet: bool) -> Axes:
    axes = page.add_axes((0, 0, 1, 1))
    frame.prepare(axes, plot, theme)
    for notes in (False, True):  # notes look at the limits
        for order, layer in enumerate(plot.layers, 1):
            if isinstance(layer, Note) == notes:
                draw.draw(layer, axes, theme, order)
        if not notes:
            frame.limits(axes, plot)
    frame.finish(axes, plot, theme)
    axes.set_anchor("NW" if in_sheet else "C")
    return axes


def _shared(plots: Sequence[Plot]) -> list[Labelled]:
    """The legend of a sheet whose plots have all their entries from one of them, or nothing."""
    legends = [named for plot in plots if (named := legend.labelled(plot))]
    keys = [{(type(n), n.label, n.color) for n in named} for named in legends]
    if len(legends) < 2 or any(not key <= max(keys, key=len) for key in keys):
        return []
    return max(legends, key=len)


Parts = list[Text | Legend]


def _texts(
    page: Figure, sheet: Sheet, shared: Sequence[Labelled], panels: Panels, theme: Theme
) -> tuple[Parts, Parts]:
    """What stands above and what stands below all panels, not yet in its place."""
    left = min(axes.bbox.x0 for axes, _ in panels.values()) / page.dpi
    room = page.get_size_inches()[0] - left - PAD
    head: Parts = []
    foot: Parts = []
    if sheet.title:
        title = page.text(0, 0, style.wrapped(sheet.title, style.TITLE, room), va="top")
        title.set(color=color("text", theme), fontsize=style.TITLE)
        head.append(title)
    if shared:
        foot.append(legend.legend(page, shared, room, theme))
    if sheet.caption:
        foot.append(legend.caption(page, sheet.caption, room, theme))
    return head, foot


def _stack(page: Figure, parts: Parts, left: float, top: float) -> None:
    """Puts the parts below one another."""
    for part in parts:
        if isinstance(part, Legend):
            part.set_bbox_to_anchor((left, top), page.dpi_scale_trans)
        else:
            part.set(transform=page.dpi_scale_trans, position=(left, top))
        top -= _height(page, part) + PAD


def _height(page: Figure, part: Text | Legend) -> float:
    return float(part.get_window_extent(legend.renderer(page)).height / page.dpi)
