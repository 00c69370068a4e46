"""The script for a GPU, and its benchmark, as far as a CPU can try them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import torch

from tests.benchmarks.gpu import rows
from tests.benchmarks.gpu.__main__ import main

SCRIPT = Path(__file__).parents[1] / "gpu.sh"


def test_the_table_has_a_row_for_everything_and_is_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.json"
    words = ["--device", "cpu", "--small", "--seconds", "0", "--peers", "torch", "--json", str(out)]
    assert main([*words, "--scenes", "ellipse,regression,binary"]) == 0
    kept = json.loads(out.read_text())
    assert torch.__version__ in kept["machine"]
    found = {(row["part"], row["what"], row["who"]) for row in kept["rows"]}
    for name in ("ellipse", "regression", "binary"):
        assert ("right", f"{name}: F", "ebmviz") in found
        assert ("right", f"{name}: F after 10 steps", "ebmviz") in found
        assert ("training", name, "ebmviz, CPU") in found
    assert ("right", "ellipse: ∇F", "ebmviz") in found
    assert ("maps", "48² places, K = 48", "ebmviz") in found
    assert ("maps", "48² places, K = 48", "torch") in found
    assert ("chains", "500 chains", "ebmviz") in found
    assert all(row["right"] and row["value"] is not None for row in kept["rows"])
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len(table) == 2 + len(kept["rows"])
    assert {line.count("|") for line in table} == {7}


def test_what_is_missing_or_fails_is_no_number() -> None:
    settings = rows.Settings(torch.device("cpu"), True, 0.0, frozenset())

    def absent() -> rows.Work:
        raise ModuleNotFoundError("no such peer")

    def broken() -> rows.Work:
        raise RuntimeError("a | b\nmore")

    for made, note in ((absent, "not installed"), (broken, "failed: RuntimeError: a / b")):
        row = rows.timed("maps", "few", "peer", "1/s", made, settings)
        assert (row.value, row.note) == (None, note)
        assert row.markdown() == f"| maps | few | peer | — | 1/s | {note} |"
    wrong = rows.Row("right", "F", "ebmviz", 0.5, "max ΔF", "n", right=False)
    assert wrong.markdown() == "| right | F | ebmviz | 0.5 | max ΔF | WRONG n |"


def test_without_a_gpu_the_script_says_so(tmp_path: Path) -> None:
    hidden = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OUT": str(tmp_path / "out")}
    done = subprocess.run([SCRIPT], env=hidden, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == "no CUDA device: nothing was tested or measured"
    assert not done.stdout


def test_a_benchmark_without_its_device_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("no CUDA device: ")
