"""One plot as SVG: its axes, its layers within them, its colour bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ebmviz.core.plot import Axis, Image, Plot, Points, Surface, beyond
from ebmviz.handout.web import layers, pixels
from ebmviz.handout.web.ink import wide, written
from ebmviz.handout.web.scale import Limits, Scale, ticks

_SMALL, _BODY = 11.0, 12.5
_PAD, _TICK = 4.0, 4.0
_BAR, _BAR_GAP = 11.0, 9.0
_FLAT, _TALL = 0.56, 1.0
"""Height over width of axes without a scale of their own, and of the highest."""
_LEAST = 60.0

Barred = Image | Surface | Points
Shared = Callable[[str], str]


class Box(NamedTuple):
    """Where the axes are."""

    left: float
    top: float
    right: float
    bottom: float


def svg(plot: Plot, width: float, x: Limits, y: Limits, alt: str, shared: Shared) -> str:
    """The drawing, so wide, with axes of these limits. alt: what it is, for who cannot see it.
    shared: makes of a layer what stands for it.
    """
    rows = ticks(*y, plot.y, 5) if plot.y.visible else []
    bars = _bars(plot)
    left = _PAD + (_beside(rows, plot.y) if plot.y.visible else 0)
    right = width - sum(_barred(bar) for bar in bars) - (_PAD if bars else 10)
    below = (_SMALL + _TICK + 8) * bool(ticks(*x, plot.x, 5)) if plot.x.visible else _PAD
    below += (_BODY + 6) if plot.x.visible and plot.x.label else 0
    room = max(_LEAST, right - left)
    high = _FLAT * room
    if plot.equal and not plot.x.log and not plot.y.log:
        ratio = abs((y[1] - y[0]) / ((x[1] - x[0]) or 1.0))
        high = min(room * ratio, _TALL * room)
        right = left + min(room, high / ratio) if ratio else right
    top = 8.0
    box = Box(left, top, right, top + high)
    across = Scale(*x, box.left, box.right, plot.x.log)
    along = Scale(*y, box.bottom, box.top, plot.y.log)
    mapped = any(isinstance(layer, Image) for layer in plot.layers)
    parts = [
        _frame(plot, box, across, along, mapped, rows),
        _inside(plot, box, across, along, shared),
        _bar_row(bars, box),
    ]
    size = f'viewBox="0 0 {width:g} {box.bottom + below + 2:.1f}"'
    return f'<svg {size} role="img" aria-label="{alt}">{"".join(parts)}</svg>'


def _inside(plot: Plot, box: Box, x: Scale, y: Scale, shared: Shared) -> str:
    """The layers, cut off at the axes."""
    wide_, high = box.right - box.left, box.bottom - box.top
    place = f'x="{box.left:.1f}" y="{box.top:.1f}" width="{wide_:.1f}" height="{high:.1f}"'
    view = f'viewBox="{box.left:.1f} {box.top:.1f} {wide_:.1f} {high:.1f}"'
    drawn = "".join(shared(layers.drawn(layer, x, y)) for layer in plot.layers)
    return f'<svg {place} {view} overflow="hidden">{drawn}</svg>'


def _frame(
    plot: Plot, box: Box, x: Scale, y: Scale, mapped: bool, rows: Sequence[tuple[float, str]]
) -> str:
    lines, grid, said = "", "", ""
    if plot.x.visible:
        columns = _columns(plot.x, x)
        for at, word in columns:
            p = float(x(at))
            lines += f"M{p:.1f} {box.bottom:.1f}v{_TICK:g}"
            grid += f"M{p:.1f} {box.bottom:.1f}V{box.top:.1f}"
            said += _number(p, box.bottom + _TICK + _SMALL, word, "middle")
        lines += f"M{box.left:.1f} {box.bottom:.1f}H{box.right:.1f}"
        middle = (box.left + box.right) / 2
        low = box.bottom + _TICK + _SMALL + 4 + _BODY
        said += _label(plot.x.label, f'x="{middle:.1f}" y="{low:.1f}"', box.right - box.left)
    if plot.y.visible:
        for at, word in rows:
            p = float(y(at))
            lines += f"M{box.left:.1f} {p:.1f}h{-_TICK:g}"
            grid += f"M{box.left:.1f} {p:.1f}H{box.right:.1f}"
            said += _number(box.left - _TICK - 3, p + 0.36 * _SMALL, word, "end")
        lines += f"M{box.left:.1f} {box.bottom:.1f}V{box.top:.1f}"
        middle = (box.top + box.bottom) / 2
        turn = f'transform="translate({_PAD + _BODY - 3:.1f} {middle:.1f}) rotate(-90)"'
        said += _label(plot.y.label, turn, box.bottom - box.top)
    if mapped and plot.x.visible:
        lines += f"M{box.left:.1f} {box.top:.1f}H{box.right:.1f}V{box.bottom:.1f}"
    grid = "" if mapped else f'<path class="grid" d="{grid}"/>'
    return f'{grid}<path class="axis" d="{lines}"/>{said}'


def _columns(axis: Axis, x: Scale) -> list[tuple[float, str]]:
    """Ticks whose numbers do not touch."""
    for most in range(6, 0, -1):
        found = ticks(x.low, x.high, axis, most)
        if len(found) < 2:
            return found
        room = abs(float(x(found[1][0])) - float(x(found[0][0])))
        if max(wide(word, _SMALL) for _, word in found) + 8 <= room:
            return found
    return found[:1]


def _beside(rows: Sequence[tuple[float, str]], axis: Axis) -> float:
    """What stands to the left of the axes."""
    numbers = max((wide(word, _SMALL) for _, word in rows), default=0) + _TICK + 3
    return numbers + (_BODY + 5 if axis.label else 0)


def _number(x: float, y: float, word: str, anchor: str) -> str:
    return f'<text class="n" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{written(word)}</text>'


def _label(text: str, place: str, room: float) -> str:
    if not text:
        return ""
    size = min(_BODY, max(7.0, _BODY * 1.15 * room / max(1.0, wide(text, _BODY))))
    look = f'class="l" font-size="{size:.1f}" text-anchor="middle"'
    return f"<text {look} {place}>{written(text)}</text>"


# colour bars --------------------------------------------------------------------------


def _bars(plot: Plot) -> list[Barred]:
    found = (each for each in plot.layers if isinstance(each, Barred) and each.bar)
    return [x for x in found if not (isinstance(x, Points) and x.values is None)]


def _barred(bar: Barred) -> float:
    """How much room one takes."""
    numbers = (wide(word, _SMALL) for _, word in ticks(bar.low, bar.high, Axis(""), 4))
    return _BAR_GAP + _BAR + _TICK + 3 + max(numbers, default=0) + _BODY + 6


def _bar_row(bars: list[Barred], box: Box) -> str:
    made, left = "", box.right
    for bar in bars:
        made += _bar(bar, left + _BAR_GAP, box, left + _barred(bar))
        left += _barred(bar)
    return made


def _bar(bar: Barred, left: float, box: Box, far: float) -> str:
    high = box.bottom - box.top
    place = f'x="{left:.1f}" y="{box.top:.1f}" width="{_BAR:g}" height="{high:.1f}"'
    shown = pixels.themes(bar.colormap)
    made = "".join(
        f'<image {place} preserveAspectRatio="none" class="{t if len(shown) > 1 else ""}"'
        f' href="{pixels.of_bar(bar.colormap, t)}"/>'
        for t in shown
    )
    scale = Scale(bar.low, bar.high, box.bottom, box.top)
    lines, edge = "", left + _BAR
    for at, word in ticks(bar.low, bar.high, Axis(""), 4):
        p = float(scale(at))
        lines += f"M{edge:.1f} {p:.1f}h{_TICK:g}"
        made += _number(edge + _TICK + 3, p + 0.36 * _SMALL, word, "start")
    for more, sign, up in zip(beyond(bar), "≤≥", (box.bottom + _SMALL, box.top - 2), strict=True):
        if more:  # the colour of this end stands for all beyond
            made += _number(left + _BAR / 2, up, sign, "middle")
    turn = f'transform="translate({far - 3:.1f} {(box.top + box.bottom) / 2:.1f}) rotate(-90)"'
    return f'{made}<path class="axis" d="{lines}"/>{_label(bar.bar, turn, high)}'
