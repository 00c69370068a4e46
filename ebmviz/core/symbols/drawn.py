"""Which layers of a plot show a symbol."""

from __future__ import annotations

from collections.abc import Iterable

from ebmviz.core.plot import Layer
from ebmviz.core.symbols.written import Names, first, named


def shown(layer: Layer) -> Names:
    """What a layer shows: the symbol that it declares, and the one that its label begins with."""
    return named(getattr(layer, "symbol", "")) | first(getattr(layer, "label", ""))


def showing(layers: Iterable[Layer], lit: Names) -> frozenset[str]:
    """The names of those that show a symbol of these names."""
    return frozenset(getattr(each, "layer", "") for each in layers if shown(each) & lit) - {""}
