"""Every scene × every table: the right data at once, a question with a good beginning, or one
sentence that says why not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ebmviz.core import assets, axes, library
from ebmviz.core.errors import UserError
from ebmviz.core.samples import SHAPES, VIEWS, needs, samples_of
from ebmviz.files.opening import with_table
from ebmviz.files.tables.roles import chosen, said, samples
from ebmviz.files.tables.suggestion import settled, suggested
from ebmviz.files.tables.table import read_table
from tests.scenes import CATALOGUE

SCENES = assets.scene_names()
CELLS = {
    "u": ("0.5", "1.5", "2.5", "-1.25"),
    "v": ("2.25", "0.75", "-3.5", "4.5"),
    "w": ("10.5", "20.25", "30.5", "15.75"),
    "t": ("0.125", "0.25", "0.375", "0.5"),
    "kind": ("a", "b", "a", "c"),
    "k": ("1", "0", "1", "2"),
}
TABLES = (
    *("u", "u kind", "u v", "u v kind", "u v k", "u v w", "u v w kind", "u v w t", "u v w t kind"),
    *("x=u y=v", "x=t y1=u y2=v", "x1=u x2=v label=kind", "x1=u x2=v y=k", "x1=u x2=v"),
    "x1=u x2=v y1=w y2=t",
)
ENOUGH = {"own": 2, "own-conditioned": 3, "own-labelled": 2, "own-views": 4}


def write(folder: Path, table: str) -> Path:
    """A file whose headings are the words of `table`, or what stands before their =."""
    words = [word.partition("=") for word in table.split()]
    heads = ",".join(word[0] for word in words)
    rows = zip(*(CELLS[word[2] or word[0]] for word in words), strict=True)
    path = folder / "t.csv"
    path.write_text("\n".join([heads, *(",".join(row) for row in rows)]) + "\n")
    return path


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("table", TABLES)
def test_data_or_a_question_or_a_sentence(name: str, table: str, tmp_path: Path) -> None:
    scene, path = library.scene(name, CATALOGUE), write(tmp_path, table)
    if table in ("u", "u kind"):
        with pytest.raises(UserError, match=r"1 column where 2 are needed|“a” is not a number"):
            settled(read_table(path), scene, CATALOGUE)
        return
    found = read_table(path)
    only = settled(found, scene, CATALOGUE)
    asked = suggested(found, scene, CATALOGUE)
    taken = only or chosen(asked)
    shape = taken.shape
    base = library.scene(shape.scene, CATALOGUE) if shape.refused_by(scene, CATALOGUE) else scene
    fitting = [s for s in SHAPES.values() if not s.refused_by(scene, CATALOGUE)]
    numbers = len(table.replace(" kind", "").replace(" k", "").split())
    spoken = "=" in table and len(table.split()) > 2
    if not spoken and any(numbers >= ENOUGH[s.kind] for s in fitting if s.kind != "own-labelled"):
        assert base is scene, "a scene that can use the table is not left"
    if spoken:
        assert frozenset(taken.columns) in SHAPES
        assert len(taken.columns) == len(table.split())
    if only is None and base is not scene and needs(scene, CATALOGUE) == "":
        with pytest.raises(UserError, match="takes no own points"):
            with_table(scene, found, taken, "t.csv", CATALOGUE)
    made = samples(found, taken)
    opened = with_table(base, found, taken, "t.csv", CATALOGUE)
    kept = samples_of(opened)
    assert kept is not None
    assert kept.rows.tolist() == made.rows.tolist()
    wanted = [taken.columns[r].cells for r in ("x", "y1", "y2", "v1", "v2") if r in taken.columns]
    assert kept.rows[:, : len(wanted)].tolist() == np.array(wanted, float).T.tolist()
    told = said(found, taken, made, base.facts)
    one, two = axes.plain(base.facts)["y1"], axes.plain(base.facts)["y2"]
    if shape.roles != ("y1", "y2"):
        assert f"{one} = " in told
        assert f"{two} = " in told or "plane:xy" in base.facts
    assert str(opened["data.read"]).startswith(told)


@pytest.mark.parametrize(
    ("scene", "table", "wanted"),
    [
        ("joint-embedding", "u v w t", {"y1": "u", "y2": "v", "v1": "w", "v2": "t"}),
        ("joint-embedding", "u v w", {"y1": "u", "y2": "v"}),
        ("joint-embedding", "u v kind", {"y1": "u", "y2": "v"}),
        ("horn", "u v kind", {"y1": "u", "y2": "v"}),
        ("horn", "u v w kind", {"x": "u", "y1": "v", "y2": "w"}),
        ("multiclass", "u v w", {"y1": "u", "y2": "v"}),
        ("jem", "u v w kind", {"y1": "u", "y2": "v", "label": "kind"}),
        ("binary", "x1=u x2=v y=k", {"y1": "x1", "y2": "x2", "label": "y"}),
        ("ellipse", "x1=u x2=v y1=w y2=t", {"y1": "x1", "y2": "x2", "v1": "y1", "v2": "y2"}),
        ("regression", "u v w", {"x": "u", "y1": "v"}),
        ("hopfield", "u v", {"y1": "u", "y2": "v"}),
    ],
)
def test_what_the_question_begins_with(
    scene: str, table: str, wanted: dict[str, str], tmp_path: Path
) -> None:
    found = read_table(write(tmp_path, table))
    asked = suggested(found, library.scene(scene, CATALOGUE), CATALOGUE)
    assert {role: column.name for role, column in asked.items()} == wanted


def test_two_columns_are_x_and_y_where_the_map_is_over_these(tmp_path: Path) -> None:
    found = read_table(write(tmp_path, "u v"))
    for name in SCENES:
        scene = library.scene(name, CATALOGUE)
        only = settled(found, scene, CATALOGUE)
        if "plane:xy" in scene.facts:
            assert only is not None
            assert "columns x = u, y = v" in said(found, only, None, scene.facts)
        elif "takes:points" in scene.facts:
            assert only is not None
            assert "columns u, v" in said(found, only, None, scene.facts)
        else:
            assert only is None


def test_views_say_what_they_need_where_there_are_too_few(tmp_path: Path) -> None:
    scene = library.scene("joint-embedding", CATALOGUE)
    found = read_table(write(tmp_path, "u v w"))
    columns = dict(zip(("y1", "y2", "v1"), found.columns, strict=True))
    with pytest.raises(UserError, match="two views are x1, x2 and y1, y2"):
        chosen(columns)
    with pytest.raises(UserError) as caught:
        with_table(scene, found, chosen({r: columns[r] for r in ("y1", "y2")}), "t", CATALOGUE)
    needed = "needs two views of each thing, (x₁, x₂) and (y₁, y₂)"
    assert str(caught.value).endswith(needed)
    assert VIEWS.called() == needed.removeprefix("needs ")
