"""Tables of points: as text, and pasted."""

from __future__ import annotations

from random import Random

import numpy as np

from ebmviz.core import library, samples
from ebmviz.core.errors import UserError
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.samples import LABELLED, POINTS
from ebmviz.files.opening import begun, with_table
from ebmviz.files.tables.columns import Table
from ebmviz.files.tables.exchange import rows_in, written
from ebmviz.files.tables.roles import Roles, chosen, roles, said
from ebmviz.files.tables.suggestion import settled, suggested
from ebmviz.files.tables.table import read_table, table_of_text
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import CATALOGUE, Target, seen

_TEXTS = (
    "x1,x2\n0.5,1.5\n2,3\n4,5\n",
    "x1;x2;label\n0,5;1,5;a\n2,25;3;b\n",
    "# c\n1 2\n3 4\n5 6\n",
    "a\tb\tc\td\n1\t2\t3\t4\n5\t6\t7\t8\n",
    'sep=;\n"x";"y"\n"1.250,5";"2"\n"3";"4"\n',
    ",x,y\n0,1.0,2.0\n1,3.0,4.0\n",
    "|x|y|\n|1|2|\n|3|4|\n",
    "x [mm],y (s)\nm,s\n1,#N/A\n2,3\n",
)
_MARKS = ",;\t|\"' #\n\r.-+eE0123456789"


class Tables(Target):
    """CSV, TSV and text."""

    name, what, suffix = "tables", "tables (CSV, text)", ".csv"

    def seeds(self) -> list[bytes]:
        wide = [each.encode("utf-16") for each in _TEXTS[:1]]
        return [*(each.encode() for each in _TEXTS), *wide]

    def made(self, dice: Random) -> bytes:
        good = dice.choice(self.good)
        if dice.random() < 0.25 or good[:2] == b"\xff\xfe":
            return mutations.of_bytes(dice, good, dice.choice(self.good))
        return mutations.of_text(dice, good.decode(), _MARKS).encode("utf-8", "surrogatepass")

    def act(self, data: bytes) -> None:
        taken(read_table(self.written(f"a{self.suffix}", data)))


def taken(table: Table) -> None:
    """A table put into scenes, by what it says itself or by what is offered."""
    for name in ("ellipse", "multiclass", "regression"):
        scene = library.scene(name, CATALOGUE)
        try:
            found = settled(table, scene, CATALOGUE) or chosen(suggested(table, scene, CATALOGUE))
            put(table, found)
        except UserError as error:
            if not seen(str(error)):
                raise
    put(table, roles(table))


def put(table: Table, found: Roles) -> None:
    """The scene of it, whose data are the table's."""
    scene = begun(found.shape.scene, "a.csv", CATALOGUE)
    made = with_table(scene, table, found, "a.csv", CATALOGUE)
    back = samples.samples_of(made)
    assert back is not None
    if len(back.rows) != table.count or not np.isfinite(back.rows).all():
        raise AssertionError("other points")
    if not seen(said(table, found, back, made.facts)):
        raise AssertionError("said with what cannot be seen")


class Pasted(Target):
    """A text of the clipboard, among points that are there."""

    name, what = "pasted", "pasted text"

    def seeds(self) -> list[bytes]:
        return [each.encode() for each in _TEXTS]

    def made(self, dice: Random) -> bytes:
        said = mutations.of_text(dice, dice.choice(self.good).decode(), _MARKS)
        return said.encode("utf-8", "surrogatepass")

    def act(self, data: bytes) -> None:
        table = table_of_text(data.decode("utf-8", "surrogatepass"), "the clipboard")
        for shape, width, name in ((POINTS, 2, "ellipse"), (LABELLED, 3, "multiclass")):
            cloud, names = Cloud(shape, np.zeros((3, width))), ("a", "b")
            scene = library.scene(name, CATALOGUE)
            rows = rows_in(table, cloud, scene, CATALOGUE, names, 0.0)
            if rows.shape != (table.count, width):
                raise AssertionError(f"rows of {rows.shape}")
            written(cloud.of(rows), scene, names)
