"""What a layer of the map is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ebmviz.core.plot import Layer
from ebmviz.figures.base.figure import Shot


@dataclass(frozen=True)
class MapLayer:
    """Something that lies on the map, over all of a lower order. Its function gives nothing where
    the shot has nothing of it.

    needs: what it is drawn of, beside what other layers ask for.
    """

    order: int
    draw: Callable[[Shot], tuple[Layer, ...]]
    needs: tuple[str, ...] = ()
