"""`ebmviz sweep`: every run as it is alone, what is missing and no more, and nothing lost."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ebmviz.commands.base.sweep import pool
from ebmviz.commands.base.sweep.outcome import Outcome
from ebmviz.commands.base.sweep.run import Job, work
from ebmviz.core.diagnosis import diagnose
from ebmviz.engine.model.engine import Engine
from tests.commands.program import Run, program
from tests.scenes import built_in

GRID = ("--over", "optimizer.lr=0.05,0.2", "--over", "seed=7,8", "--format", "svg")
SET = ("--set", "device=cpu")


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """All jobs that are done, by any other executor than processes."""
    jobs: list[Job] = []

    @contextmanager
    def here(_workers: int) -> Iterator[Executor]:
        with ThreadPoolExecutor(1) as executor:
            yield executor

    def noted(job: Job, do: Any = work) -> list[Outcome]:
        jobs.append(job)
        found: list[Outcome] = do(job)
        return found

    monkeypatch.setattr(pool, "processes", here)
    monkeypatch.setattr(pool, "work", noted)
    return jobs


@pytest.mark.usefixtures("worked")
def test_each_run_is_the_training_of_its_scene_alone(run: Run, tmp_path: Path) -> None:
    done = run("sweep", "ellipse", *GRID, *SET, "--steps", 5, "-o", tmp_path)
    assert (done.status, done.err) == (0, "")
    names = ("table.csv", "table.json", "multiples.svg")
    assert done.out.split() == [str(tmp_path / name) for name in names]
    rows = json.loads((tmp_path / "table.json").read_text("utf-8"))
    assert [(row["optimizer.lr"], row["seed"]) for row in rows] == [
        *((0.05, 7), (0.05, 8), (0.2, 7), (0.2, 8)),
    ]
    for row in rows:
        alone = Engine(built_in("ellipse", {k: row[k] for k in ("optimizer.lr", "seed")}))
        alone.train(5)
        report = alone.report()
        assert row["mean_energy"] == pytest.approx(report["mean_energy"], rel=1e-5)
        assert row["loss"] == pytest.approx(report["loss"], rel=1e-5)
        assert row["meter_gap"] == pytest.approx(report["meter_gap"], rel=1e-5)
        assert (row["step"], row["diverged"]) == (5, False)
        assert row["verdict"] == diagnose(report, alone.scene.facts).name
    with open(tmp_path / "table.csv", encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert [float(row["mean_energy"]) for row in listed] == [row["mean_energy"] for row in rows]
    picture = (tmp_path / "multiples.svg").read_text("utf-8")
    assert "seed 8" in picture


def test_a_second_start_does_what_is_missing_and_no_other_sweep(
    run: Run, worked: list[Job], tmp_path: Path
) -> None:
    words = ("sweep", "ellipse", *GRID, *SET, "--steps", 2, "-o", tmp_path)
    assert run(*words).status == 0
    before = (tmp_path / "table.json").read_bytes()
    assert sorted(n for job in worked for n in job.numbers) == [0, 1, 2, 3]
    worked.clear()
    (tmp_path / "runs" / "00001.json").unlink()
    (tmp_path / "runs" / "00002.json").write_text("{")
    done = run(*words)
    assert done.out.startswith("2 of 4 runs are there already\n")
    assert sorted(n for job in worked for n in job.numbers) == [1, 2]
    drop = [
        [{k: v for k, v in row.items() if k != "seconds"} for row in json.loads(data)]
        for data in (before, (tmp_path / "table.json").read_bytes())
    ]
    assert drop[0] == drop[1]
    other = run("sweep", "ellipse", *GRID, *SET, "--steps", 3, "-o", tmp_path)
    assert other.status == 1
    assert "holds another sweep, as its sweep.json tells" in other.sentence


@pytest.mark.usefixtures("worked")
def test_ctrl_c_keeps_what_is_done_and_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_then_ctrl_c(waiting: list[Future[Any]]) -> Iterator[Future[Any]]:
        yield waiting[0]
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "as_completed", one_then_ctrl_c)
    done = run("sweep", "ellipse", *GRID, *SET, "--steps", 2, "--workers", 1, "-o", tmp_path)
    assert done.status == 130
    assert done.sentence.startswith("ebmviz: interrupted: 1 of 4 runs are kept in ")
    assert [p.name for p in (tmp_path / "runs").iterdir()] == ["00000.json"]


@pytest.mark.usefixtures("worked")
def test_a_run_that_diverges_is_a_row(run: Run, tmp_path: Path) -> None:
    more = ("--over", "optimizer.lr=0.2,4000", "--set", "optimizer.batch=24", "--format", "svg")
    done = run("sweep", "ellipse", *more, *SET, "--steps", 40, "-o", tmp_path)
    assert "1 of 2 runs diverged" in done.out
    rows = json.loads((tmp_path / "table.json").read_text("utf-8"))
    assert [row["diverged"] for row in rows] == [False, True]
    assert rows[1]["verdict"] == "diverged"
    assert rows[1]["step"] < 40


@pytest.mark.usefixtures("worked")
def test_an_experiment_has_rows_and_no_maps(run: Run, tmp_path: Path) -> None:
    done = run("sweep", "hopfield-capacity", "--over", "seed=1,2", "--steps", 1, "-o", tmp_path)
    assert done.status == 0, done.err
    assert "no small multiples: this scene has no map" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--over", "sed=1"), "--over: sed: no such parameter here"),
        (("--over", "seed=1", "--workers", "0"), "--workers 0"),
        (("--over", "seed=1", "--over", "seed=2"), "--over: seed comes twice"),
    ],
)
def test_wrong_words_are_said(run: Run, words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run("sweep", "ellipse", *words, "-o", tmp_path / "none")
    assert done.status == 2
    assert said in done.sentence
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals and process lists of Unix")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_killed_in_the_middle_it_goes_on_and_leaves_no_process(end: int, tmp_path: Path) -> None:
    words = ("sweep", "ellipse", "--over", "seed=1..64", "--steps", "1500", "-o", str(tmp_path))
    mine = [sys.executable, "-P", "-m", "ebmviz", *words]
    first = subprocess.Popen(mine, stderr=subprocess.PIPE, text=True, start_new_session=True)
    until = time.monotonic() + 100
    while len(list((tmp_path / "runs").glob("0*.json"))) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(first.pid, end)
    _, said = first.communicate(timeout=60)
    kept = len(list((tmp_path / "runs").glob("0*.json")))
    assert 3 <= kept < 64
    if end == signal.SIGINT:
        assert (first.returncode, said.count("\n")) == (130, 1)
        assert f"interrupted: {kept} of 64 runs are kept" in said
    while time.monotonic() < until:
        try:
            os.killpg(first.pid, 0)  # whoever is left of its session
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("a worker has outlived the sweep")
    again = program(*words)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith(f"{kept} of 64 runs are there already\n")
    assert len(json.loads((tmp_path / "table.json").read_text("utf-8"))) == 64
