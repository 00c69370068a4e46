"""`ebmviz train`: where it ends, that it goes on, and what it saves when it is stopped."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from ebmviz.engine.model.engine import Engine
from ebmviz.files.session import load, save
from tests.commands.program import CATALOGUE, Run, radii


def test_train_saves_what_inspect_shows(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    done = run(
        *("train", "ellipse", "--set", "optimizer.lr=0.2", "--set", "optimizer.batch=1"),
        *("--epochs", "1", "-o", file),
    )
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("step 24, ")
    found = run("inspect", file).rows
    assert {"scene", "step", "weights", "verdict", "metrics"} <= found.keys()
    assert found["verdict"].startswith("separates the data: ")
    assert found["metrics"]["meter_rank"] < 0.05
    assert radii(found) == pytest.approx([2.04, 1.44], abs=0.06)
    assert found["step"] == 24
    assert found["scene"]["optimizer"] == {"kind": "sgd", "lr": 0.2, "batch": 1}
    assert found["metrics"]["mean_energy"] < 0.01
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED


def test_warm_training_ends_at_the_warm_optimum(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "warm.ebmviz"
    run("train", "ellipse-warm", "--steps", "400", "-o", file)
    assert radii(run("inspect", file).rows) == pytest.approx([1.94789, 1.20071], abs=1e-3)


def test_training_a_file_goes_on_bit_for_bit(run: Run, tmp_path: Path) -> None:
    one, two, straight = (tmp_path / f"{n}.ebmviz" for n in ("one", "two", "straight"))
    more = ("--set", "optimizer.kind=adam", "--set", "optimizer.batch=5")
    run("train", "ellipse", *more, "--steps", 13, "-o", one)
    run("train", one, "--steps", 20, "-o", two)
    run("train", "ellipse", *more, "--steps", 33, "-o", straight)
    both = load(two, CATALOGUE), load(straight, CATALOGUE)
    assert both[0].scene == both[1].scene
    a, b = (each.checkpoint for each in both)
    for ours, theirs in ((a.weights, b.weights), (a.history, b.history)):
        assert ours.keys() == theirs.keys()
        assert all(ours[k].tobytes() == theirs[k].tobytes() for k in ours)
    assert a.metrics == b.metrics


def test_a_file_may_be_trained_onto_itself(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    run("train", "ellipse", "--epochs", 1, "-o", file)
    assert run("train", file, "--epochs", 1, "-o", file).status == 0
    assert run("inspect", file).rows["step"] == 48


def test_a_changed_optimiser_goes_on_and_a_changed_seed_begins_anew(
    run: Run, tmp_path: Path
) -> None:
    file, again = tmp_path / "a.ebmviz", tmp_path / "b.ebmviz"
    run("train", "ellipse", "--epochs", 1, "-o", file)
    before = run("inspect", file).rows["weights"]
    assert run("train", file, "--set", "optimizer.kind=adam", "--steps", 0, "-o", again).status == 0
    assert run("inspect", again).rows["weights"] == before
    assert run("train", again, "--steps", 3).status == 0
    run("train", file, "--set", "seed=8", "--steps", 0, "-o", again)
    found = run("inspect", again).rows
    assert found["step"] == 0
    assert radii(found) == pytest.approx([1.45263, 0.35856])


def test_a_session_from_a_gpu_is_opened_on_another_device(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    file = tmp_path / "a.ebmviz"
    run("train", "ellipse", "--steps", 5, "-o", file)
    session = load(file, CATALOGUE)
    values = {**session.scene.values, "device": "cuda"}
    scene = msgspec.structs.replace(session.scene, values=values)
    save(msgspec.structs.replace(session, scene=scene), file, CATALOGUE)
    refused = run("train", file, "--steps", 1)
    assert refused.status == 1
    assert "cuda" in refused.sentence
    assert run("train", file, "--set", "device=cpu", "--steps", 1).status == 0


def test_diverging_training_fails_and_saves_the_last_good_weights(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    done = run("train", "ellipse", "--set", "optimizer.lr=5000", "--epochs", 9, "-o", file)
    assert done.status == 1
    assert "lower the rate" in done.sentence
    assert all(math.isfinite(w) for w in run("inspect", file).rows["weights"]["w"])
    assert run("train", file, "--set", "optimizer.lr=0.1", "--epochs", 2).status == 0


def test_interrupted_training_saves_what_was_trained(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, train = tmp_path / "a.ebmviz", Engine.train

    def interrupted(engine: Engine, _steps: int, **_limit: float) -> int:
        train(engine, 7)
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "train", interrupted)
    done = run("train", "ellipse", "--steps", 100, "-o", file)
    assert (done.status, done.sentence) == (130, "ebmviz: interrupted\n")
    assert run("inspect", file).rows["step"] == 7


def test_a_table_is_trained_on(run: Run, tmp_path: Path) -> None:
    table, file = tmp_path / "points.csv", tmp_path / "a.ebmviz"
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 2 * np.pi, 200)
    np.savetxt(table, np.stack([3 * np.cos(angle), np.sin(angle)], 1), delimiter=",")
    done = run("train", table, "--set", "optimizer.batch=200", "--epochs", 60, "-o", file)
    assert (done.status, done.err) == (0, "")
    found = run("inspect", file).rows
    assert radii(found) == pytest.approx([3, 1], abs=0.05)
    assert found["scene"]["data"]["points"] == "200 points"
