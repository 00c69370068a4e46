"""A figure as the bytes of a picture, PNG, SVG or PDF, or of its numbers; and as a file."""

from __future__ import annotations

import io
import math
import os
import threading
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from ebmviz.core.errors import UserError
from ebmviz.core.markup import to_plain
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Plot, Sheet
from ebmviz.export import lettering, style
from ebmviz.export.compose import compose
from ebmviz.export.layout import TooSmall
from ebmviz.export.numbers import FORMATS as NUMBERS
from ebmviz.export.numbers import numbers
from ebmviz.export.placed import POINTS, placed
from ebmviz.files import atomic
from ebmviz.files.export.embed import embed

Size = tuple[float, float]
FORMATS = ("png", "svg", "pdf")
_MAX_PIXELS = 20_000
_lock = threading.Lock()  # matplotlib's settings belong to the whole process


def render(
    figure: Plot | Sheet,
    format: str,
    theme: Theme = "light",
    size_inches: Size | None = None,
    dpi: float = 200,
    session: bytes = b"",
    about: str = "",
    points: float = style.BODY,
    transparent: bool = False,
) -> bytes:
    """The picture as bytes: the same figure gives the same bytes.

    Without `size_inches` the page fits the figure. `points`: the size of its letters, and with them
    of lines and marks. `transparent`: without the ground of page and plots. `session` is hidden
    inside the picture, where `ebmviz.files.export.embed.extract` finds it; `about` is told in its
    metadata.
    Of the formats of `ebmviz.export.numbers`, its numbers. Raises UserError for what cannot be
    drawn.
    """
    if format in NUMBERS:
        return numbers(figure, format, about)
    if format not in FORMATS:
        there = ", ".join((*FORMATS, *NUMBERS))
        raise UserError(f"“{format}” is not a format of figures; available: {there}")
    _check(size_inches, dpi, points)
    scale = points / style.BODY  # all is composed with letters of one size, and then made smaller
    dpi *= scale
    with _lock, matplotlib.rc_context(style.settings()):
        larger = size_inches and (size_inches[0] / scale, size_inches[1] / scale)
        smaller = format == "pdf" and scale != 1
        try:
            page = compose(figure, theme, larger, POINTS if smaller else dpi)
        except TooSmall as error:
            raise TooSmall(error.size * scale, error.needed * scale) from None
        if transparent:
            _clear(page)
        if smaller:
            page = placed(page, scale)
        out = io.BytesIO()
        page.savefig(out, format=format, dpi=dpi, metadata=_metadata(figure.title, format, about))
    data = out.getvalue()
    if format == "svg":
        data = lettering.join(lettering.scaled(data.decode(), scale)).encode()
    return embed(data, format, session) if session else data


def write(
    figure: Plot | Sheet,
    path: str | os.PathLike[str],
    theme: Theme = "light",
    size_inches: Size | None = None,
    dpi: float = 200,
    session: bytes = b"",
    about: str = "",
    points: float = style.BODY,
    transparent: bool = False,
) -> None:
    """Renders into the file, in the format of its name; the file is whole or untouched."""
    format = Path(path).suffix[1:].lower()
    looks: dict[str, Any] = {"points": points, "transparent": transparent}
    data = render(figure, format, theme, size_inches, dpi, session, about, **looks)
    atomic.write_bytes(path, data)


def _clear(page: Figure) -> None:
    """Nothing behind what is drawn: what lies below the picture is seen."""
    for ground in (page.patch, *(axes.patch for axes in page.axes)):
        ground.set_alpha(0)


def _check(size: Size | None, dpi: float, points: float) -> None:
    if not 4 <= points <= 72:
        raise UserError(f"letters of {points:g} points: choose 4 … 72")
    if not (math.isfinite(dpi) and 10 <= dpi <= 2400):
        raise UserError(f"{dpi:g} dots per inch: choose 10 … 2400")
    if size and not all(1 <= side <= 100 and side * dpi <= _MAX_PIXELS for side in size):
        raise UserError(
            f"{size[0]:g} × {size[1]:g} inches at {dpi:g} dots per inch: "
            f"choose sides of 1 … 100 inches and at most {_MAX_PIXELS} dots"
        )


def _metadata(title: str, format: str, about: str) -> dict[str, Any]:
    """Who made it, what it is and of what, but not when."""
    name, about = style.clean(to_plain(title)), style.clean(about)
    match format:
        case "png":
            more = {"Description": about} if about else {}
            return {"Software": "ebmviz", "Title": name, **more}
        case "svg":
            more = {"Description": about} if about else {}
            return {"Creator": "ebmviz", "Date": None, "Title": name, **more}
        case _:
            dates = {"Producer": None, "CreationDate": None}
            more = {"Subject": about} if about else {}
            return {"Creator": "ebmviz", **dates, "Title": name, **more}
