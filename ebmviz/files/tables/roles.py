"""Which columns of a table are what: a place, an x, a label, a second view; and their data.

Written `a,b` (the place), `x1=a,x2=b,label=c`, `x=t,y1=a,y2=b`, `x=t,y=a`, or two views as
`x1=a,x2=b,y1=c,y2=d`: a column goes by its name or its number from 1. Where nothing is said, two
columns of numbers are the place, and more whose headings are the names of their roles are those.
A label makes classes: words, or whole numbers; whole numbers in their order, words in that of the
alphabet. Roles are named by one key each, whatever a scene calls them (`ebmviz.core.axes`).
"""

from __future__ import annotations

import csv
from collections.abc import Container, Mapping

import msgspec
import numpy as np

from ebmviz.core import axes
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.palette import CLASSES
from ebmviz.core.rows import NEEDED
from ebmviz.core.samples import POINTS, SHAPES, VIEWS, Samples, Shape
from ebmviz.core.snapshot import Array
from ebmviz.files.tables.columns import Column, Table, numbers
from ebmviz.files.tables.role_words import meanings
from ebmviz.files.tables.spelling import broken

ROLES = ("x", "y1", "y2", "v1", "v2", "label")
"""Every role, in the order in which they are told."""
_WAYS = "a,b or x1=a,x2=b,label=c or x=t,y=a or x=t,y1=a,y2=b or x1=a,x2=b,y1=c,y2=d"
_UNLABELLED = frozenset(("", "na", "n/a", "#na", "nan", "null"))


class Roles(msgspec.Struct, frozen=True, eq=False):
    """A column for each role that is taken, and the data that they make."""

    columns: Mapping[str, Column]
    shape: Shape


def roles(table: Table, text: str = "") -> Roles:
    """The columns named in `text`, or the only ones that there can be. Raises UserError where
    nothing is said and there is a choice, and for what is no column or makes no data.
    """
    if text.strip():
        return chosen(_asked(table, text))
    if found := sole(table):
        return found
    names = [clean(c.name, 40) for c in table.offered]
    some = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    if len(names) < NEEDED:
        raise UserError(f"{table.where}: {len(names)} column where {NEEDED} are needed ({some})")
    fit = [c for c in table.offered if c.numbers is not None]
    hint = ",".join(
        _unmistaken(table, c) for c in (fit if len(fit) >= NEEDED else table.offered)[:NEEDED]
    )
    raise UserError(
        f"{table.where}: {len(names)} columns where {NEEDED} are needed ({some});"
        f" say which, as in --columns {hint}"
    )


def sole(table: Table) -> Roles | None:
    """The roles where there is no choice, or the headings say them."""
    roles_of = meanings({c.name.lower() for c in table.offered})
    named = {roles_of.get(c.name.lower(), c.name): c for c in table.offered}
    spoken = len(named) == len(table.offered) and frozenset(named) in SHAPES
    label = named.get("label")
    if spoken and label and label.name.lower() == "y" and not classlike(label):
        spoken = False  # (x1, x2) with a number y, which no scene takes
    if spoken and len(named) > NEEDED:
        return chosen(named)
    plain = table.plain
    return chosen(dict(zip(("y1", "y2"), plain, strict=True))) if len(plain) == NEEDED else None


def certain(table: Table) -> Roles | None:
    """The only roles, where they leave out no column: nobody has to be asked."""
    found = sole(table)
    return found if found and len(found.columns) == len(table.offered) else None


def on_plane(taken: Roles, facts: Container[str]) -> Roles:
    """Two columns where nobody has said more are (x, y) where the map is over these."""
    if taken.shape is not POINTS or "plane:xy" not in facts:
        return taken
    return chosen({"x": taken.columns["y1"], "y1": taken.columns["y2"]})


def classlike(column: Column) -> bool:
    """Whether a column may hold classes: words, or a few whole numbers."""
    values = column.numbers
    if values is None:
        return column.kind == "words"
    return not (values % 1).any() and len(np.unique(values)) <= CLASSES


def chosen(columns: Mapping[str, Column]) -> Roles:
    """These roles. Raises UserError naming what is missing."""
    shape = SHAPES.get(frozenset(columns))
    if shape is None:
        raise UserError(f"{_lacking(frozenset(columns))}, as in --columns {_WAYS}")
    return Roles({role: columns[role] for role in ROLES if role in columns}, shape)


def samples(table: Table, taken: Roles) -> Samples:
    """The data in these columns. Raises UserError naming the cell that does not fit."""
    of = {r: numbers(table.where, c) for r, c in taken.columns.items() if r != "label"}
    y = np.stack([of[role] for role in ("y1", "y2") if role in of], 1)
    if "v1" in of:
        return Samples(y, second=np.stack([of["v1"], of["v2"]], 1))
    if "label" not in taken.columns:
        return Samples(y, of.get("x"))
    label, names = labels(table, taken.columns["label"])
    return Samples(y, of.get("x"), label, names)


