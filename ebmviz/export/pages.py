"""Pages of a usual size, for slides and papers."""

from __future__ import annotations

from typing import NamedTuple

_MM = 25.4  # millimetres to an inch


class Page(NamedTuple):
    """inches: width and height, None for as large as the figure needs. dpi: of pixels, where the
    format has any. Letters have their size in points on the page as it is: a slide that is shown
    larger shows them larger. points: the size of letters that suits it.
    """

    title: str
    inches: tuple[float, float] | None = None
    dpi: float = 200
    points: float = 11


FIT = "fit"
PAGES = {
    FIT: Page("As large as it needs"),
    "wide": Page("Slide 16 : 9", (9.6, 5.4)),
    "slide": Page("Slide 4 : 3", (7.2, 5.4)),
    "column": Page("One column, 85 mm", (85 / _MM, 85 / _MM), 300, 8),
    "columns": Page("Two columns, 175 mm", (175 / _MM, 115 / _MM), 300),
    "poster": Page("Poster 4 : 3, for 600 × 450 mm", (8.0, 6.0), 600),
}
