"""Words by which headings, arrays and --columns call what their columns are."""

from __future__ import annotations

import re
from collections.abc import Set

PLACES = frozenset(("x", "y", "x1", "x2", "y1", "y2"))
LABELS = (
    *("label", "labels", "class", "classes", "species", "target", "targets", "category"),
    *("group", "kind", "type", "cluster"),
)
_FIRST, _SECOND = frozenset(("x1", "x2")), frozenset(("y1", "y2"))
_VIEWS = {"x1": "y1", "x2": "y2", "y1": "v1", "y2": "v2"}


def speaks(name: str) -> bool:
    """Whether a name (y, y_train, Label) says that what it names belongs to the points."""
    return not PLACES.union(LABELS).isdisjoint(re.split(r"[\W_]+", name.lower()))


def meanings(words: Set[str]) -> dict[str, str]:
    """word: role, of words that are used together. x1 and x2 are the place; beside y1 or y2 the
    first of two views, and beside y the place whose label is y.
    """
    roles = {role: role for role in ("x", "y1", "y2", "label")}
    roles |= {"x1": "y1", "x2": "y2", "class": "label"}
    roles["y"] = "label" if words >= _FIRST else "y1"
    if words & _FIRST and words & _SECOND:
        roles |= _VIEWS
    return {word: roles[word] for word in words if word in roles}
