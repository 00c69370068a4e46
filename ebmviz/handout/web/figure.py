"""A picture of a stop as an element of the page; those of a slider share their axes."""

from __future__ import annotations

import html
from collections.abc import Sequence

from ebmviz.core import markup
from ebmviz.core.plot import Plot
from ebmviz.export import style
from ebmviz.handout.seen import Picture
from ebmviz.handout.web import drawing, scale
from ebmviz.handout.web.drawing import Shared
from ebmviz.handout.web.legend import caption, legend
from ebmviz.handout.web.scale import Limits

_WIDE, _LEAST, _GAP = 470.0, 200.0, 14.0
Frame = tuple[Limits, Limits]


def frames_of(pictures: Sequence[Picture]) -> list[Frame]:
    """The axes of a figure, plot by plot, with room for all that it becomes."""
    every = [_plots(picture) for picture in pictures]
    many = [same for same in every if len(same) == len(every[0])]
    return [
        (scale.limits(list(plots), "x"), scale.limits(list(plots), "y"))
        for plots in zip(*many, strict=True)
    ]


def figure(picture: Picture, frames: Sequence[Frame], shared: Shared) -> str:
    """The element; frames: of another count than its plots, they have axes of their own. shared:
    makes of a layer what stands for it.
    """
    plots = _plots(picture)
    if len(frames) != len(plots):
        frames = frames_of([picture])
    value = picture.value
    title = markup.to_html(style.clean(value.title or picture.title))
    if isinstance(value, Plot):
        alt = _alt(value.title or picture.title)
        inside = drawing.svg(value, _WIDE, *frames[0], alt, shared) + legend([value])
        return f"<figure><figcaption>{title}</figcaption>{inside}{caption(value.caption)}</figure>"
    columns = max((len(row) for row in value.rows), default=1)
    wide = max(_LEAST, (_WIDE - (columns - 1) * _GAP) / columns)
    pairs = zip(plots, frames, strict=True)
    cells = "".join(_panel(plot, wide, *frame, shared) for plot, frame in pairs)
    grid = f'<div class="grid-{min(4, columns)}">{cells}</div>'
    below = legend(plots) + caption(value.caption)
    return f"<figure><figcaption>{title}</figcaption>{grid}{below}</figure>"


def _panel(plot: Plot, wide: float, x: Limits, y: Limits, shared: Shared) -> str:
    said = markup.to_html(style.clean(plot.title))
    made = drawing.svg(plot, wide, x, y, _alt(plot.title), shared)
    return f"<div><p>{said}</p>{made}{caption(plot.caption)}</div>"


def _plots(picture: Picture) -> list[Plot]:
    value = picture.value
    return [value] if isinstance(value, Plot) else [p for row in value.rows for p in row]


def _alt(title: str) -> str:
    return html.escape(style.clean(markup.to_plain(title)))
