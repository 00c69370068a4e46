"""The user's own points: what is understood, and how a fault is named."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.core.errors import UserError
from ebmviz.core.rows import POINTS_CAP, decode_points, encode_points
from ebmviz.core.snapshot import Array
from ebmviz.files.tables import table
from tests.tables import read_points

EXPECTED = [[1.0, -2.5], [0.03, 4.0]]


def points(folder: Path, data: str | bytes, name: str = "points.csv") -> list[list[float]]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    found = read_points(path)
    assert found.dtype == np.float64
    assert found.shape[1:] == (2,)
    assert found.flags.writeable
    return found.tolist()


def refusal(folder: Path, data: str | bytes, name: str = "points.csv") -> str:
    with pytest.raises(UserError) as caught:
        points(folder, data, name)
    text = str(caught.value)
    assert text.startswith(str(folder / name))
    assert text.isprintable()
    assert len(text) < 500
    return text.removeprefix(str(folder / name))


def npy(array: object) -> bytes:
    out = io.BytesIO()
    np.save(out, np.asarray(array))
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "1,-2.5\n0.03,4\n",
        "1,-2.5\n0.03,4",
        "y1,y2\n1,-2.5\n0.03,4\n",
        "\ufeffy1,y2\r\n1,-2.5\r\n0.03,4\r\n",
        "\ufeff1,-2.5\r0.03,4\r",
        "1\t-2.5\n0.03\t4\n",
        "first y\tsecond y\n1\t-2.5\n0.03\t4\n",
        "1 -2.5\n  0.03    4  \n",
        "1\t-2.5\t\n0.03\t 4\t\n",
        "x;y\n1;-2.5\n0.03;4\n",
        "x;y\n1,0;-2,5\n0,03;4\n",
        "x\ty\n1,0\t-2,5\n0,03\t4\n",
        '"x","y"\n"1","-2.5"\n" 0.03 ",4\n',
        "# a comment\n\n  \n1, -2.5  # and one more\n\n#\n3e-2, +4.\n\n",
        "1, −2.5\n3E-2, 4",
        "Größe, Höhe\n1,-2.5\n.03,4e0",
    ],
)
def test_text_in_every_form(text: str, tmp_path: Path) -> None:
    assert points(tmp_path, text) == EXPECTED


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-16-le"])
def test_the_text_of_a_spreadsheet(codec: str, tmp_path: Path) -> None:
    mark = "" if codec == "utf-16" else "\ufeff"
    assert points(tmp_path, (mark + "x\ty\r\n1\t-2.5\r\n0.03\t4").encode(codec)) == EXPECTED


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2", "<i4", ">i8", "u1", "<u2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_every_real_type(dtype: str, order: str, tmp_path: Path) -> None:
    array = np.array([[1, 2], [3, 4], [5, 6]], dtype, order="F" if order == "F" else "C")
    assert points(tmp_path, npy(array), "a.npy") == [[1, 2], [3, 4], [5, 6]]


def test_an_array_is_known_by_its_content(tmp_path: Path) -> None:
    assert points(tmp_path, npy(EXPECTED), "points.csv") == EXPECTED
    out = io.BytesIO()
    np.lib.format.write_array(out, np.array(EXPECTED), version=(2, 0))
    assert points(tmp_path, out.getvalue()) == EXPECTED


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", ": the file is empty"),
        ("\n\n# only a comment\n", ": holds no points"),
        ("x,y\n", ": holds no points"),
        ("1,2\nx,4\n", ", line 2, column 1: “x” is not a number"),
        ("y1,y2\n1,2\n\n# c\n3,four\n", ", line 5, column 2: “four” is not a number"),
        ("1,2\r\n3,4\r\n5,6x\r\n", ", line 3, column 2: “6x” is not a number"),
        ("1,2\r3,4\r5,6x\r", ", line 3, column 2: “6x” is not a number"),
        ("1,2\u2028\n3,4\x0c\n5,6x\n", ", line 3, column 2: “6x” is not a number"),
        ("x,1\n", ", line 1, column 1: “x” is not a number"),
        ("x,y\na,b\n1,2\n", ", line 2, column 1: “a” is not a number"),
        ("1,\n", ", line 1, column 2: a number is missing"),
        ("1,nan\n", ", line 1, column 2: nan is not a finite number"),
        ("nan,nan\n", ", line 1, column 1: nan is not a finite number"),
        ("1,2\n-inf,0\n", ", line 2, column 1: -inf is not a finite number"),
        ("1,2\n3,1e999\n", ", line 2, column 2: inf is not a finite number"),
        ("1,2\n3,-1.5e12\n", ", line 2, column 2: -1500000000000.0 is beyond ±10¹²"),
        ("1,2\n1_000,3\n", ", line 2, column 1: “1_000” is not a number"),
        ("1,2\n1.234,5;6\n", ", line 2, column 2: “5;6” is not a number"),
        ("1\n2\n", ", line 1: 1 column where 2 are needed"),
        ("1,2\n1,2,3\n", ", line 2: 3 columns where 2 are needed"),
        ("1\t\t-2.5\n0.03\t4\t\n", ": 3 columns where 2 are needed (1, 2, 3); say which"),
        ("1,2\n" + "0" * 20_000, ", line 2: longer than 10000 characters"),
        ("1,2\n" + "x" * 9_000 + ",3", "…” is not a number"),
        ("1,2\n\x1b[2J,3", "“\\x1b[2J” is not a number"),
        (b"1,2\n3,4\n\xe9,5\n", ", line 3: not text in UTF-8"),
        (b"1,2\r\n\xe9,5\r\n", ", line 2: not text in UTF-8"),
        (b"1,2\0\n", ": not a text file"),
        (b"\x89PNG\r\n\x1a\n\0\0", ", line 1: not text in UTF-8"),
        (b"PK\x03\x04\x14\0\x06\0", ": not a text file"),
        (b"\xff\xfe1\0,\0", ", line 1, column 2: a number is missing"),
        (b"\xff\xfe1\0,", ", line 1: not text in UTF-8"),
    ],
    ids=range(31),
)
def test_a_fault_in_text_is_named_by_line_and_column(
    data: str | bytes, message: str, tmp_path: Path
) -> None:
    assert message in refusal(tmp_path, data)


def header(text: str, body: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text.encode("latin-1") + body


GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"1,2\n", "not an NPY file"),
        (b"\x93NUMPY", "not an NPY file with one array"),
        (npy([[1.0, 2.0]])[:40], "not an NPY file with one array"),
        (npy([[1.0, 2.0]])[:-1], "damaged or cut short"),
        (npy([[1.0, 2.0]]) + b"x", "damaged or cut short"),
        (npy([1.0, 2.0]), "has the shape (2,) where (N, 2) is needed"),
        (npy(1.0), "has the shape () where"),
        (npy([[1.0, 2.0, 3.0]]), "3 columns where 2 are needed (1, 2, 3); say which"),
        (npy([[1.0], [2.0]]), "has the shape (2, 1) where"),
        (npy(np.zeros((2, 2, 2))), "has the shape (2, 2, 2) where"),
        (npy(np.zeros((0, 2))), "holds no points"),
        (npy([["a", "b"]]), "holds <U1, not real numbers"),
        (npy([[1j, 2]]), "holds <c16, not real numbers"),
        (npy([[True, False]]), "holds |b1, not real numbers"),
        (npy(np.array([[None, 1]], object)), "holds Python objects (|O), not real numbers"),
        (npy(np.zeros((1, 2), "M8[s]")), "holds <M8[s], not real numbers"),
        (npy(np.zeros(2, [("x", "f8"), ("y", "M8[s]")])), ", column 2: holds dates"),
        (npy([[1, 2], [3, np.nan]]), "row 2, column 2: nan is not a finite number"),
        (npy([[1, 2], [-np.inf, 3]]), "row 2, column 1: -inf is not a finite number"),
        (npy([[1, 2e12]]), "row 1, column 2: 2000000000000.0 is beyond ±10¹²"),
        (npy(np.zeros((100_001, 2), "u1")), "100001 points, at most 100 000 are accepted"),
        (header(GOOD.replace("(1, 2)", f"({10**30}, 2)")), "at most 100 000 are accepted"),
        (header(GOOD.replace("(1, 2)", f"(2, {10**30})")), "at most 100 000 are accepted"),
        (header(GOOD.replace("(1, 2)", "(-1, 2)")), "not an NPY file with one array"),
        (header(GOOD.replace("f8", "f3"), bytes(6)), "holds <f3, not real numbers"),
        (header(GOOD.replace("(1, 2)", "__import__('os')")), "not an NPY file with one array"),
        (header("(" * 60_000), "not an NPY file with one array"),
    ],
    ids=range(27),
)
def test_a_fault_in_an_array(data: bytes, message: str, tmp_path: Path) -> None:
    assert message in refusal(tmp_path, data, "a.npy")


@pytest.mark.slow
def test_as_many_points_as_are_accepted_and_one_more(tmp_path: Path) -> None:
    text = "0,1\n" * POINTS_CAP
    assert len(points(tmp_path, text)) == POINTS_CAP
    message = refusal(tmp_path, text + "2,3\n")
    assert message == ", line 100001: one point too many, at most 100 000 are accepted"


def test_one_point_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "POINTS_CAP", 2)
    assert len(points(tmp_path, "0,1\n" * 2)) == 2
    assert refusal(tmp_path, "0,1\n" * 3).startswith(", line 3: one point too many")


def test_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "FILE_CAP", 3)
    assert refusal(tmp_path, "1,23") == ": larger than the 3 bytes that are accepted"


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path, reason in (
        (tmp_path, "it is a folder, not a file"),
        (pipe, "it is a pipe or a device"),
        (tmp_path / "none.csv", "there is no such file"),
        (Path("/dev/zero"), "it is a pipe or a device"),
    ):
        with pytest.raises(UserError, match=f"{path}: {reason}"):
            read_points(path)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,2")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UserError, match=r"a\.csv: permission is denied"):
        read_points(path)


@settings(derandomize=True, deadline=None, max_examples=300, database=None)
@given(st.binary(max_size=120))
def test_junk_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "junk"
    good = npy(EXPECTED)
    for data in (junk, b"1,2\n" + junk, good[:10] + junk + good[10 + len(junk) :]):
        path.write_bytes(data)
        try:
            assert np.isfinite(read_points(path)).all()
        except UserError as error:
            assert str(error).isprintable()


# the table inside a scene ---------------------------------------------------------------


def test_a_table_comes_back() -> None:
    array = np.array([[1.5, -2], [np.pi, 1e6], [-0.0, 5e-324]])
    raw = encode_points(array)
    assert raw == array.astype("<f8").tobytes()
    back = decode_points(raw)
    np.testing.assert_array_equal(back, array, strict=True)
    assert back.flags.writeable
    assert decode_points(encode_points(array[::-1].T[:, :2])).shape == (2, 2)
    assert encode_points(np.array([[1, 2]], np.uint8)) == encode_points(np.array([[1.0, 2.0]]))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((0, 2)), "holds no points"),
        (np.zeros(2), "has the shape"),
        (np.zeros((2, 3)), "has the shape"),
        (np.array([[1, np.nan]]), "row 1, column 2: nan"),
        (np.array([[1, 2], [-1.1e12, 0]]), "row 2, column 1: -1100000000000.0 is beyond"),
        (np.array([["1", "2"]]), "not real numbers"),
        (np.zeros((100_001, 2)), "at most 100 000"),
    ],
)
def test_what_no_table_may_hold(array: Array, message: str) -> None:
    with pytest.raises(UserError, match=message):
        encode_points(array)
    if array.dtype.kind == "f" and array.shape[1:] == (2,):
        with pytest.raises(UserError, match=message):
            decode_points(array.astype("<f8").tobytes())


@pytest.mark.parametrize("raw", [b"", b"x", bytes(8), bytes(17), b"\xff" * 16])
def test_bytes_that_are_no_table(raw: bytes) -> None:
    with pytest.raises(UserError, match="the table of points"):
        decode_points(raw)
