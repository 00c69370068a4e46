"""Bad files: one sentence that names the file, and status 1."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.files.session import Session, load, save
from tests.commands.program import CATALOGUE, Run


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n3,nan\n", "line 3, column 2: nan is not a finite number"),
        ("1,2\n3,four\n", "line 2, column 2: “four” is not a number"),
        ("1,2\n3\n", "line 2: 1 column where 2 are needed"),
        ("1,2\n3,4,5\n", "line 2: 3 columns"),
        ("", "the file is empty"),
        ("a,b\n", "holds no points"),
        ("1,2\n1e300,0\n", "line 2, column 1"),
    ],
)
def test_a_bad_table_is_named_by_line_and_column(
    run: Run, tmp_path: Path, content: str, said: str
) -> None:
    table = tmp_path / "points.csv"
    table.write_text(content)
    done = run("train", table, "--steps", 1)
    assert done.status == 1
    assert f"{table}" in done.sentence
    assert said in done.sentence


def test_a_truncated_session_is_one_sentence_wherever_it_ends(run: Run, session: Path) -> None:
    data = session.read_bytes()
    for size in (0, 1, 40, len(data) // 2, len(data) - 30, len(data) - 1):
        session.write_bytes(data[:size])
        done = run("inspect", session)
        assert done.status == 1
        assert str(session) in done.sentence


def rezip(session: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """The same archive with other members."""
    with zipfile.ZipFile(session) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(session, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


HOSTILE: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a changed scene": lambda m: m.update({"scene.json": b"{}"}),
    "a member outside": lambda m: m.update({"../../evil": b"x"}),
    "a pickle": lambda m: m.update({"weights.pkl": b"cos\nsystem\n"}),
    "no weights": lambda m: m.pop("weights.safetensors"),
    "no manifest": lambda m: m.pop("manifest.json"),
    "a foreign type": lambda m: m.update({"mimetype": b"application/zip"}),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_session_is_one_sentence(
    run: Run, session: Path, change: Callable[[dict[str, bytes]], object]
) -> None:
    rezip(session, change)
    for command in (["inspect"], ["train", "--steps", "1"], ["eval", "--y", "0,0"]):
        done = run(command[0], session, *command[1:])
        assert done.status == 1
        assert str(session) in done.sentence


def test_a_session_whose_tensors_do_not_fit_is_one_sentence(run: Run, session: Path) -> None:
    good = load(session, CATALOGUE)
    spoilt = [
        ({"w": np.zeros(7, np.float32)}, {}),
        ({"w": np.full(2, 1e300)}, {}),
        ({"train/step": np.array([-4])}, {}),
        ({}, {"step": np.array(3)}),
        ({}, {"step": np.zeros((4, 1), np.int64)}),
        ({}, {"weights/w": np.zeros((4, 9), np.float32)}),
        ({}, {"loss": np.zeros((4, 2))}),
    ]
    for weights, past in spoilt:
        kept = good.checkpoint
        kept = Checkpoint({**kept.weights, **weights}, {**kept.history, **past}, kept.metrics)
        bad = Session(good.scene, kept)
        save(bad, session, CATALOGUE)
        done = run("train", session, "--steps", 1)
        assert done.status == 1
        named = next(iter(weights or past)).rpartition("/")[2]
        assert named in done.sentence, "it says what does not fit"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("foreign.ebmviz", b"PK\x05\x06" + bytes(18), "foreign.ebmviz"),
        ("noise.ebmviz", bytes(range(256)) * 8, "noise.ebmviz"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "picture.png"),
        ("plain.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "holds no ebmviz session"),
        ("plain.pdf", b"%PDF-1.4\n%%EOF\n", "plain.pdf"),
        ("notes.docx", b"hello", "not a kind of file ebmviz opens"),
    ],
)
def test_a_foreign_file_is_one_sentence(
    run: Run, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("inspect", tmp_path / name)
    assert done.status == 1
    assert said in done.sentence


def test_a_file_that_is_not_there_is_one_sentence(run: Run, tmp_path: Path) -> None:
    done = run("inspect", tmp_path / "gone.ebmviz")
    assert done.status == 1
    assert "no such file" in done.sentence
    assert "no such file" in run("inspect", tmp_path / "gone.csv").sentence
