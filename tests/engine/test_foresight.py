"""What a scene will take is known before anything large is allocated."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys

import pytest
import torch

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import build, ceiling, foresight
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.foresight import _PEAK, Forecast, Model, gigabytes, spoken
from ebmviz.engine.model.opening import opened
from ebmviz.engine.tape.recording import MOST
from tests.benchmarks.maxima import cases
from tests.scenes import CATALOGUE, built_in
from tests.slow import slow

CPU = torch.device("cpu")
GB = 1 << 30


def model(scene: Scene) -> Model:
    return Model(scene, build.problem(scene, CPU), CATALOGUE)


def largest(name: str) -> Scene:
    """A scene with every whole number at its maximum."""
    scene = built_in(name)
    changes = next(changes for path, changes in cases(scene, CATALOGUE) if path == "all")
    return replace(scene, changes, CATALOGUE)


@pytest.mark.parametrize("name", assets.scene_names())
def test_no_scene_is_refused_as_it_comes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceiling, "room", lambda device: 0.2 * GB)
    said: list[str] = []
    opened(built_in(name), said.append)
    assert not said


@pytest.mark.parametrize(
    ("name", "beta", "wanted"),
    [
        ("conditional", None, ("“Batch”",)),
        ("canyon", None, ("“Batch”", "“Grid size” |Y|")),
        ("horn-learned", 1.0, ("“Batch”",)),  # at ∞ nothing is kept but of the best latents
        ("vae", None, ("“Batch”", "“Draws of z” M")),
    ],
)
def test_too_much_memory_is_refused_with_what_would_fit(
    name: str, beta: float | None, wanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ceiling, "room", lambda device: 6.0 * GB)
    scene = replace(largest(name), {"objective.beta": beta} if beta else {}, CATALOGUE)
    with pytest.raises(UserError) as refused:
        Engine(scene)
    said = str(refused.value)
    assert said.startswith("a training step would take about ")
    assert "GB, and this machine has 6.4 GB to give: lower " in said
    found = dict(re.findall(r"(“[^”]+”[^(]*?) \(\d+\) to (\d+)", said))
    assert tuple(found) == wanted
    paths = {"“Batch”": "optimizer.batch", "“Grid size” |Y|": "objective.answers"}
    paths["“Draws of z” M"] = "objective.draws"
    for label, most in found.items():
        lower = replace(scene, {paths[label]: most}, CATALOGUE)
        of = model(lower)
        assert 0.8 * 6 * GB < of.held(*of.sizes) <= 6 * GB, "by as much as it takes, and no more"


def test_a_refused_scene_leaves_the_model_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = built_in("conditional")
    engine = Engine(scene)
    engine.train(3)
    before = engine.state
    monkeypatch.setattr(ceiling, "room", lambda device: 0.5 * GB)
    large = {"optimizer.batch": 50_000, "data.count": 50_000, "objective.answers": 200}
    with pytest.raises(UserError, match="lower “Batch”"):
        engine.set_scene(replace(scene, large, CATALOGUE))
    assert engine.scene == scene
    assert engine.state is before
    assert engine.train(1) == 1


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("conditional", {}),
        ("canyon", {}),
        ("implicit-regression", {"objective.loss": "nll"}),
        ("unconditional", {"objective.loss": "nll", "objective.negatives": "uniform"}),
        ("vae", {"objective.expectation": "sample", "objective.draws": 16}),
        ("horn-learned", {}),
        ("jem", {}),
        ("joint-embedding", {}),
        ("sparse-coding", {}),
    ],
)
def test_tiny_steps_tell_what_a_large_one_holds(name: str, changes: dict[str, object]) -> None:
    of = model(built_in(name, changes, data__count=200, optimizer__batch=60))
    rows, side = of.sizes
    sizes = list(itertools.product((17, rows), (11, side) if side else (0,)))
    for b, s in sizes:
        assert of.held(b, s) == pytest.approx(_PEAK * of._bytes(b, s), rel=0.05), (b, s)


MEASURED = """
import ctypes, json, sys, torch
from ebmviz.engine.model import build
from ebmviz.engine.training import step as training
from ebmviz.engine.model.foresight import Model
from tests.benchmarks.maxima import Peak, resident
from tests.scenes import CATALOGUE, built_in
torch.set_num_threads(1)
for name, changes in json.load(sys.stdin):
    scene = built_in(name, changes)
    task = build.problem(scene, torch.device("cpu"))
    state, model = training.start(task), Model(scene, task, CATALOGUE)
    wanted = model.held(*model.sizes)
    training.advance(build.problem(built_in(name), torch.device("cpu")), state, 1)
    ctypes.CDLL(None).malloc_trim(0)  # what was freed before would be taken again unseen
    idle, peak = resident(), Peak()
    training.advance(task, state, 1)
    print(json.dumps([name, wanted, peak.most() - idle]))
