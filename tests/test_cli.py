"""The program as a person uses it: what it prints, what it writes, and how it fails."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest
import torch

from ebmviz import __version__, cli
from ebmviz.core import assets, library
from ebmviz.core.session import Session, load, save
from ebmviz.engine.engine import Engine
from ebmviz.opening import open_file

CATALOGUE = library.shipped_catalogue()
LECTURE = (-1.45263, 0.35856)
# math.md §1: F_β(0, y2), untrained. Rows: β. Columns: y2 = 0, .25 … 2.
FIGURE_6 = {
    "0.1": [1.0948, 1.1565, 1.3415, 1.6497, 2.0813, 2.6363, 3.3145, 4.1160, 5.0409],
    "0.31622776601683794": [1.0422, 1.1018, 1.2805, 1.5784, 1.9955, 2.5318, 3.1875, 3.9627, 4.8574],
    "1": [0.8875, 0.9385, 1.0918, 1.3488, 1.7116, 2.1825, 2.7641, 3.4589, 4.2689],
    "3.1622776601683795": [0.5837, 0.6021, 0.6763, 0.8395, 1.1129, 1.5056, 2.0213, 2.6610, 3.4252],
    "10": [0.3338, 0.2858, 0.2990, 0.4344, 0.6947, 1.0798, 1.5899, 2.2249, 2.9849],
    "inf": [0.1286, 0.0118, 0.0200, 0.1532, 0.4114, 0.7947, 1.3029, 1.9361, 2.6943],
}


class Done(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on stderr."""
        assert self.err.startswith("ebmviz: ")
        assert self.err.count("\n") == 1
        assert self.err.endswith("\n")
        assert "Traceback" not in self.err
        return self.err

    @property
    def rows(self) -> Any:
        assert (self.status, self.err) == (0, "")
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program, inside this process."""
    # `screenshot` sets it for its own process; here it must not outlive the test.
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ["QT_QPA_PLATFORM"])

    def call(*words: object) -> Done:
        try:
            status = cli.main([str(word) for word in words])
        except SystemExit as end:  # --help and --version
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return call


def program(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The program, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "ebmviz", *words],
        text=True,
        timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )


# eval ---------------------------------------------------------------------------------


def test_eval_gives_the_table_of_figure_6() -> None:
    done = program(
        "eval", "ellipse", "--y", *(f"0,{0.25 * i}" for i in range(9)), "--beta", *FIGURE_6
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    assert len(rows) == 54
    assert set(rows[0]) == {"y", "beta", "free_energy", "z_min", "energy_min", "energy_max"}
    found = {(row["y"][1], float(row["beta"])): row["free_energy"] for row in rows}
    for beta, column in FIGURE_6.items():
        for i, expected in enumerate(column):
            assert found[0.25 * i, float(beta)] == pytest.approx(expected, abs=1e-4)


def log_i0(x: float) -> float:
    """ln I0(x), by the integral of its definition: the trapezoid rule on a circle is exact."""
    t = np.arange(20_000) * (2 * np.pi / 20_000)
    return x + math.log(float(np.exp(x * (np.cos(t) - 1)).mean()))


BETAS = [10.0**k for k in range(-3, 5)]


def test_eval_of_the_origin_is_its_closed_form(run: Run) -> None:
    rows = run(
        *("eval", "ellipse", "--y", "0,0", "--beta", *BETAS),
        *("--set", "energy.latents=4096"),
    ).rows
    w1, w2 = (v * v for v in LECTURE)
    for row, beta in zip(rows, BETAS, strict=True):
        exact = (w1 + w2) / 2 - log_i0(beta * (w1 - w2) / 2) / beta
        assert row["free_energy"] == pytest.approx(exact, abs=1e-5)


def with_weights(path: Path, w: tuple[float, float], **changes: object) -> Path:
    """A session of the ellipse with these radii."""
    from ebmviz.core.scene import replace

    paths = {k.replace("__", "."): v for k, v in changes.items()}
    scene = replace(library.scene("ellipse", CATALOGUE), {"device": "cpu", **paths}, CATALOGUE)
    engine = Engine(scene)
    weights = {**engine.checkpoint(), "w": np.array(w, np.float32)}
    save(Session(scene, weights), path, CATALOGUE)
    return path


def test_eval_of_a_circle_is_its_closed_form_everywhere(run: Run, tmp_path: Path) -> None:
    file = with_weights(tmp_path / "circle.ebmviz", (1.25, 1.25), energy__latents=4096)
    points = [(0.0, 0.0), (0.5, 0.0), (-0.75, 1.0), (3.0, -4.0)]
    rows = run(
        *("eval", file, "--beta", *BETAS),
        *("--y", *(f"{a},{b}" for a, b in points)),
    ).rows
    assert len(rows) == len(points) * len(BETAS)
    for row in rows:
        radius, beta = math.hypot(*row["y"]), row["beta"]
        exact = radius**2 + 1.25**2 - log_i0(2 * beta * 1.25 * radius) / beta
        assert row["free_energy"] == pytest.approx(exact, abs=1e-5, rel=1e-6)


def test_eval_of_the_limits_is_exact(run: Run) -> None:
    rows = run(
        *("eval", "ellipse", "--y", "0,0.5", "--y", "-1,0.5", "1e6,-1e6"),
        *("--beta", "0", "1e-12", "1e6", "1e300", "inf", "∞"),
    ).rows
    assert len(rows) == 18
    z = np.arange(48) * (2 * np.pi / 48)
    ring = np.array(LECTURE, np.float32).astype(float) * np.stack([np.cos(z), np.sin(z)], 1)
    for row in rows:
        e = ((np.array(row["y"]) - ring) ** 2).sum(1)
        exact = {0.0: e.mean(), 1e-12: e.mean()}.get(float(row["beta"]), e.min())
        if row["beta"] == 1e-12 and e.max() > 1e3:
            continue  # far out, even this β is not hot
        # At β = 1e6 at most ln 48 / β above the minimum.
        assert row["free_energy"] == pytest.approx(exact, rel=1e-9, abs=4e-6)
        if row["beta"] in (0, "inf"):
            assert row["free_energy"] == pytest.approx(exact, rel=1e-12)
        assert row["energy_min"] == pytest.approx(e.min(), rel=1e-12)
        assert row["energy_max"] == pytest.approx(e.max(), rel=1e-12)
        assert row["z_min"] == pytest.approx(z[e.argmin()])


def test_eval_without_beta_takes_the_view_s(run: Run) -> None:
    (row,) = run("eval", "ellipse", "--y", "0,0.25", "--set", "view.beta=1").rows
    assert row["beta"] == 1
    assert row["free_energy"] == pytest.approx(0.9385, abs=1e-4)


@pytest.mark.parametrize("point", ["-1,0.5", "-.5,-.5", " 0, 1", "−1,2"])
def test_a_point_may_begin_with_a_minus(run: Run, point: str) -> None:
    (row,) = run("eval", "ellipse", "--y", point, "--beta", "1").rows
    assert row["y"] == [float(p.replace("−", "-")) for p in point.split(",")]


@pytest.mark.parametrize(
    "words",
    [
        ("--y", "1"),
        ("--y", "1,2,3"),
        ("--y", "a,b"),
        ("--y", "nan,0"),
        ("--y", "inf,0"),
        ("--y", "0,0", "--beta", "-1"),
        ("--y", "0,0", "--beta", "nan"),
        ("--y", "0,0", "--beta", "cold"),
        ("--y", "0,0", "--x", "1"),
        (),
    ],
    ids=" ".join,
)
def test_eval_refuses_what_it_cannot_place(run: Run, words: tuple[str, ...]) -> None:
    done = run("eval", "ellipse", *words)
    assert done.status == 2
    assert done.sentence


# train, inspect -----------------------------------------------------------------------


def radii(found: dict[str, Any]) -> list[float]:
    return [abs(w) for w in found["weights"]["w"]]


def test_train_saves_what_inspect_shows(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    done = run(
        *("train", "ellipse", "--set", "optimizer.lr=0.2", "--set", "optimizer.batch=1"),
        *("--epochs", "1", "-o", file),
    )
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("step 24, ")
    found = run("inspect", file).rows
    assert list(found) == ["scene", "step", "weights", "verdict", "metrics"]
    assert found["verdict"].startswith("healthy: ")
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
    a, b = load(two, CATALOGUE), load(straight, CATALOGUE)
    assert a.scene == b.scene
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

    def interrupted(engine: Engine, steps: int, seconds: float) -> int:
        train(engine, 7)
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "train", interrupted)
    done = run("train", "ellipse", "--steps", 100, "-o", file)
    assert (done.status, done.sentence) == (1, "ebmviz: interrupted\n")
    assert run("inspect", file).rows["step"] == 7


def test_inspect_shows_a_model_that_was_never_trained(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    run("train", "ellipse", "--steps", 0, "-o", file)
    found = run("inspect", file).rows
    assert found["step"] == 0
    assert found["metrics"]["loss"] == "nan"


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
    save(Session(scene, weights), file, CATALOGUE)
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


# figures ------------------------------------------------------------------------------


def test_figures_of_a_session_hold_the_session(run: Run, tmp_path: Path) -> None:
    file, folder = tmp_path / "a.ebmviz", tmp_path / "new" / "figures"
    run("train", "ellipse", "--epochs", 1, "-o", file)
    done = run("figures", file, "--figure", "landscape", "--format", "pdf,svg,png", "-o", folder)
    assert (done.status, done.err) == (0, "")
    names = [f"a-landscape.{suffix}" for suffix in ("pdf", "svg", "png")]
    assert done.out.split() == [str(folder / name) for name in names]
    expected = load(file, CATALOGUE)
    for name in names:
        found = open_file(folder / name, CATALOGUE)
        assert found.scene == expected.scene
        assert found.session
        assert np.array_equal(found.session.weights["w"], expected.weights["w"])
    again = run("train", folder / names[0], "--steps", 1)
    assert again.out.startswith("step 25, ")


def test_figures_of_a_table_are_named_after_it(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,2\n-1,0.5\n0.3,-1\n")
    done = run("figures", table, "--figure", "loss-curve", "--format", "svg", "-o", tmp_path)
    assert (done.status, done.out.strip()) == (0, str(tmp_path / "mine-loss-curve.svg"))
    picture = (tmp_path / "mine-loss-curve.svg").read_text("utf-8")
    assert "step" in picture, "text stays text"


def test_figures_without_a_name_are_the_lecture_s(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ebmviz import studio
    from ebmviz.export import render

    written: list[str] = []
    monkeypatch.setattr(render, "write", lambda value, path, **more: written.append(path.name))
    monkeypatch.setattr(studio, "draw", lambda figure, found, catalogue: figure.name)
    assert run("figures", "-o", tmp_path).status == 0
    numbers = ("1", "1b", "2", "3", "4", "5", "6", "7", "8")
    horn = [f"horn-figure-{n}.pdf" for n in ("9", "10", "11")]
    assert written == [*(f"ellipse-figure-{n}.pdf" for n in numbers), *horn]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ellipse", "--figure", "figure-66"), "did you mean"),
        (("--figure", "nothing-like-it"), "not a figure of any built-in scene"),
        (("ellipse", "--format", "gif"), "formats are pdf, svg, png"),
        (("ellipse", "--format", ""), "formats are"),
        (("elipse",), "did you mean “ellipse”"),
    ],
)
def test_figures_that_do_not_exist(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run("figures", *words)
    assert done.status == 2
    assert said in done.sentence


# wrong words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("optimizer.lr", "write PATH=VALUE"),
        ("=3", "write PATH=VALUE"),
        ("optimizer.rate=1", "did you mean"),
        ("nonsense=1", "no such parameter"),
        ("optimizer.lr=fast", "optimizer.lr: “fast” is not a number"),
        ("optimizer.lr=", "is not a number"),
        ("optimizer.lr=-1", "optimizer.lr"),
        ("optimizer.lr=nan", "not a number"),
        ("optimizer.lr=inf", "not finite"),
        ("optimizer.batch=1.5", "not a whole number"),
        ("objective.beta=-0.1", "objective.beta"),
        ("energy.kind=elipse", "did you mean “ellipse”"),
        ("energy.init=zero", "lecture, random"),
        ("view.window=1,2,3", "3 numbers where 4"),
        ("view.window=1,-1,0,1", "left must lie below right"),
        ("device=tpu", "auto, cpu, cuda, mps"),
        ("seed=-1", "seed"),
    ],
)
def test_a_wrong_assignment_is_named(run: Run, assignment: str, said: str) -> None:
    done = run("eval", "ellipse", "--y", "0,0", "--set", assignment)
    assert done.status == 2
    assert "--set" in done.sentence
    assert said in done.sentence


@pytest.mark.parametrize("command", ["train", "eval", "figures", "screenshot"])
def test_an_unknown_scene_is_named_and_the_known_ones_listed(
    run: Run, command: str, tmp_path: Path
) -> None:
    more = {"eval": ["--y", "0,0"], "screenshot": ["-o", str(tmp_path / "a.png")]}
    done = run(command, "elipse", *more.get(command, []))
    assert done.status == 2
    assert "did you mean “ellipse”" in done.sentence
    assert all(name in done.sentence for name in assets.scene_names())


@pytest.mark.parametrize(
    "words",
    [
        ("train",),
        ("train", "ellipse", "more"),
        ("train", "ellipse", "--steps", "-1"),
        ("train", "ellipse", "--steps", "many"),
        ("train", "ellipse", "--steps", "1", "--epochs", "1"),
        ("train", "ellipse", "--nonsense"),
        ("train", "ellipse", "-o"),
        ("screenshot", "ellipse"),
        ("screenshot", "ellipse", "-o", "a.png", "--size", "large"),
        ("screenshot", "ellipse", "-o", "a.png", "--size", "10x10"),
        ("bench", "nonsense"),
        ("inspect",),
        ("scenes", "--xml"),
        ("--nonsense",),
        ("trian", "ellipse"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_sentence_and_status_2(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.status, done.out) == (2, "")
    assert re.search(r"see `ebmviz( \w+)? --help`", done.sentence)


# bad files ----------------------------------------------------------------------------


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


@pytest.fixture
def session(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "good.ebmviz"
    assert run("train", "ellipse", "--steps", 3, "-o", file).status == 0
    return file


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
        bad = msgspec.structs.replace(
            good, weights={**good.weights, **weights}, history={**good.history, **past}
        )
        save(bad, session, CATALOGUE)
        done = run("train", session, "--steps", 1)
        assert done.status == 1
        assert done.sentence


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
    table = tmp_path / "points.csv"
    table.write_text("1,2\n")
    assert "not a session" in run("inspect", table).sentence


# places that cannot be written --------------------------------------------------------


def unwritable(tmp_path: Path) -> dict[str, Path]:
    """Paths that even root cannot write, by what is wrong with them."""
    (tmp_path / "folder.ebmviz").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "full.ebmviz").symlink_to("/dev/full")
    return {
        "it is a folder": tmp_path / "folder.ebmviz",
        "a part of the path is not a folder": tmp_path / "file" / "a.ebmviz",
        "no such file or folder": tmp_path / "nowhere" / "a.ebmviz",
        "the name is too long": tmp_path / ("a" * 300 + ".ebmviz"),
        "a pipe or a device": tmp_path / "full.ebmviz",
    }


def test_train_says_so_before_the_work_when_it_cannot_save(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "train", lambda *_: pytest.fail("the work came first"))
    for said, path in unwritable(tmp_path).items():
        done = run("train", "ellipse", "--steps", 5, "-o", path)
        assert (done.status, done.out) == (1, "")
        assert said in done.sentence
    assert (tmp_path / "file").read_text() == "kept"
    assert list((tmp_path / "folder.ebmviz").iterdir()) == []
    wrong = run("train", "ellipse", "-o", tmp_path / "a.png")
    assert wrong.status == 2
    assert "ends in .ebmviz" in wrong.sentence


def test_figures_say_so_when_they_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "ellipse-figure-2.svg").mkdir()
    words = ("figures", "ellipse", "--figure", "figure-2", "--format", "svg", "-o")
    for place in (tmp_path / "file", tmp_path / "file" / "in", tmp_path):
        done = run(*words, place)
        assert (done.status, done.out) == (1, "")
        assert str(place) in done.sentence
    assert (tmp_path / "file").read_text() == "kept"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ellipse-figure-2.svg", "file"]


def test_output_that_cannot_be_written_is_one_sentence() -> None:
    with open("/dev/full", "w") as full:
        done = program("scenes", stdout=full)
    assert done.returncode == 1
    assert done.stderr == "ebmviz: the output: No space left on device\n"


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        done = program("catalogue", "--json", stdout=pipe)
    assert (done.returncode, done.stderr) == (1, "")


# without a screen ---------------------------------------------------------------------


def test_without_a_screen_the_window_names_what_works(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for words in ((), ("ellipse",), ("a.ebmviz",)):
        done = run(*words)
        assert (done.status, done.out) == (2, "")
        assert "no screen" in done.sentence
        assert "ebmviz figures" in done.sentence
        assert "xvfb-run" in done.sentence


def test_a_bad_file_is_said_in_the_terminal(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path / "gone.ebmviz").status == 1
    assert run("nonsense").status == 2


def test_missing_libraries_are_named_by_package(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from ebmviz import platform

    missing = {"libEGL.so.1", "libxcb-cursor.so.0"}
    monkeypatch.setattr(platform, "_loads", lambda library: library not in missing)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    done = run("ellipse")
    assert done.status == 1
    assert "apt-get install libegl1`" in done.sentence
    assert "dnf install mesa-libEGL`" in done.sentence
    monkeypatch.delenv("QT_QPA_PLATFORM")
    done = run("ellipse")
    assert "apt-get install libegl1 libxcb-cursor0`" in done.sentence
    missing.clear()
    monkeypatch.setattr(platform, "_x11_answers", lambda: False)
    done = run("ellipse")
    assert done.status == 1
    assert "the screen :0 does not answer" in done.sentence


# lists and help -----------------------------------------------------------------------


def test_scenes_are_listed(run: Run) -> None:
    found = run("scenes", "--json").rows
    assert [row["name"] for row in found] == assets.scene_names()
    assert all(row["title"] and row["figures"] for row in found)
    plain = run("scenes")
    assert plain.status == 0
    assert len(plain.out.splitlines()) == len(found)


def test_the_catalogue_is_listed(run: Run) -> None:
    found = run("catalogue", "--json").rows
    assert library.catalogue_from_json(found["components"]) == CATALOGUE
    assert {"name", "title"} == set(found["figures"][0])
    plain = run("catalogue").out
    for component in CATALOGUE.components:
        assert component.title in plain
        for param in component.params:
            assert param.name in plain


def test_the_tables_of_the_readme_are_those_of_the_catalogue(run: Run) -> None:
    readme = Path(cli.__file__).parents[1].joinpath("README.md").read_text("utf-8").splitlines()
    missing = [
        line for line in run("catalogue", "--markdown").out.splitlines() if line not in readme
    ]
    assert not missing, "README.md: put in what `ebmviz catalogue --markdown` prints"


def test_help_and_version_are_instant() -> None:
    """Nothing heavy is imported for any of them."""
    script = (
        "import contextlib, io, sys\n"
        "from ebmviz import cli\n"
        "for words in ([], *([name] for name in cli.COMMANDS)):\n"
        "    said = io.StringIO()\n"
        "    try:\n"
        "        with contextlib.redirect_stdout(said):\n"
        "            cli.main([*words, '--help'])\n"
        "    except SystemExit as end:\n"
        "        assert not end.code, (words, end.code)\n"
        "    assert said.getvalue().startswith('usage: ebmviz'), words\n"
        "    assert len(said.getvalue().splitlines()) > 4, words\n"
        "heavy = {'torch', 'PySide6', 'matplotlib', 'pyqtgraph', 'contourpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_the_package_s(run: Run) -> None:
    assert run("--version") == Done(0, f"ebmviz {__version__}\n", "")


def test_every_command_of_the_help_is_a_module(run: Run) -> None:
    said = run("--help").out
    files = {p.stem for p in Path(cli.__file__).with_name("commands").glob("*.py")}
    for name, line in cli.COMMANDS.items():
        assert name in files
        assert f"  {name}" in said
        assert line in said
