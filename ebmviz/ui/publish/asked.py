"""What the export dialog asks for."""

from __future__ import annotations

import msgspec

from ebmviz.core.palette import Theme
from ebmviz.export.pages import FIT


class Asked(msgspec.Struct, frozen=True):
    """figure: the one that is shown; others: those that are written with it. points: 0 for those of
    the page. hidden: the names of layers that are left out.
    """

    figure: str
    others: tuple[str, ...] = ()
    format: str = "pdf"
    theme: Theme = "light"
    page: str = FIT
    points: float = 0.0
    transparent: bool = False
    hidden: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[str, ...]:
        """All of them."""
        return (self.figure, *self.others)
