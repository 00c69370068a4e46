"""Arrays of a file that are columns, and those that are left out, by name and with the reason."""

from __future__ import annotations

import builtins
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.files.tables import npz, table
from ebmviz.files.tables.columns import Table
from ebmviz.files.tables.roles import roles, said, samples
from ebmviz.files.tables.table import read_table

AT = np.arange(10.0).reshape(5, 2)


class Trap:
    """Leaves a mark where it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("import builtins; builtins.unpickled = True",)


def archive(folder: Path, **arrays: Any) -> Path:
    path = folder / "a.npz"
    np.savez(path, **arrays)
    return path


def left_out(found: Table) -> str:
    return "; ".join(note for note in found.notes if note.startswith("left out"))


@pytest.mark.parametrize(
    ("beside", "reason"),
    [
        ({"seed": 7}, "seed (a single number)"),
        ({"rate": np.float32(0.5)}, "rate (a single number)"),
        ({"done": True}, "done (a single yes or no)"),
        ({"author": "N. N."}, "author (a single text)"),
        ({"when": np.datetime64("2024-05-06")}, "when (a single date)"),
        ({"args": {"a": 1}}, "args (Python objects"),
        ({"tags": np.array(["a", None, "b", "c", "d"], object)}, "tags (Python objects"),
        ({"trap": np.array([Trap()] * 5, object)}, "trap (Python objects"),
        ({"rows": np.zeros(5, [("a", "O"), ("b", "f8")])}, "rows (Python objects"),
        ({"image": np.zeros((5, 4, 3))}, "image (of 3 dimensions)"),
        ({"film": np.zeros((5, 1, 2, 3), "u1")}, "film (of 4 dimensions)"),
        ({"none": np.zeros(0)}, "none (empty)"),
        ({"none": np.zeros((5, 0))}, "none (empty)"),
        ({"loss": np.arange(30.0)}, "loss (30 long)"),
        ({"names": np.array(["a", "b"])}, "names (2 long)"),
        ({"wide": np.zeros((5, 1001))}, "wide (of 1001 columns)"),
        ({"raw": np.zeros(5, "V3")}, "raw (|V3)"),
        ({"log": np.arange(100_001.0)}, "log (100001 long)"),
        ({"one": 1, "two": "b", "p": np.zeros(0)}, "one (a single number), two (a single text), p"),
        ({f"n{k}": k for k in range(9)}, "n5 (a single number), 3 more"),
    ],
)
def test_what_is_no_column_is_left_out_by_name(
    beside: dict[str, object], reason: str, tmp_path: Path
) -> None:
    for arrays in ({**beside, "p": AT}, {"q": AT, **beside}, {"a": AT[:, 0], "b": AT[:, 1]}):
        found = read_table(archive(tmp_path, **{**beside, **arrays}))
        taken = roles(found)
        assert samples(found, taken).y.tolist() == AT.tolist()
        if "p" not in arrays:
            assert reason in left_out(found)
            assert "left out: " in said(found, taken)
    assert not hasattr(builtins, "unpickled")


@pytest.mark.parametrize(
    ("arrays", "why"),
    [
        ({"seed": 7, "image": np.zeros((2, 2, 2))}, "no column of numbers; left out: seed (a sin"),
        ({"x": np.zeros(4), "n": 3}, "1 column of numbers where 2 are needed; left out: n"),
        ({"x": np.zeros(4), "y": np.zeros(5)}, "do not have one length (x (4,), y (5,))"),
        ({"p": AT, "label": np.zeros(4, int)}, "label has 4 values where p has 5"),
        ({"y1": AT[:, 0], "y2": AT[:, 1], "x": np.zeros(6)}, "x has 6 values where y1 has 5"),
        ({"X": AT, "y_train": np.zeros(3, int)}, "y_train has 3 values where X has 5"),
        ({"x1": AT[:, 0], "x2": AT[:, 1], "Class": np.array(["u"] * 4)}, "Class has 4 values"),
        (
            {"train": AT, "test": AT[:3]},
            "points of 2 lengths (train (5, 2), test (3, 2)); keep those of one",
        ),
        ({"p": np.zeros((100_001, 2), "u1"), "n": 1}, "100001 points, at most 100 000"),
        ({}, "no column of numbers"),
        ({"a": np.array(["u", "v"]), "b": np.array(["u", "v"])}, "0 columns of numbers where 2"),
    ],
)
def test_nothing_usable_or_a_choice_is_refused(
    arrays: dict[str, object], why: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as caught:
        read_table(archive(tmp_path, **arrays))
    assert why in str(caught.value)
    assert str(caught.value).isprintable()


def test_rows_of_two_stand_up_beside_what_is_as_long(tmp_path: Path) -> None:
    lying = np.arange(8.0).reshape(2, 4)
    for beside in ({}, {"w": np.zeros(3)}, {"ends": np.zeros(2), "t": np.zeros(4)}, {"n": 1}):
        found = read_table(archive(tmp_path, p=lying, **beside))
        assert found.count == 4
        assert samples(found, roles(found, "p[1],p[2]")).y.tolist() == lying.T.tolist()
    assert read_table(archive(tmp_path, p=lying, ends=np.zeros(2))).count == 2


def test_the_fields_of_a_record_are_columns_as_far_as_they_can_be(tmp_path: Path) -> None:
    fields = np.dtype(
        [("p", "<f4", (2,)), ("m", ">f8", (2, 2)), ("who", "U3"), ("at", [("a", "f8")])]
        + [("t", "f8"), ("none", "U0")],
        align=True,
    )
    rows = np.zeros(3, fields)
    rows["p"], rows["t"], rows["who"] = [[1, 2], [3, 4], [5, 6]], [7, 8, 9], ["u", "v", "u"]
    path = tmp_path / "r.npy"
    np.save(path, rows)
    found = read_table(path)
    assert [c.name for c in found.columns] == ["p[1]", "p[2]", "who", "t"]
    assert left_out(found) == "left out: m (of 3 dimensions), at (a record), none (empty)"
    made = samples(found, roles(found, "p[1],p[2],label=who"))
    assert made.rows.tolist() == [[1, 2, 0], [3, 4, 1], [5, 6, 0]]
    in_archive = read_table(archive(tmp_path, rows=rows, t=np.array([1.0, 2, 3]), seed=1))
    assert [c.name for c in in_archive.columns] == ["p[1]", "p[2]", "who", "t", "t"]
    assert samples(in_archive, roles(in_archive, "4,5")).y.tolist() == [[7, 1], [8, 2], [9, 3]]
    np.save(path, rows[["m", "at"]])
    with pytest.raises(UserError, match="no column of numbers; left out: m"):
        read_table(path)


@pytest.mark.parametrize("dtype", [">f8", "<f2", ">i4", "<u8", "f16"])
def test_any_byte_order_and_width_gives_the_same_numbers(dtype: str, tmp_path: Path) -> None:
    wanted = np.array([[1, 2], [3, 4], [500, 6]])
    found = read_table(archive(tmp_path, a=wanted[:, 0].astype(dtype), b=wanted[:, 1], n=0))
    assert samples(found, roles(found)).y.tolist() == wanted.tolist()


def test_an_archive_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path, p=AT)
    good = path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("p.npy", zipfile.ZipFile(path).read("p.npy"))
    many = tmp_path / "many.npz"
    numbers: dict[str, Any] = {f"n{k}": k for k in range(65)}
    np.savez(many, **numbers)
    for data, why in (
        (good[:-1], "damaged"),
        (good + b"x", "damaged"),
        (good[:60] + b"\xff" * 9 + good[69:], "a.npz"),
        (out.getvalue(), "damaged"),
        (many.read_bytes(), "more than 64 arrays"),
        (b"PK\x03\x04", "damaged"),
    ):
        path.write_bytes(data)
        with pytest.raises(UserError, match=why):
            read_table(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("notes.txt", "by hand")
        inner = io.BytesIO()
        np.save(inner, AT)
        file.writestr("p.npy", inner.getvalue())
    assert left_out(read_table(path)) == "left out: notes.txt (no array)"
    monkeypatch.setattr(table, "FILE_CAP", 900)
    np.savez_compressed(path, p=AT, big=np.zeros((5, 60)))
    assert "big (more than the 900 bytes" in left_out(read_table(path))
    assert npz.ZIP[0] == path.read_bytes()[:4]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("record", [False, True])
def test_letters_that_do_not_exist_are_no_word(order: str, record: bool, tmp_path: Path) -> None:
    """numpy gives them back, and Python ends with a fault of its own where they are looked at."""
    kind = f"{order}U3"
    words = np.array(["up", "on", "up", "on", "up"], kind)
    codes = np.frombuffer(words.tobytes(), f"{order}u4").copy()
    fields = np.zeros(5, [("y1", "f8"), ("y2", "f8"), ("class", kind)])
    fields["y1"], fields["y2"] = AT.T
    for last, why in ((0x10FFFF, ""), (0x110000, "it holds letters that do not exist")):
        codes[7] = last
        fields["class"] = codes.view(kind)
        path = tmp_path / f"{last}.np{'y' if record else 'z'}"
        if record:
            np.save(path, fields)
        else:
            np.savez(path, y=AT, word=fields["class"])
        if not why:
            assert read_table(path).count == 5
            continue
        with pytest.raises(UserError) as caught:
            read_table(path)
        assert why in str(caught.value)
