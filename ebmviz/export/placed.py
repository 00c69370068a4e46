"""A finished page within another one, larger or smaller: its letters and lines with it."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.backends.backend_pdf import GraphicsContextPdf, Op
from matplotlib.figure import Figure

POINTS = 72
"""Of an inch: the dots in which a page of a PDF is composed."""


def placed(inside: Figure, scale: float) -> Figure:
    """A page of nothing but another one, that much as large."""
    wide, high = inside.get_size_inches()
    page = Figure((wide * scale, high * scale), dpi=POINTS)
    page.patch.set_alpha(0)
    page.add_artist(Placed(inside, 0, 0, scale))
    return page


class Placed(Artist):
    """Drawn into PDF alone: the page inside at `scale`, its lower left corner at x, y in points."""

    def __init__(self, inside: Figure, x: float, y: float, scale: float = 1.0) -> None:
        super().__init__()
        self._inside, self._at = inside, (scale, 0, 0, scale, x, y)

    def draw(self, renderer: Any) -> None:
        out, state = renderer.file, renderer.gc
        kept = GraphicsContextPdf(out)  # type: ignore[no-untyped-call]
        out.output(*state.finalize())  # what is inside has a stack of its own
        kept.copy_properties(state)  # type: ignore[no-untyped-call]
        out.output(Op.gsave, *self._at, Op.concat_matrix)
        self._inside.draw(renderer)
        out.output(*state.finalize(), Op.grestore)
        state.copy_properties(kept)
