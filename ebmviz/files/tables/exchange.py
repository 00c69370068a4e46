"""Points as text, on their way to and from a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np

from ebmviz.core.axes import symbols
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.files.tables.columns import Column, Table, numbers
from ebmviz.files.tables.roles import sole
from ebmviz.files.tables.suggestion import suggested

_PLACE = 2


def written(cloud: Cloud, scene: Scene, names: Sequence[str], delimiter: str = ",") -> str:
    """A heading, and a line for each point: numbers to their last digit, classes by their names."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    called = symbols(scene.facts)
    lines.writerow([called[role].replace("_", "") for role in cloud.shape.roles])
    for row in cloud.rows.tolist():
        cells = [repr(value) for value in row]
        if cloud.labelled:
            cells[-1] = names[int(row[-1])] if int(row[-1]) < len(names) else f"{row[-1]:.0f}"
        lines.writerow(cells)
    return out.getvalue()


def rows_in(
    table: Table,
    cloud: Cloud,
    scene: Scene,
    catalogue: Catalogue,
    names: Sequence[str],
    beside: float,
) -> Array:
    """The rows (N, D) that a table brings to points: a column for each of their roles, by its
    heading or its order; or a place alone, of the class or at the x that `beside` is. Raises
    UserError for what does not fit, naming where.
    """
    taken = _columns(table, cloud, scene, catalogue)
    of = {role: numbers(table.where, c) for role, c in taken.items() if role != "label"}
    if "label" in taken:
        of["label"] = _labels(table, taken["label"], names)
    missing = [role for role in cloud.shape.roles if role not in of]
    for role in missing:
        of[role] = np.full(table.count, float(beside))
    return np.column_stack([of[role] for role in cloud.shape.roles])


def _columns(
    table: Table, cloud: Cloud, scene: Scene, catalogue: Catalogue
) -> Mapping[str, Column]:
    roles, every = cloud.shape.roles, table.offered
    spoken = sole(table)
    if spoken and set(spoken.columns) == set(roles):
        return spoken.columns
    if len(every) == len(roles):
        found = suggested(table, scene, catalogue)
        return found if set(found) == set(roles) else dict(zip(roles, every, strict=True))
    if len(every) == _PLACE:
        places = [role for role in roles if role not in ("x", "label")]
        return dict(zip(places, every, strict=True))
    wanted = f"{len(roles)} or {_PLACE}" if len(roles) > _PLACE else str(_PLACE)
    raise UserError(f"{table.where}: {len(every)} columns where {wanted} are needed")


def _labels(table: Table, column: Column, names: Sequence[str]) -> Array:
    """The numbers (N,) of the classes in a column, by their names. Raises UserError."""
    if column.numbers is None:
        words = list(column.cells)
    else:
        words = [f"{value:.15g}" for value in column.numbers.tolist()]
    at = {name.replace("−", "-"): k for k, name in enumerate(names)}
    at |= {name.removeprefix("+"): k for name, k in at.items()}
    for row, word in enumerate(words):
        if word.replace("−", "-") not in at:
            raise UserError(
                f"{table.where}, {table.place(row)}, column {column.at}: “{clean(word, 40)}” is"
                f" none of the classes {', '.join(clean(name, 24) for name in names)}"
            )
    return np.array([at[word.replace("−", "-")] for word in words], float)
