"""One picture of a film: a figure, below it what moves and how far it has come, and a text beside
both where one is wanted. The same from frame to frame is where it stands, and how large.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import matplotlib
import msgspec
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ebmviz.core.errors import UserError
from ebmviz.core.film.look import Size
from ebmviz.core.palette import Theme, color
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.export import style
from ebmviz.export.compose import Arrangement, arrangement, compose, fits
from ebmviz.export.job import decoded
from ebmviz.export.legend import labelled
from ebmviz.export.prose import Prose, fitting

_HIGH = 5.4
"""Inches of a page with letters of the usual size."""
_STRIP, _PAD = 0.36, 0.24
_TOP = 0.12
_COLUMN, _BAND = 0.34, 0.38  # of a wide page's width, and at most of another's height
_SIZES = (15.0, 14.0, 13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
_SMALL = 3  # where a text below leaves the figure less height
_SMALLER = (1.0, 1.2, 1.45, 1.75, 2.1, 2.5)  # larger pages, for figures that need one
_TRACK = (0.5, 0.06)  # of the strip's width that the way takes, and inches to its end
_lock = threading.Lock()  # matplotlib's settings belong to the whole process


class Said(msgspec.Struct, frozen=True):
    """title: in one line or more, text: Markdown with formulas."""

    title: str = ""
    text: str = ""


class Frame(msgspec.Struct, frozen=True, eq=False):
    """A picture as it is ordered. reading: what moves and where it is, in our markup; share: how
    far it has come, None where nothing does. group: those of one group are arranged alike.
    """

    figure: Plot | Sheet
    reading: str = ""
    share: float | None = None
    said: Said = Said()
    group: int = 0


class Page(msgspec.Struct, frozen=True):
    """What all pictures of a film share. letters: points of the text, 0 where there is none; band:
    inches that it takes below. arranged: by group.
    """

    size: Size
    theme: Theme
    letters: float = 0.0
    band: float = 0.0
    arranged: dict[int, tuple[float, Arrangement]] = {}

    @property
    def dpi(self) -> float:
        """Pixels to an inch."""
        return self.size.height / _HIGH

    @property
    def wide(self) -> bool:
        """Whether the text stands at the left, and not below."""
        return self.size.width > 1.5 * self.size.height

    @property
    def text(self) -> Size:
        """Pixels of the text."""
        wide, high = self.size
        if not self.letters:
            return Size(0, 0)
        return (
            Size(round(_COLUMN * wide), high)
            if self.wide
            else Size(wide, round(self.band * self.dpi))
        )

    @property
    def strip(self) -> Size:
        """Pixels of what moves."""
        return Size(self.size.width - self.wide * self.text.width, round(_STRIP * self.dpi))

    @property
    def figure(self) -> Size:
        """Pixels of the figure."""
        below = self.strip.height + (not self.wide) * self.text.height
        return Size(self.strip.width, self.size.height - below - self.top)

    @property
    def top(self) -> int:
        """Rows of pixels above the figure."""
        return round(_TOP * self.dpi)


def page_of(size: Size, theme: Theme, said: Iterable[Said]) -> Page:
    """The page of a film in which all this is said: nothing, where there is nothing to say."""
    every = [each for each in dict.fromkeys(said) if each.title or each.text]
    if not every:
        return Page(size, theme)
    page = Page(size, theme, _SIZES[0], _BAND * _HIGH)
    room = page.text.width / page.dpi - 2 * _PAD, page.text.height / page.dpi - 2 * _PAD
    texts = [_whole(each) for each in every]
    with _lock, matplotlib.rc_context(style.settings()):
        letters = fitting(texts, _SIZES if page.wide else _SIZES[_SMALL:], room)
        band = max(Prose(text, letters, room[0]).height for text in texts) + 2 * _PAD
    return msgspec.structs.replace(page, letters=letters, band=min(page.band, band))


def arranged(page: Page, frames: Iterable[Frame]) -> Page:
    """The page with an arrangement that suits all frames of a group. Raises UserError of a figure
    that is too large for it.
    """
    groups: dict[int, dict[object, Plot | Sheet]] = {}
    for frame in frames:
        groups.setdefault(frame.group, {}).setdefault(_shape(frame.figure), frame.figure)
    with _lock, matplotlib.rc_context(style.settings()):
        found = {group: _common(page, [*each.values()]) for group, each in groups.items()}
    return msgspec.structs.replace(page, arranged=found)


def painted(page: Page, frame: Frame) -> Array:
    """Its pixels, (H, W, 3)."""
    with _lock, matplotlib.rc_context(style.settings()):
        scale, places = page.arranged[frame.group]
        dpi = page.dpi / scale
        inches = page.figure.width / dpi, page.figure.height / dpi
        figure = _pixels(compose(frame.figure, page.theme, inches, dpi, places))
        strip = _strip(page, frame.reading, frame.share)
        above = np.repeat(figure[:1, :1], page.top, 0).repeat(page.figure.width, 1)
        picture = np.concatenate((above, figure, strip))
        if page.letters:
            text = _text(page.size, page.theme, page.letters, page.band, frame.said)
            picture = np.concatenate(
                (text, picture) if page.wide else (picture, text), int(page.wide)
            )
    return np.ascontiguousarray(picture)


def paint(page: bytes, frame: bytes) -> bytes:
    """The same of orders, for another process."""
    return painted(_page(page), decoded(frame, Frame)).tobytes()


@lru_cache(1)
def _page(order: bytes) -> Page:
    return decoded(order, Page)


def _shape(figure: Plot | Sheet) -> object:
    """What the room around the panels of a figure depends on, beside the numbers in it."""
    rows = figure.rows if isinstance(figure, Sheet) else ((figure,),)
    plots = [plot for row in rows for plot in row]
    words = [figure.title, *(t for p in plots for t in (p.title, p.x.label, p.y.label, p.caption))]
    legends = tuple(tuple(each.label for each in labelled(plot)) for plot in plots)
    lengths = tuple(math.ceil(len(each) / 8) for each in words)
    return tuple(map(len, rows)), lengths, legends


def _common(page: Page, figures: list[Plot | Sheet]) -> tuple[float, Arrangement]:
    """That of one of them in which all fit, with letters as large as may be."""
    refused = UserError("the figures of this film differ too much to be shown in one place")
    for scale in _SMALLER:
        dpi = page.dpi / scale
        inches = page.figure.width / dpi, page.figure.height / dpi
        try:
            found = [arrangement(each, inches, dpi) for each in figures]
        except UserError as error:
            refused = error
            continue
        for each in sorted(found, key=_area):
            if all(_places(f) == len(each.places) and fits(f, inches, dpi, each) for f in figures):
                return scale, each
    raise refused


def _area(found: Arrangement) -> float:
    return sum(wide * high for _, _, wide, high in found.places.values())


def _places(figure: Plot | Sheet) -> int:
    rows = figure.rows if isinstance(figure, Sheet) else ((figure,),)
    return sum(map(len, rows))


def _blank(page: Page, size: Size, ground: str) -> Figure:
    made = Figure((size.width / page.dpi, size.height / page.dpi), dpi=page.dpi)
    made.set_facecolor(color(ground, page.theme))
    FigureCanvasAgg(made)
    return made


def _pixels(page: Figure) -> Array:
    canvas: Any = page.canvas
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def _strip(page: Page, reading: str, share: float | None) -> Array:
    made = _blank(page, page.strip, "panel")
    wide, middle = page.strip.width / page.dpi, 0.6 * page.strip.height / page.dpi
    inches = made.dpi_scale_trans
    ink = color("text", page.theme)
    made.text(
        _PAD, middle, style.label(reading), color=ink, size=style.BODY, va="center_baseline",
        transform=inches,
    )  # fmt: skip
    if share is not None:
        end = wide - _PAD - _TRACK[1]
        begin = end - _TRACK[0] * wide
        at = begin + min(1.0, max(0.0, share)) * (end - begin)
        for ends, role in (((begin, end), "track"), ((begin, at), "accent")):
            way = Line2D(ends, (middle, middle), color=color(role, page.theme), transform=inches)
            way.set(linewidth=2.6, solid_capstyle="round")
            made.add_artist(way)
        knob = Line2D((at,), (middle,), marker="o", color=color("accent", page.theme))
        knob.set(markersize=7.5, transform=inches)
        made.add_artist(knob)
    return _pixels(made)


@lru_cache(8)
def _text(size: Size, theme: Theme, letters: float, band: float, said: Said) -> Array:
    page = Page(size, theme, letters, band)
    made = _blank(page, page.text, "window")
    top = page.text.height / page.dpi - _PAD
    room = page.text.width / page.dpi - 2 * _PAD
    Prose(_whole(said), page.letters, room).draw(made, _PAD, top, page.theme)
    return _pixels(made)


def _whole(said: Said) -> str:
    return "\n\n".join(
        each for each in (f"**{said.title}**" if said.title else "", said.text) if each
    )
