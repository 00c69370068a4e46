"""What all exported pictures share: type sizes, matplotlib settings, texts, halos and colours."""

from __future__ import annotations

import re
from typing import Any

import matplotlib
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.patheffects import AbstractPathEffect, withStroke

from ebmviz.core import palette
from ebmviz.core.markup import to_mathtext, to_plain
from ebmviz.core.snapshot import Array

TITLE, BODY, SMALL = 13.0, 11.0, 9.5
HAIR = 0.7  # the width of axes and ticks, in points

FONTS = "'DejaVu Sans', Verdana, sans-serif"  # the first one comes with matplotlib

_OURS: dict[str, Any] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": BODY,
    "text.hinting": "none",  # a text is as wide in every format and at every resolution
    "mathtext.fontset": "dejavusans",
    "svg.fonttype": "none",
    "svg.hashsalt": "ebmviz",
    "pdf.fonttype": 42,
    "image.composite_image": False,
    "axes.xmargin": 0.02,
    "axes.ymargin": 0.06,
}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WORD = re.compile(r"(?:\{[^{}]*\}|\S)+")  # a braced group may hold spaces
_DARK, _BRIGHT = "#0d1117", "#ffffff"
_mathtext: MathTextParser[Any] = MathTextParser("path")


def settings() -> Any:
    """matplotlib's own defaults, whatever the user's matplotlibrc says, and ours over them."""
    defaults = matplotlib.rcParamsDefault.items()
    return {k: v for k, v in defaults if not k.startswith("backend")} | _OURS


def clean(text: str) -> str:
    """Without the characters that no file format can hold."""
    return _CONTROL.sub("", text)


def label(text: str) -> str:
    """Our markup as matplotlib reads it. What its mathtext refuses is shown plain."""
    text = clean(text)
    shown = to_mathtext(text)
    try:
        _mathtext.parse(shown)
    except ValueError:
        return to_plain(text).replace("$", r"\$")
    return shown


def width(text: str, size: float) -> float:
    """How wide a text in our markup is, in inches."""
    return float(_mathtext.parse(label(text), 72, FontProperties(size=size)).width) / 72


def wrapped(text: str, size: float, room: float) -> str:
    """The text as matplotlib reads it, broken into lines no wider than `room` inches."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in _WORD.findall(paragraph):
            longer = f"{line} {word}".strip()
            if line and width(longer, size) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(label(line) for line in lines)


def luminance(color: str) -> float:
    """How bright "#rrggbb" is, 0 … 1."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str) -> str:
    """Dark for a bright colour and white for a dark one."""
    return _DARK if luminance(color) > 0.52 else _BRIGHT


def halo(color: str, width: float) -> list[AbstractPathEffect]:
    """A thin outline that keeps a line of `width` points visible on any map."""
    return [withStroke(linewidth=width + 1.8, foreground=contrast(color), alpha=0.6)]


def cells(
    values: Array, low: float, high: float, colormap: str, theme: palette.Theme = "light"
) -> Array:
    """Values as RGBA bytes of the map's 256 colours, as the window looks them up.

    Below `low` and above `high` the end colours go on; NaN is transparent.
    """
    table = np.column_stack((palette.colormap(colormap, theme), np.full(256, 255, np.uint8)))
    scaled = (np.asarray(values, np.float64) - low) * (256 / ((high - low) or 1.0))
    missing = np.isnan(scaled)
    index = np.clip(np.where(missing, 0, scaled), 0, 255).astype(np.intp)
    colors: Array = table[index]
    colors[missing] = 0
    return colors
