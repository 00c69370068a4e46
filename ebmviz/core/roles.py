"""Which columns of a table are what: two y, an x, a label; and the data that they make.

Written `a,b` (y₁ and y₂), `a,b,label=c`, `x=t,y1=a,y2=b` or `x=t,y1=a`: a column goes by its name
or its number from 1. Where nothing is said, two columns of numbers are y₁ and y₂, and three columns
whose headings are the names of their roles are those. A label makes classes: words, or whole
numbers; whole numbers in their order, words in that of the alphabet.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping

import msgspec
import numpy as np

from ebmviz.core.columns import NEEDED, Column, Table, numbers
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.palette import CLASSES
from ebmviz.core.samples import SHAPES, Samples, Shape
from ebmviz.core.snapshot import Array
from ebmviz.core.spelling import broken

SYMBOLS = {"x": "x", "y1": "y₁", "y2": "y₂", "label": "label"}
"""Every role, as it is shown."""
_ALSO = {"y": "y1", "x1": "y1", "x2": "y2", "class": "label"}
_WAYS = "a,b or a,b,label=c or x=t,y1=a or x=t,y1=a,y2=b"
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
    named = {_role(c.name.lower()): c for c in table.offered}
    spoken = len(named) == len(table.offered) and frozenset(named) in SHAPES
    if spoken and len(named) > NEEDED:
        return chosen(named)
    plain = table.plain
    return chosen(dict(zip(("y1", "y2"), plain, strict=True))) if len(plain) == NEEDED else None


def certain(table: Table) -> Roles | None:
    """The only roles, where they leave out no column: nobody has to be asked."""
    found = sole(table)
    return found if found and len(found.columns) == len(table.offered) else None


def chosen(columns: Mapping[str, Column]) -> Roles:
    """These roles. Raises UserError naming what is missing."""
    shape = SHAPES.get(frozenset(columns))
    if shape is None:
        raise UserError(f"{_lacking(frozenset(columns))}, as in --columns {_WAYS}")
    return Roles({role: columns[role] for role in SYMBOLS if role in columns}, shape)


def samples(table: Table, taken: Roles) -> Samples:
    """The data in these columns. Raises UserError naming the cell that does not fit."""
    of = {r: numbers(table.where, c) for r, c in taken.columns.items() if r != "label"}
    y = np.stack([of[role] for role in ("y1", "y2") if role in of], 1)
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


def said(table: Table, taken: Roles, made: Samples | None = None) -> str:
    """What was read, in one line: 24 points, columns a [mm], b; 1 heading; decimal commas."""
    plain, of = list(taken.columns) == ["y1", "y2"], len(table.offered)
    names = ", ".join(
        _titled(c) if plain else f"{SYMBOLS[role]} = {_titled(c)}"
        for role, c in taken.columns.items()
    )
    parts = [
        f"{_counted(table.count, 'point')}, columns {names}"
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
    found: dict[str, Column] = {}
    for word in next(csv.reader([text], skipinitialspace=True)):
        role, equals, name = word.partition("=")
        role = _role(role.strip())
        if not equals or role not in SYMBOLS:
            role, name = next((r for r in ("y1", "y2") if r not in found), ""), word
        if not role:
            raise UserError(
                f"--columns {clean(text, 80)}: say what “{clean(name, 40)}” is, as in"
                f" --columns {_WAYS}"
            )
        if role in found:
            raise UserError(f"--columns {clean(text, 80)}: {role} is given twice")
        found[role] = table.named(name.strip())
    return found


def _unmistaken(table: Table, column: Column) -> str:
    """How a column is named on a command line."""
    only = sum(c.name == column.name for c in table.columns) == 1
    plain = only and column.name.isprintable() and not set(column.name) & set(",=\"'$ ")
    return column.name if plain and len(column.name) <= 40 else str(column.at)


def _role(name: str) -> str:
    return _ALSO.get(name, name)


def _lacking(there: frozenset[str]) -> str:
    if "label" in there and "x" in there:
        return "classes have two y and no x"
    if "label" in there:
        return "classes need y1 and y2 beside the label"
    if "y1" not in there:
        return "y1 is missing"
    return "2 columns are needed"


def _titled(column: Column) -> str:
    return clean(column.name, 30) + (f" [{clean(column.unit, 12)}]" if column.unit else "")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
