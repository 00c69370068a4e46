"""What the columns of a table may be, before anybody has said: from the scene that asks."""

from __future__ import annotations

import numpy as np

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.columns import Column, Table
from ebmviz.core.palette import CLASSES
from ebmviz.core.role_words import LABELS
from ebmviz.core.roles import sole
from ebmviz.core.samples import CONDITIONED, LABELLED, PAIRS, POINTS
from ebmviz.core.scene import Scene


def suggested(table: Table, scene: Scene, catalogue: Catalogue) -> dict[str, Column]:
    """A column for each role: what the headings say, else what the scene can use; fewer where
    there are not enough columns of numbers.
    """
    found = sole(table)
    if found and (
        len(found.columns) > len(POINTS.roles) or not found.shape.refused_by(scene, catalogue)
    ):
        return dict(found.columns)
    shapes = (LABELLED, CONDITIONED, PAIRS, POINTS)
    wanted = next((s for s in shapes if not s.refused_by(scene, catalogue)), POINTS)
    columns = [c for c in table.offered if c.numbers is not None]
    taken: dict[str, Column] = {}
    if wanted is LABELLED and (label := _label(table)):
        taken["label"] = label
        columns = [c for c in columns if c is not label]
    elif wanted is LABELLED:
        wanted = POINTS
    free = (role for role in ("x", "y1", "y2") if role in wanted.roles)
    return {**taken, **dict(zip(free, columns, strict=False))}


def _label(table: Table) -> Column | None:
    """The column that may hold classes: by its name, by its words, by its few whole numbers."""
    named = [c for c in table.offered if c.name.lower() in LABELS]
    words = [c for c in table.offered if c.kind == "words"]
    few = [c for c in reversed(table.offered) if _few(c)]
    return next(iter((*named, *words, *few)), None)


def _few(column: Column) -> bool:
    values = column.numbers
    return values is not None and not (values % 1).any() and len(np.unique(values)) <= CLASSES
