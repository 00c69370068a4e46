"""Words by which headings and arrays call what their columns are."""

from __future__ import annotations

import re

PLACES = frozenset(("x", "y", "x1", "x2", "y1", "y2"))
LABELS = (
    *("label", "labels", "class", "classes", "species", "target", "targets", "category"),
    *("group", "kind", "type", "cluster"),
)


def speaks(name: str) -> bool:
    """Whether a name (y, y_train, Label) says that what it names belongs to the points."""
    return not PLACES.union(LABELS).isdisjoint(re.split(r"[\W_]+", name.lower()))
