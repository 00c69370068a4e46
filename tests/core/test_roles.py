"""What the columns of a table are, and the data that they make."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.samples import Samples, classes_of, needs, samples_of
from ebmviz.files.opening import open_file, with_samples, with_table
from ebmviz.files.tables.roles import roles, said, samples
from ebmviz.files.tables.suggestion import suggested
from ebmviz.files.tables.table import read_table
from tests.scenes import CATALOGUE, built_in

FLOWERS = "long,wide,kind\n5.1,3.5,setosa\n7,3.2,Versicolor\n4.9,3,setosa\n6.3,3.3,virginica\n"


def read(folder: Path, text: str, columns: str = "", name: str = "t.csv") -> tuple[Samples, str]:
    path = folder / name
    path.write_text(text, "utf-8")
    table = read_table(path)
    taken = roles(table, columns)
    made = samples(table, taken)
    return made, said(table, taken, made)


@pytest.mark.parametrize(
    ("text", "columns", "rows", "words"),
    [
        (FLOWERS, "long,wide", [[5.1, 3.5], [7, 3.2], [4.9, 3], [6.3, 3.3]], "long, wide of 3"),
        (
            FLOWERS,
            "wide,long,label=kind",
            [[3.5, 5.1, 0], [3.2, 7, 1], [3, 4.9, 0], [3.3, 6.3, 2]],
            "x₁ = wide, x₂ = long, label = kind; 1 heading;"
            " 3 classes: setosa, Versicolor, virginica",
        ),
        ("t;a;b\n0,5;1;2\n0,75;3;4\n", "x=t,a,b", [[0.5, 1, 2], [0.75, 3, 4]], "x = t, y₁ = a"),
        ("t,a\n1,2\n3,5\n", "x=t,y=a", [[1, 2], [3, 5]], "columns x = t, y = a; 1 heading"),
        ("1,2,7\n3,4,-2\n5,6,7\n", "1,2,label=3", [[1, 2, 1], [3, 4, 0], [5, 6, 1]], ": −2, 7"),
        ("a,b,c\n1,2,10.0\n3,4,9.0\n", "a,b,class=c", [[1, 2, 1], [3, 4, 0]], "classes: 9, 10"),
        ("a,b,c\n1,2,TRUE\n3,4,FALSE\n", "a,b,label=c", [[1, 2, 1], [3, 4, 0]], "FALSE, TRUE"),
        ("a,b,c\n1,2,+\n3,4,-\n", "a,b,label=c", [[1, 2, 0], [3, 4, 1]], "2 classes: +, -"),
        ("x,y1,y2\n9,1,2\n8,3,4\n", "", [[9, 1, 2], [8, 3, 4]], "x = x, y₁ = y1, y₂ = y2"),
        ("x1,x2,label\n1,2,v\n3,4,u\n", "", [[1, 2, 1], [3, 4, 0]], "2 classes: u, v"),
        ("x,y\n9,1\n8,3\n", "", [[9, 1], [8, 3]], "columns x, y; 1 heading"),
    ],
)
def test_columns_make_data_of_their_roles(
    text: str, columns: str, rows: list[list[float]], words: str, tmp_path: Path
) -> None:
    made, told = read(tmp_path, text, columns)
    assert made.rows.tolist() == rows
    assert words in told


@pytest.mark.parametrize(
    ("text", "columns", "why"),
    [
        (FLOWERS, "label=kind", "classes need x1 and x2 beside the label"),
        (FLOWERS, "long,label=kind", "classes need x1 and x2 beside the label"),
        (FLOWERS, "x=long,wide,label=kind", "classes have x1 and x2, and no x beside them"),
        (FLOWERS, "x=long", "y is missing"),
        (FLOWERS, "long,kind", "line 2, column 3: “setosa” is not a number"),
        (FLOWERS, "long,wide,kind", "say what “kind” is"),
        (FLOWERS, "x=long,x=wide", "x is given twice"),
        ("a,b,c\n1,2,u\n3,4,\n", "a,b,label=c", "line 3, column 3: a class is missing"),
        ("a,b,c\n1,2,u\n3,4,#N/A\n", "a,b,label=c", "a class is missing (“#N/A”)"),
        ("a,b,c\n1,2,1\n\n3,4,NaN\n", "a,b,label=c", "line 4, column 3: a class is missing"),
        ("a,b,c\n1,2,1\n3,4,1.5\n", "a,b,label=c", "line 3, column 3: 1.5 is no class"),
        ("a,b,c\n1,2,u\n3,4,u\n", "a,b,label=c", "all rows are of one class, “u”"),
        (
            "a,b,c\n" + "".join(f"1,2,k{k}\n" for k in range(9)),
            "a,b,label=c",
            "column 3: 9 classes (k0, k1, k2, …), at most 8 can be told apart",
        ),
    ],
)
def test_what_makes_no_data_is_refused(text: str, columns: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, text, columns)
    assert why in str(caught.value)


def test_arrays_have_roles_too(tmp_path: Path) -> None:
    path, at = tmp_path / "a.npz", np.arange(8.0).reshape(2, 4)

    def rows(columns: str) -> tuple[list[list[float]], tuple[str, ...]]:
        table = read_table(path)
        made = samples(table, roles(table, columns))
        return made.rows.tolist(), made.classes

    np.savez(path, p=at, kind=np.array(["b", "a", "b", "c"]))
    wanted = [[0, 4, 1], [1, 5, 0], [2, 6, 1], [3, 7, 2]]
    assert rows("p[1],p[2],label=kind") == (wanted, ("a", "b", "c"))
    assert "its two rows are its columns" in " ".join(read_table(path).notes)
    np.savez(path, p=at[:, :2], q=at[:, 2:], good=np.array([True, False]))
    assert rows("x=q[1],y1=p[1],y2=p[2]") == ([[2, 0, 1], [6, 4, 5]], ())
    assert rows("1,2,label=good") == ([[0, 1, 1], [4, 5, 0]], ("False", "True"))
    out = io.BytesIO()
    fields = [("a", "<f4"), ("day", "<M8[D]"), ("b", ">i2"), ("kind", "<U3")]
    np.save(out, np.array([(1.5, "2024-02-03", 2, "u"), (3, "2024-02-04", 4, "v")], fields))
    path.with_suffix(".npy").write_bytes(out.getvalue())
    table = read_table(path.with_suffix(".npy"))
    assert samples(table, roles(table)).rows.tolist() == [[1.5, 2], [3, 4]]
    assert samples(table, roles(table, "a,b,label=kind")).rows.tolist() == [[1.5, 2, 0], [3, 4, 1]]
    with pytest.raises(UserError, match="column 2: holds dates"):
        samples(table, roles(table, "a,day"))


@pytest.mark.parametrize(
    ("text", "columns", "scene"),
    [
        ("1,2\n3,4\n", "", "ellipse"),
        (FLOWERS, "1,2,label=3", "multiclass"),
        ("1990,2,5\n2010,4,6\n", "x=1,y1=2,y2=3", "horn-learned"),
        ("1,2\n3,4\n", "x=1,y1=2", "conditional"),
    ],
)
def test_a_file_opens_a_scene_that_takes_its_data(
    text: str, columns: str, scene: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text)
    found = open_file(path, CATALOGUE, columns).scene
    assert (found.name, found.title) == (scene, "mine.csv")
    table = read_table(path)
    made = samples_of(found)
    assert made is not None
    assert made.rows.tolist() == samples(table, roles(table, columns)).rows.tolist()


def test_a_scene_that_cannot_use_data_says_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(FLOWERS)
    table = read_table(path)

    def refused(scene: str, columns: str) -> str:
        with pytest.raises(UserError) as caught:
            with_table(built_in(scene), table, roles(table, columns), "t.csv", CATALOGUE)
        return str(caught.value)

    said_of = refused("ellipse", "1,2,label=3")
    assert (
        said_of
        == "t.csv holds points (x₁, x₂) with a class each: “Ellipse decoder” needs points (y₁, y₂)"
    )
    assert refused("jem", "1,2").endswith("“Joint (JEM)” needs points (x₁, x₂) with a class each")
    assert "needs points (y₁, y₂) at an x" in refused("horn", "1,2")
    assert "needs points (y₁, y₂)" in refused("kmeans", "x=1,y1=2")
    assert "takes no own points" in refused("hopfield", "1,2")
    assert needs(built_in("regression"), CATALOGUE) == "pairs (x, y)"


def test_names_of_classes_come_back_whatever_is_in_them() -> None:
    names = ('a, "b"', "u", "", "<b>")
    made = Samples(np.zeros((4, 2)), label=np.arange(4.0), classes=names)
    scene = with_samples(built_in("multiclass"), made, "t", CATALOGUE)
    assert classes_of(scene) == names
    assert classes_of(built_in("multiclass")) == ()


@pytest.mark.parametrize(
    ("scene", "text", "wanted"),
    [
        ("multiclass", FLOWERS, {"label": "kind", "y1": "long", "y2": "wide"}),
        ("multiclass", "u,v,w\n1,2,0\n0.5,3,1\n", {"label": "w", "y1": "u", "y2": "v"}),
        ("ellipse", FLOWERS, {"y1": "long", "y2": "wide"}),
        ("horn", "t,u,v\n1,2,3\n", {"x": "t", "y1": "u", "y2": "v"}),
        ("regression", "t,u,v\n1,2,3\n", {"x": "t", "y1": "u"}),
        ("ellipse", "x,y1,y2\n1,2,3\n", {"x": "x", "y1": "y1", "y2": "y2"}),
        ("ellipse", "t,u,v\n1,a,b\n", {"y1": "t"}),
    ],
)
def test_what_a_scene_can_use_is_suggested(
    scene: str, text: str, wanted: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    found = suggested(read_table(path), built_in(scene), CATALOGUE)
    assert {role: column.name for role, column in found.items()} == wanted
