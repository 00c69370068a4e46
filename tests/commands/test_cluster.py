"""Sweeps by the workers of a real Dask scheduler on this machine."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import Cluster
from tests.commands.program import Run

RUNS = ("--over", "seed=1..40", "--set", "device=cpu", "--format", "svg")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    yield made
    made.stop()


def sweep(folder: Path, *more: str, steps: int = 30) -> list[str]:
    words = [*RUNS, "--steps", str(steps), "-o", str(folder), *more]
    return [sys.executable, "-m", "ebmviz", "sweep", "unconditional", *words]


def table(folder: Path) -> list[dict[str, str]]:
    """Without what no two runs share."""
    with open(folder / "table.csv", encoding="utf-8") as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_no_bit(cluster: Cluster, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    subprocess.run(sweep(here, steps=60), check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen(
        sweep(there, "--scheduler", cluster.address, steps=60), stdout=subprocess.DEVNULL
    )
    while not (there / "runs").is_dir() or not any((there / "runs").iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    cluster.workers[0].send_signal(signal.SIGKILL)
    assert process.wait(120) == 0
    assert len(table(there)) == 40
    assert table(there) == table(here)
    assert (there / "multiples.svg").read_bytes() == (here / "multiples.svg").read_bytes()


@pytest.mark.slow
def test_a_scheduler_that_is_gone_keeps_what_is_done(cluster: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    process = subprocess.Popen(
        sweep(folder, "--scheduler", cluster.address, steps=60),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (folder / "runs").is_dir() or not any((folder / "runs").iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    cluster.scheduler.send_signal(signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.splitlines()[-1].endswith(
        f"the scheduler at {cluster.address} is gone: what is done is kept"
    )
    kept = len(list((folder / "runs").iterdir()))
    assert 0 < kept < 40
    done = subprocess.run(sweep(folder, steps=60), check=True, capture_output=True, text=True)
    assert done.stdout.startswith(f"{kept} of 40 runs are there already")
    again = tmp_path / "again"
    subprocess.run(sweep(again, steps=60), check=True, stdout=subprocess.DEVNULL)
    assert table(folder) == table(again)


def test_where_no_scheduler_is_it_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ebmviz.commands.base.sweep import cluster as module

    monkeypatch.setattr(module, "_TIMEOUT_S", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense", "ftp://x:1"):
        done = run("sweep", "ellipse", *RUNS, "--scheduler", address, "-o", tmp_path / "a")
        assert done.status == 1
        assert done.sentence == f"ebmviz: no Dask scheduler answers at {address}\n"


def test_without_dask_it_is_said_how_to_have_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run("sweep", "ellipse", *RUNS, "--scheduler", "tcp://127.0.0.1:1", "-o", tmp_path / "a")
    assert done.status == 1
    assert done.sentence == "ebmviz: --scheduler needs Dask: install ebmviz[cluster]\n"


def test_the_parts_follow_from_the_number_of_runs_alone() -> None:
    from ebmviz.commands.base.sweep.pool import jobs_of

    plan: Any = None
    for count in (1, 5, 16, 64, 1000):
        whole = jobs_of(plan, count, set(range(count)))
        assert [n for job in whole for n in job.numbers] == list(range(count))
        assert max(len(job.numbers) for job in whole) <= 32
        some = jobs_of(plan, count, {0, count - 1})
        assert {job.numbers for job in some} <= {job.numbers for job in whole}
        assert {0, count - 1} <= {n for job in some for n in job.numbers}
