"""Colours as classes, which the style sheet gives a value in light and in dark; texts in SVG."""

from __future__ import annotations

import html

from ebmviz.core import markup, palette
from ebmviz.core.palette import Theme
from ebmviz.export import style

_DROP, _SMALL = 3.5, "75%"  # of a script: how far it is lowered, how large it is


def ink(color: str) -> str:
    """The attributes of what is drawn in a colour: `currentColor` is it, class `halo` keeps it
    visible on a map.
    """
    if color.startswith("#"):
        return f'class="{_halo(color)}" color="{html.escape(color)}"'
    return f'class="c-{html.escape(color)}"'


def css() -> str:
    """The roles in both themes."""
    light, dark = (_roles(theme) for theme in ("light", "dark"))
    return f"{light}@media(prefers-color-scheme:dark){{{dark}}}"


def written(text: str) -> str:
    """Our markup as the inside of a text element."""
    made, down = "", 0.0
    for sign, piece in markup.cut(text):
        if not piece:
            continue
        wanted = {"_": _DROP, "^": -1.3 * _DROP}.get(sign, 0.0)
        move = f' dy="{wanted - down:g}"' if wanted != down else ""
        small = f' font-size="{_SMALL}"' if sign else ""
        said = html.escape(style.clean(piece))
        made += f"<tspan{move}{small}>{said}</tspan>" if move or small else said
        down = wanted
    return made


def wide(text: str, size: float) -> float:
    """About how wide a text in our markup is, in letters of a size."""
    return size * sum((0.42 if sign else 0.58) * len(piece) for sign, piece in markup.cut(text))


def _halo(color: str) -> str:
    return "on-dark" if style.contrast(color) != "#ffffff" else "on-bright"


def _roles(theme: Theme) -> str:
    rules = []
    for role in palette.ROLES:
        color = palette.color(role, theme)
        rules.append(f".c-{role}{{color:{color};--halo:{style.contrast(color)}}}")
    roots = "".join(f"--{role}:{palette.color(role, theme)};" for role in palette.ROLES)
    return f":root{{color-scheme:{theme};{roots}}}{''.join(rules)}"
