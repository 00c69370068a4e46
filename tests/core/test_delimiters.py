"""What stands between the cells is found, whatever else stands in them; a row is never dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from ebmviz.core.errors import UserError
from ebmviz.files.tables.columns import Table, numbers
from ebmviz.files.tables.table import read_table


def read(folder: Path, text: str) -> Table:
    path = folder / "t.txt"
    path.write_text(text, "utf-8", newline="")
    return read_table(path)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a,b|u|v\n-3,75|1,5|2\n4,125|0,5|7,25\n", [[-3.75, 4.125], [1.5, 0.5], [2, 7.25]]),
        ("null|3,75|1’250,5\n2,5|0,25|4\n", [None, [3.75, 0.25], [1250.5, 4]]),
        ("a,1 u v\n-8,25 6,5 −31\n7,5 0,25 12\n", [[-8.25, 7.5], [6.5, 0.25], [-31, 12]]),
        ("7,25 TRUE –31,5\n8,5 FALSE 2,25\n", [[7.25, 8.5], None, [-31.5, 2.25]]),
        ('"7" "1,75" -8,5\n"9" "2,5" 3,25\n', [[7, 9], [1.75, 2.5], [-8.5, 3.25]]),
        (
            "2,016,356 Err:502 -46,604.25\n1,250,000 3 7.5\n",
            [[2016356, 1250000], None, [-46604.25, 7.5]],
        ),
        ("1.5,5 kg,7\n2.5,6 kg,8\n", [[1.5, 2.5], None, [7, 8]]),
        ("1.5,12 Elm Road,7\n2.5,14 Elm Road,9\n", [[1.5, 2.5], None, [7, 9]]),
        ('a,b "run 12"\n-8,25 6,5\n7,5 0,25\n', [[-8.25, 7.5], [6.5, 0.25]]),
        ("1,5 2,5\n#### 3,5\n4,5 6\n", [None, [2.5, 3.5, 6]]),
        ('1.5\t2\n####\t"-1 250"\n4.5\t6\n', [None, [2, -1250, 6]]),
    ],
)
def test_commas_in_cells_do_not_split_them(
    text: str, columns: list[list[float] | None], tmp_path: Path
) -> None:
    found = read(tmp_path, text)
    got = [None if c.numbers is None else c.numbers.tolist() for c in found.columns]
    assert got == columns


@pytest.mark.parametrize(
    "text",
    [
        "a\n" + "7" * 3000 + ",5\n" + "8" * 3000 + ".5\n",
        "a,b\n1" + " 234" * 900 + ",5\n",
        "a;b\n" + "x" * 4000 + ";1\n",
    ],
)
def test_a_long_cell_does_not_make_a_long_sentence(text: str, tmp_path: Path) -> None:
    def first() -> None:
        found = read(tmp_path, text)
        numbers(found.where, found.columns[0])

    with pytest.raises(UserError) as caught:
        first()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
@pytest.mark.parametrize("cell", ["####", "#N/A", "#DIV/0!", "#REF!", "#NV"])
def test_a_row_that_begins_with_an_error_cell_stays(sign: str, cell: str, tmp_path: Path) -> None:
    rows = [[cell, "1.5", "2.5"], ["3.5", "4.5", "5.5"], ["6.5", "7.5", "8.5"]]
    found = read(tmp_path, "".join(sign.join(row) + "\n" for row in rows))
    assert found.count == 3
    assert found.columns[0].numbers is None
    assert "line 1, column 1: " in found.columns[0].fault
    assert found.columns[2].numbers is not None
    assert found.columns[2].numbers.tolist() == [2.5, 5.5, 8.5]