def labels(table: Table, column: Column) -> tuple[Array, tuple[str, ...]]:
    """The classes (N,) 0, 1, … in a column, and their names. Raises UserError."""
    where = f"{table.where}, "
    if column.numbers is None and len(column.cells) != table.count:
        numbers(table.where, column)  # of an array: says which is none
    if column.numbers is not None:
        found, label = np.unique(column.numbers, return_inverse=True)
        part = np.flatnonzero(column.numbers % 1)
        if len(part):
            value = f"{column.numbers[part[0]]:.15g}"
            raise UserError(
                f"{where}{table.place(int(part[0]))}, column {column.at}: {value} is no class;"
                " classes are words or whole numbers"
            )
        names = [f"{v:.0f}".replace("-", "−") for v in found]
    else:
        words = [" ".join(cell.split()) for cell in column.cells]
        for row, word in enumerate(words):
            if word.lower() in _UNLABELLED or broken(word):
                said = f" (“{clean(word, 40)}”)" if word else ""
                raise UserError(
                    f"{where}{table.place(row)}, column {column.at}: a class is missing{said}"
                )
        names = sorted(set(words), key=lambda word: (word.casefold(), word))
        at = {name: k for k, name in enumerate(names)}
        label = np.array([at[word] for word in words])
    if len(names) < 2:
        raise UserError(
            f"{where}column {column.at}: all rows are of one class, “{clean(names[0], 40)}”"
        )
    if len(names) > CLASSES:
        raise UserError(
            f"{where}column {column.at}: {len(names)} classes ({', '.join(names[:3])}, …), at most"
            f" {CLASSES} can be told apart"
        )
    return label.astype(np.float64), tuple(clean(name, 60) for name in names)


def said(
    table: Table, taken: Roles, made: Samples | None = None, facts: Container[str] = ()
) -> str:
    """What was read, in one line: 24 points, columns a [mm], b; 1 heading; decimal commas. Roles
    go by the names of the axes of the scene with these facts, or of their own one.
    """
    simple, of = taken.shape is POINTS, len(table.offered)
    symbols = axes.plain(facts or (taken.shape.over,))
    names = ", ".join(
        _titled(c) if simple else f"{symbols[role]} = {_titled(c)}"
        for role, c in taken.columns.items()
    )
    what = "pair" if taken.shape is VIEWS else "point"
    parts = [
        f"{_counted(table.count, what)}, columns {names}"
        + (f" of {of}" if of > len(taken.columns) else ""),
        _counted(table.headings, "heading") if table.headings else "no heading",
        *table.notes,
    ]
    if made and made.classes:
        parts.append(classes_said(made.classes))
    return clean("; ".join(parts), 380)


def classes_said(names: tuple[str, ...]) -> str:
    """3 classes: setosa, versicolor, virginica."""
    count = f"{len(names)} class{'es' if len(names) > 1 else ''}"
    return f"{count}: {', '.join(clean(name, 24) for name in names)}"


def _asked(table: Table, text: str) -> dict[str, Column]:
    """role: column, of what was written."""
    words = [word.partition("=") for word in next(csv.reader([text], skipinitialspace=True))]
    roles_of = meanings({spelled.strip().lower() for spelled, equals, _ in words if equals})
    found: dict[str, Column] = {}
    for spelled, equals, name in words:
        role = roles_of.get(spelled.strip().lower(), "") if equals else ""
        if not role:
            role, name = (
                next((r for r in POINTS.roles if r not in found), ""),
                spelled + equals + name,
            )
        if not role:
            raise UserError(
                f"--columns {clean(text, 80)}: say what “{clean(name, 40)}” is, as in"
                f" --columns {_WAYS}"
            )
        if role in found:
            raise UserError(f"--columns {clean(text, 80)}: {spelled.strip()} is given twice")
        found[role] = table.named(name.strip())
    return found


def _unmistaken(table: Table, column: Column) -> str:
    """How a column is named on a command line."""
    only = sum(c.name == column.name for c in table.columns) == 1
    plain = only and column.name.isprintable() and not set(column.name) & set(",=\"'$ ")
    return column.name if plain and len(column.name) <= 40 else str(column.at)


def _lacking(there: frozenset[str]) -> str:
    if there & {"v1", "v2"}:
        return "two views are x1, x2 and y1, y2, and nothing else"
    if "label" in there and "x" in there:
        return "classes have x1 and x2, and no x beside them"
    if "label" in there:
        return "classes need x1 and x2 beside the label"
    if "y1" not in there:
        return (
            "y is missing" if "x" in there and "y2" not in there else "the first of two is missing"
        )
    return "2 columns are needed"


def _titled(column: Column) -> str:
    return clean(column.name, 30) + (f" [{clean(column.unit, 12)}]" if column.unit else "")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
