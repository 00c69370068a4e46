"""Layers of the figures of a page, each there once: most stay as they are from frame to frame."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONG = 120  # letters, that pay for a name
_USE = re.compile(r'<use href="#(s\d+)"/>')


class Shapes:
    """Gathers them while a page is written."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # of a drawing
        self._drawings: dict[str, str] = {}  # of a name

    def shared(self, drawing: str) -> str:
        """A layer, or what uses it from one place; words stay where they are read."""
        if len(drawing) < _LONG or "<text" in drawing:
            return drawing
        name = self._names.setdefault(drawing, f"s{len(self._names)}")
        self._drawings[name] = drawing
        return f'<use href="#{name}"/>'

    def weight(self, frames: Iterable[str], there: str) -> int:
        """Letters that frames take with all that they use, beyond what is used there already."""
        every = "".join(frames)
        more = {*_USE.findall(every)} - {*_USE.findall(there)}
        return len(every) + sum(len(self._drawings[name]) for name in more)

    def drawings(self, page: str) -> str:
        """Those that a page uses."""
        used = dict.fromkeys(_USE.findall(page))
        made = "".join(f'<g id="{name}">{self._drawings[name]}</g>' for name in used)
        return f'<svg class="defs" aria-hidden="true"><defs>{made}</defs></svg>'
