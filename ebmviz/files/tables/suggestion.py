"""What the columns of a table may be, before anybody has said: from the scene that asks."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.rows import NEEDED
from ebmviz.core.samples import CONDITIONED, LABELLED, PAIRS, POINTS, VIEWS
from ebmviz.core.scene import Scene
from ebmviz.files.tables.columns import Column, Table, numbers
from ebmviz.files.tables.role_words import LABELS
from ebmviz.files.tables.roles import ROLES, Roles, certain, classlike, on_plane, sole


def settled(table: Table, scene: Scene, catalogue: Catalogue) -> Roles | None:
    """The only roles that there can be in a scene, which leave out no column; None where somebody
    has to be asked. Raises UserError where there is nothing to ask for: too few columns of numbers.
    """
    if sum(column.numbers is not None for column in table.offered) < NEEDED:
        for column in table.offered:
            numbers(table.where, column)  # says which is none
        raise UserError(f"{table.where}: {len(table.offered)} column where {NEEDED} are needed")
    only = certain(table)
    only = only and on_plane(only, scene.facts)
    return None if only is None or only.shape.refused_by(scene, catalogue) else only


def suggested(table: Table, scene: Scene, catalogue: Catalogue) -> dict[str, Column]:
    """A column for each role: what the headings say, else what the scene can use; fewer where
    there are not enough columns of numbers.
    """
    found = sole(table)
    if found and (
        len(found.columns) > len(POINTS.roles) or not found.shape.refused_by(scene, catalogue)
    ):
        return dict(found.columns)
    shapes = (VIEWS, LABELLED, CONDITIONED, PAIRS, POINTS)
    wanted = next((s for s in shapes if not s.refused_by(scene, catalogue)), POINTS)
    columns = [c for c in table.offered if c.numbers is not None]
    taken: dict[str, Column] = {}
    if wanted is LABELLED and (label := _label(table)):
        taken["label"] = label
        columns = [c for c in columns if c is not label]
    free = [role for role in ROLES[:-1] if role in wanted.roles]
    if len(columns) < len(free) or (wanted is LABELLED and not taken):
        taken, free = {}, list(POINTS.roles)  # what there is, for another scene
    return {**taken, **dict(zip(free, columns, strict=False))}


def _label(table: Table) -> Column | None:
    """The column that may hold classes: by its name, by its words, by its few whole numbers."""
    named = [c for c in table.offered if c.name.lower() in LABELS]
    words = [c for c in table.offered if c.kind == "words"]
    few = [c for c in reversed(table.offered) if classlike(c)]
    return next(iter((*named, *words, *few)), None)