"""


# Far larger than a tape may be (`tape.recording.MOST`), for making one takes memory of its own.
LARGE = [
    ("conditional", {"optimizer.batch": 3000, "data.count": 3000, "objective.answers": 64}),
    ("canyon", {"objective.answers": 256}),
    ("horn-learned", {"optimizer.batch": 10_000, "data.count": 10_000}),
    ("autoencoder", {"optimizer.batch": 90_000, "data.count": 90_000, "energy.hidden": 64}),
]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.parametrize("some", [LARGE[1:2], slow(LARGE)], ids=["one", "all"])
def test_a_step_takes_what_was_said(some: list[tuple[str, dict[str, int]]]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input=json.dumps(some), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(some)
    for name, wanted, taken in found:
        assert wanted > 3 * MOST, name
        assert 0.5 < wanted / taken < 2, (name, wanted, taken)


@pytest.mark.parametrize("line", [(0.001, 1e-4), (0.5, 0.0), (0.0, 2e-6), (3.0, 1.0)])
@pytest.mark.parametrize("most", [2, 7, 100_000])
def test_what_begins_dear_is_not_dear_for_each(
    line: tuple[float, float], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foresight, "_seconds", lambda work: work())
    done: list[int] = []

    def work(n: int) -> float:
        done.append(n)
        return line[0] + line[1] * n

    found = foresight.timed(work, most)
    assert found.start == pytest.approx(line[0], abs=1e-9)
    assert found.each == pytest.approx(line[1], abs=1e-9)
    assert found.of(1000) == pytest.approx(line[0] + 1000 * line[1], rel=1e-6)
    # No more is done than can be timed.
    assert line[0] + line[1] * done[-1] < 4 * 0.03 or done[-1] <= 4


def test_memory_takes_its_time_where_there_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "_seconds", lambda work: 0.01)
    few, many = (
        model(built_in("autoencoder", data__count=n, optimizer__batch=n, energy__hidden=200))
        for n in (500, 60_000)
    )
    assert few._taken_s() == 0.0
    assert many._taken_s() == pytest.approx(0.025 * many.held(60_000, 0) / 2**26)


def test_what_is_long_is_said_once_before_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(Model, "forecast", lambda self: Forecast(41.0, 130.0))
    scene = built_in("autoencoder", data__count=6000)
    engine = Engine(scene, heard.append)
    assert heard == ["about 45 s to the first picture, 2 min for each step"]
    engine.set_scene(replace(scene, {"optimizer.lr": 0.02}, CATALOGUE))
    assert len(heard) == 1
    engine.set_scene(replace(scene, {"data.count": 7000}, CATALOGUE))
    assert len(heard) == 2
    monkeypatch.setattr(Model, "forecast", lambda self: Forecast(1.0, 0.01))
    engine.set_scene(replace(scene, {"data.count": 8000}, CATALOGUE))
    assert len(heard) == 2


def test_numbers_of_an_estimate_have_its_digits() -> None:
    assert [gigabytes(x) for x in (52.3e9, 3.14e9, 2.1e8, 4.7e11)] == [
        "52 GB", "3.1 GB", "0.21 GB", "470 GB",
    ]  # fmt: skip
    assert [spoken(s) for s in (4.2, 38.0, 100.0, 3000.0, 1e4)] == [
        "5 s", "40 s", "2 min", "50 min", "3 h",
    ]  # fmt: skip
