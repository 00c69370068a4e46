"""What stands below a drawing: its legend, as a list, and its caption."""

from __future__ import annotations

from ebmviz.core import markup, palette
from ebmviz.core.plot import Bars, Plot, Points, Segments
from ebmviz.export import style
from ebmviz.export.legend import Labelled, labelled
from ebmviz.handout.web import layers
from ebmviz.handout.web.ink import ink

_WIDE, _HIGH = 18.0, 12.0
_PALE = 0.85


def legend(plots: list[Plot]) -> str:
    """Every label once."""
    named: dict[str, Labelled] = {}
    for plot in plots:
        for layer in labelled(plot):
            named.setdefault(layer.label, layer)
    items = "".join(
        f"<li>{_swatch(layer)}<span>{markup.to_html(label)}</span></li>"
        for label, layer in named.items()
    )
    return f'<ul class="legend">{items}</ul>' if items else ""


def caption(text: str) -> str:
    """A small line."""
    return f'<p class="caption">{markup.to_html(text)}</p>' if text else ""


def _lost(layer: Labelled) -> bool:
    """Whether its colour cannot be told from white paper."""
    return style.luminance(palette.color(layer.color, "light")) > _PALE


def _swatch(layer: Labelled) -> str:
    """A small picture of it."""
    middle = _HIGH / 2
    match layer:
        case Points():
            made = layers.mark(layer, _WIDE / 2, middle)
        case Bars():
            opacity = f'opacity="{layer.opacity:g}"'
            made = f'<path fill="currentColor" {opacity} d="M3 2H15V10H3z"/>'
        case _:
            line = layers.stroke(max(1.4, layer.width), getattr(layer, "dash", "solid"))
            d = f'd="M0 {middle}H{_WIDE}"'
            made = f'<path class="under" {d} stroke-width="{layer.width + 2:g}"/>' * _lost(layer)
            made += f"<path {d} {line}/>"
            if isinstance(layer, Segments) and layer.head > 0:
                made += f'<path fill="currentColor" d="M18 {middle}l-6 -3.5v7z"/>'
    size = f'width="{_WIDE:g}" height="{_HIGH:g}" viewBox="0 0 {_WIDE:g} {_HIGH:g}"'
    return f'<svg {size} aria-hidden="true"><g {ink(layer.color)}>{made}</g></svg>'
