"""Points as text, to and from a spreadsheet."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.samples import CONDITIONED, LABELLED, PAIRS, POINTS
from ebmviz.files.tables.exchange import rows_in, written
from ebmviz.files.tables.table import table_of_text

CATALOGUE = library.shipped_catalogue()
PLACES = np.array([[0.1, 1 / 3], [-2e-7, 4.0], [5.5, -6.25]])
CLOUDS = {
    "ellipse": (Cloud(POINTS, PLACES), ()),
    "conditional": (Cloud(PAIRS, PLACES), ()),
    "horn": (Cloud(CONDITIONED, np.column_stack([[0.0, 0.5, 1.0], PLACES])), ()),
    "multiclass": (Cloud(LABELLED, np.column_stack([PLACES, [2, 0, 1]])), ("a", "b, c", "d")),
    "binary": (Cloud(LABELLED, np.column_stack([PLACES, [1, 0, 1]])), ("−1", "+1")),
}


def pasted(name: str, text: str, beside: float = 0.0) -> np.ndarray:
    cloud, names = CLOUDS[name]
    scene = library.scene(name, CATALOGUE)
    return rows_in(table_of_text(text, "pasted"), cloud, scene, CATALOGUE, names, beside)


@pytest.mark.parametrize("name", CLOUDS)
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_what_is_written_is_read_to_the_last_digit(name: str, delimiter: str) -> None:
    cloud, names = CLOUDS[name]
    text = written(cloud, library.scene(name, CATALOGUE), names, delimiter)
    assert np.array_equal(pasted(name, text), cloud.rows)


def test_columns_are_called_as_on_the_map() -> None:
    heads = {}
    for name, (cloud, names) in CLOUDS.items():
        heads[name] = written(cloud, library.scene(name, CATALOGUE), names).split("\n")[0]
    assert heads["ellipse"] == "y1,y2"
    assert heads["conditional"] == "x,y"
    assert heads["horn"] == "x,y1,y2"
    assert heads["multiclass"] == "x1,x2,label"


def test_a_place_alone_gets_the_class_or_the_x_at_hand() -> None:
    assert pasted("multiclass", "1\t2\n3\t4", 2).tolist() == [[1, 2, 2], [3, 4, 2]]
    assert pasted("horn", "1\t2\n3\t4", 0.75).tolist() == [[0.75, 1, 2], [0.75, 3, 4]]
    assert pasted("ellipse", "0,5\t1,5\n2,5\t-1,5").tolist() == [[0.5, 1.5], [2.5, -1.5]]


def test_one_point_of_one_class_is_enough() -> None:
    assert pasted("multiclass", "x1\tx2\tlabel\n1\t2\td\n").tolist() == [[1, 2, 2]]
    assert pasted("binary", "1\t2\t-1\n").tolist() == [[1, 2, 0]]
    assert pasted("ellipse", "1\t2\n").tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("ellipse", "1\t2\t3", "pasted: 3 columns where 2 are needed"),
        ("ellipse", "1\t2\n3\tx", "pasted, line 2, column 2: “x” is not a number"),
        ("multiclass", "1\t2\te", "“e” is none of the classes a, b, c, d"),
        ("multiclass", "1\t2\t3\t4", "4 columns where 3 or 2 are needed"),
        ("ellipse", "y1\ty2", "holds no points"),
    ],
)
def test_what_does_not_fit_is_said(name: str, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        pasted(name, text)
