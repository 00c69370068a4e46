"""Joins what matplotlib writes into an SVG letter by letter, so that text can be searched."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from ebmviz.export.style import FONTS

_TEXT = re.compile(r"<text>\s*((?:<tspan [^>]*>[^<]*</tspan>\s*)+)</text>")
_SPAN = re.compile(r'<tspan x="([^" ]*)[^"]*" y="([^"]*)" style="([^"]*)">([^<]*)</tspan>')
_SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt"')
_FAMILY = re.compile(r"font-family: 'DejaVu Sans'(?!,)")


def scaled(svg: str, scale: float) -> str:
    """The same picture, that much as large."""

    def resized(size: re.Match[str]) -> str:
        wide, high = (float(side) * scale for side in size.groups())
        return f'width="{wide:.6g}pt" height="{high:.6g}pt"'

    return svg if scale == 1 else _SIZE.sub(resized, svg, count=1)


def join(svg: str) -> str:
    """The same picture with one element for each run of text of one size and height."""
    return _FAMILY.sub("font-family: " + FONTS, _TEXT.sub(_joined, svg))


def _joined(text: re.Match[str]) -> str:
    letters = [(float(s[1]), s[2], s[3], s[4]) for s in _SPAN.finditer(text[1])]
    letters.sort(key=lambda s: (s[0], not _is_mark(s[3])))
    runs = []
    for (y, style), group in groupby(letters, lambda s: (s[1], s[2])):
        run = list(group)
        while len(run) > 1 and run[0][3] == "\xa0":
            run = run[1:]  # a leading space would be dropped by the reader, and shift the rest
        words = "".join(s[3] for s in run).replace("\xa0", " ")
        runs.append(f'<tspan x="{run[0][0]:.6g}" y="{y}" style="{style}">{words}</tspan>')
    return "<text>" + "".join(runs) + "</text>"


def _is_mark(letter: str) -> bool:
    """Whether it belongs on the letter before it, which has the same place."""
    return len(letter) == 1 and unicodedata.combining(letter) > 0
