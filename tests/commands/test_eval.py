"""`ebmviz eval` against the lecture's table, closed forms and exact limits."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from ebmviz.core import assets
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.engine.model.engine import Engine
from ebmviz.files.session import Session, save
from tests.commands.program import CATALOGUE, Run, program
from tests.lecture import FIGURE_6
from tests.scenes import built_in

LECTURE = (-1.45263, 0.35856)


def test_eval_gives_the_table_of_figure_6() -> None:
    places = (f"0,{0.25 * i}" for i in range(9))
    done = program("eval", "ellipse", "--y", *places, "--beta", *map(str, FIGURE_6))
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    assert len(rows) == 54
    assert set(rows[0]) == {"y", "beta", "free_energy", "z_min", "energy_min", "energy_max"}
    found = {(row["y"][1], float(row["beta"])): row["free_energy"] for row in rows}
    for beta, column in FIGURE_6.items():
        for i, expected in enumerate(column):
            assert found[0.25 * i, beta] == pytest.approx(expected, abs=1e-4)


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


def test_given_weights_are_those_of_the_table(run: Run) -> None:
    """Figure 8: the trained ellipse along y1 = 0, from its weights alone, in float64."""
    w, heights = (2.0322, 1.4708), np.arange(0, 2.01, 0.25)
    betas = (0.1, 10**-0.5, 1.0, 10**0.5, 10.0, math.inf)
    rows = run(
        *("eval", "ellipse", "--set", f"energy.weights={w[0]},{w[1]}"),
        *("--y", *(f"0,{y}" for y in heights), "--beta", *betas),
    ).rows
    z = np.arange(48) * (2 * np.pi / 48)
    e = (w[0] * np.cos(z)) ** 2 + (heights[:, None] - w[1] * np.sin(z)) ** 2
    cold = e.min(1)
    table = {
        b: cold if b == math.inf else -np.log(np.exp(-b * (e - cold[:, None])).mean(1)) / b + cold
        for b in betas
    }
    found = {(row["y"][1], float(row["beta"])): row["free_energy"] for row in rows}
    for beta, column in table.items():
        for y, expected in zip(heights, column, strict=True):
            assert found[y, beta] == pytest.approx(expected, abs=1e-6)


def with_weights(path: Path, w: tuple[float, float], **changes: object) -> Path:
    """A session of the ellipse with these radii."""
    scene = built_in("ellipse", changes)
    engine = Engine(scene)
    weights = {**engine.checkpoint().weights, "w": np.array(w, np.float32)}
    save(Session(scene, Checkpoint(weights)), path, CATALOGUE)
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


EXPERIMENTS = ["dimension", "information", "hopfield-capacity", "calibration", "errata"]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_has_no_energy_to_evaluate(run: Run, name: str) -> None:
    title = assets.scene_json(name)["title"]
    done = run("eval", name, "--y", "0,0", "--beta", 1)
    assert (done.status, done.out) == (2, "")
    assert done.sentence == f"ebmviz: {title}: an experiment has no energy of points\n"
    done = run("eval", name, "--y", "0,0", "--x", 0.5)
    kind = built_in(name).kind("experiment")
    assert (done.status, done.out) == (2, "")
    assert done.sentence == f"ebmviz: --x: the experiment “{kind}” has no x\n"


def test_nor_has_the_session_of_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ebmviz"
    assert run("train", "calibration", "--steps", 2, "-o", file).status == 0
    done = run("eval", file, "--y", "0,0")
    assert (done.status, done.out) == (2, "")
    assert done.sentence.endswith(": an experiment has no energy of points\n")
