"""`ebmviz inspect` shows whatever a session holds."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.files.session import Session, save
from tests.commands.program import CATALOGUE, Run


def test_inspect_shows_a_model_that_was_never_trained(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    run("train", "ellipse", "--steps", 0, "-o", file)
    found = run("inspect", file).rows
    assert found["step"] == 0
    assert "loss" not in found["metrics"]


def test_inspect_shows_any_weights(run: Run, tmp_path: Path) -> None:
    scene = library.scene("ellipse", CATALOGUE)
    weights: dict[str, Any] = {
        "w": np.array([math.nan, -math.inf], np.float32),
        "scalar": np.array(1.5),
        "flags": np.array([[True], [False]]),
        "large": np.array([0.0] * 99 + [math.nan]),
        "empty": np.zeros((0, 2)),
        "train/step": np.zeros(0, np.int64),
        "optimizer/velocity/w": np.zeros(2),
    }
    file = tmp_path / "odd.ebmviz"
    save(Session(scene, Checkpoint(weights)), file, CATALOGUE)
    found = run("inspect", file).rows
    assert found["weights"] == {
        "w": ["nan", "-inf"],
        "scalar": 1.5,
        "flags": [[True], [False]],
        "large": {"shape": [100], "dtype": "float64", "min": "nan", "max": "nan", "mean": "nan"},
        "empty": [],
    }
    assert found["step"] == 0
    refused = run("train", file, "--steps", 1)
    assert refused.status == 1
    assert "w holds a value that is not finite" in refused.sentence


def test_inspect_says_what_is_in_a_table_and_how_it_was_read(run: Run, tmp_path: Path) -> None:
    table, file = tmp_path / "t.csv", tmp_path / "t.ebmviz"
    table.write_text("u;v;w\nmm;;\n0,5;1,5;7\n0,75;2,25;oops\n")
    found = run("inspect", table).rows
    assert found["rows"] == 2
    assert found["headings"] == 2
    assert found["notes"] == ["decimal commas"]
    assert [c["holds"] for c in found["columns"]] == ["numbers", "numbers", "mixed"]
    assert found["columns"][0]["unit"] == "mm"
    assert found["columns"][0]["max"] == 0.75
    assert found["columns"][2]["fault"] == "line 4, column 3: “oops” is not a number"
    refused = run("train", table, "--steps", 0)
    assert refused.status == 1
    assert "--columns u,v" in refused.sentence
    run("train", table, "--columns", "v,u", "--steps", 0, "-o", file)
    data = run("inspect", file).rows["scene"]["data"]
    assert data["read"] == "2 points, columns v, u [mm] of 3; 2 headings; decimal commas"
    assert run("train", "ellipse", "--columns", "v,u", "--steps", 0).status == 2
