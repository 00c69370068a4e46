"""The whole PDF: a page with the stops, then one for each stop and each answer; a long text goes on
over the next page.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages

from ebmviz.core.lesson.prose import Block, Run, named, read
from ebmviz.core.lesson.stop import Lesson
from ebmviz.core.plot import Plot
from ebmviz.export import style
from ebmviz.export.placed import POINTS
from ebmviz.handout.paper import sheet as paper
from ebmviz.handout.paper.lines import Line, broken
from ebmviz.handout.paper.pictures import fitted
from ebmviz.handout.paper.sheet import Sheet
from ebmviz.handout.seen import Page, Picture

_TITLE, _HEAD, _TEXT, _SMALL = 24.0, 16.0, 11.5, 8.5
_GAP = 12.0
_BOTH, _ONE = 330.0, 170.0
"""Points of height from which there is room for two figures, and for one."""
_MOST, _LESS = 0.64, 0.55
"""Of that height for a first figure, and for a map below a curve."""
_HIGHEST = 390.0
_SMALLEST = 0.5
"""The scale below which a second figure cannot be read."""
_FALLBACK = "Lesson"
_ANSWER = "Answer: "


class Document:
    """Written page by page; `end` gives the file."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._title = style.clean(named(lesson.title)) or _FALLBACK
        self._out = io.BytesIO()
        self._count = 0
        with _settings():
            about = {"Title": self._title, "Creator": "ebmviz", "Producer": None}
            self._pdf = PdfPages(self._out, metadata={**about, "CreationDate": None})
        self._contents()

    def add(self, page: Page) -> None:
        """A stop, or the answer of the stop before."""
        name = f"{_ANSWER if page.answers else ''}{style.clean(named(page.name))}"
        head = [Block("text", (Run(f"{page.number}\u2003", "plain"), Run(name, "strong")))]
        with _settings():
            sheet = Sheet()
            for line in broken(head, _HEAD, paper.ROOM, sans=True):
                sheet.write(line, _HEAD, sans=True)
            sheet.y -= _GAP
            said = broken(read(style.clean(page.said)), _TEXT, paper.ROOM)
            _draw(sheet, page.pictures, sum(line.high for line in said) + _GAP)
            for line in said:
                if line.high > sheet.left:
                    self._finish(sheet)
                    sheet = Sheet()
                sheet.write(line, _TEXT)
            self._finish(sheet)

    def end(self) -> bytes:
        """The file."""
        with _settings():  # it embeds the fonts
            self._pdf.close()  # type: ignore[no-untyped-call]
        return self._out.getvalue()

    def _contents(self) -> None:
        lesson = self._lesson
        title = [Block("text", (Run(self._title, "strong"),))]
        stops = [
            Block("numbered", (Run(style.clean(named(stop.name))),), f"{i}.")
            for i, stop in enumerate(lesson.stops, 1)
        ]
        parts: list[tuple[list[Line], float, bool]]
        with _settings():
            sheet = Sheet()
            sheet.y -= 40
            parts = [
                (broken(title, _TITLE, paper.ROOM, sans=True), _TITLE, True),
                (broken(read(style.clean(lesson.about)), _TEXT + 1, paper.ROOM), _TEXT + 1, False),
                (broken(stops, _TEXT, paper.ROOM), _TEXT, False),
            ]
            for lines, size, sans in parts:
                for line in lines:
                    if line.high > sheet.left:
                        self._finish(sheet)
                        sheet = Sheet()
                    sheet.write(line, size, sans=sans)
                sheet.y -= 1.6 * _GAP
            self._finish(sheet)

    def _finish(self, sheet: Sheet) -> None:
        self._count += 1
        low, high = paper.BOTTOM - 24, paper.HIGH - paper.TOP + 22
        if self._count > 1:
            title = self._title if len(self._title) < 90 else f"{self._title[:89]}…"
            sheet.put(paper.SIDE, high, title, _SMALL)
            sheet.rule(high - 6)
        middle = paper.WIDE / 2
        sheet.put(middle, low, str(self._count), _SMALL, centred=True)
        self._pdf.savefig(sheet.page)  # type: ignore[no-untyped-call]


@contextmanager
def _settings() -> Iterator[None]:
    """Those of exported pictures. A letter that no font has is a box: lessons may be in Chinese."""
    with warnings.catch_warnings(), matplotlib.rc_context(style.settings()):
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        yield


def _draw(sheet: Sheet, pictures: tuple[Picture, ...], text: float) -> None:
    """As many as there is room for, the first in any case: then the text goes on overleaf."""
    room = sheet.left - text
    if room < _ONE:
        room = max(_ONE, 0.5 * sheet.left)
    shown = pictures[: 2 if room >= _BOTH else 1]
    for picture, share in zip(shown, _shares(shown), strict=True):
        high = min(room * share - _GAP, _HIGHEST)
        made, scale = fitted(picture.value, paper.ROOM, high)
        if picture is not pictures[0] and scale < _SMALLEST:
            return
        wide, tall = (scale * POINTS * side for side in made.get_size_inches())
        sheet.figure(made, paper.SIDE + max(0.0, (paper.ROOM - wide) / 2), scale)
        sheet.y -= tall + _GAP


def _shares(shown: tuple[Picture, ...]) -> tuple[float, ...]:
    """Of the height: a map, or several plots, need more of it than a curve."""
    if len(shown) == 1:
        return (1.0,)
    first, second = (not isinstance(p.value, Plot) or p.value.equal for p in shown)
    part = 1 - _LESS if second and not first else _MOST
    return part, 1 - part
