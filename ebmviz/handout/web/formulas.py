"""Formulas of a page, each drawn once however often it stands there."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

from ebmviz.core.lesson.latex import typeset

_SIZE = 20.0  # of the letters of a formula while it is drawn
_LARGER = 1.08  # than the letters of the text
_DEPTHS = 160
"""Classes that lower a drawing, by hundredths of an em twice over: a page with a policy has no
styles of its elements.
"""
_PATH = re.compile(r"[MLQCZHV0-9eE .,\-]+")
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
_AGAIN = re.compile(r"M(\S+ \S+)L\1(?=[A-Z])")
_SPACES = re.compile(r"\s*([A-Z])\s*|\s+(?=-)")
_SIDES = ("x", "y", "width", "height")


class Formulas:
    """Gathers drawings while a page is written."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}  # LaTeX -> its element, its drawing

    def element(self, latex: str) -> str:
        """A drawing in the line; what cannot be read as it stands."""
        if latex not in self._known:
            self._known[latex] = self._made(latex)
        return self._known[latex][0]

    def drawings(self) -> str:
        """All of them, for the elements to use."""
        symbols = "".join(drawing for _, drawing in self._known.values())
        return f'<svg class="defs" aria-hidden="true"><defs>{symbols}</defs></svg>'

    def _made(self, latex: str) -> tuple[str, str]:
        said = html.escape(latex)
        made = typeset(latex, _SIZE, "black")
        if made is None:
            return f"<em>{said}</em>", ""
        name, unit = f"m{len(self._known)}", _LARGER / _SIZE
        down = round(50 * unit * (made.top + made.height))
        look = f"m v{min(_DEPTHS - 1, down)}" if down > 0 else "m"
        size = f'width="{unit * made.width:.2f}em" height="{unit * made.height:.2f}em"'
        box = f'viewBox="{made.left:.1f} {made.top:.1f} {made.width:.1f} {made.height:.1f}"'
        label = f'role="img" aria-label="{said}"'
        element = f'<svg class="{look}" {size} {box} {label}><use href="#{name}"/></svg>'
        return element, f'<g id="{name}">{_shapes(made.svg)}</g>'


def css() -> str:
    """The classes of depths."""
    rules = (f".v{n}{{vertical-align:-{n / 50:g}em}}" for n in range(1, _DEPTHS))
    return "".join(rules)


def _shapes(svg: str) -> str:
    """Paths and bars alone, of numbers alone."""
    made, whole = "", ""
    for part in ElementTree.fromstring(svg).iter():
        kind = part.tag.rpartition("}")[2]
        if kind == "path" and _PATH.fullmatch(path := part.get("d", "")):
            whole += _shorter(path)
        elif kind == "rect":
            sides = (f'{side}="{float(part.get(side, "0")):.2f}"' for side in _SIDES)
            made += f"<rect {' '.join(sides)}/>"
    return f'{made}<path d="{whole}"/>'


def _shorter(path: str) -> str:
    """A tenth of a unit is a twentieth of a pixel."""
    rounded = _NUMBER.sub(lambda m: f"{round(float(m[0]), 1):g}", path)
    return _AGAIN.sub(r"M\1", _SPACES.sub(lambda m: m[1] or "", rounded.strip()))
