"""Skeletons, each dropped as one file into its folder of a copy of the program: nothing else is
touched there, and they are listed, set, trained, measured, drawn, kept and offered in the panel.
"""

from __future__ import annotations

import ast
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import ebmviz
from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot
from ebmviz.core.scene import replace
from ebmviz.engine.model import plugins, registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.opening import opened
from ebmviz.figures import plugins as figures
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES, main, offered

SKELETONS = assets.resource("skeletons")
DROPPED = {
    "loss.py": "ebmviz/engine/losses/dropped_loss.py",
    "energy.py": "ebmviz/engine/energies/dropped_energy.py",
    "sampler.py": "ebmviz/engine/samplers/dropped_sampler.py",
    "optimizer.py": "ebmviz/engine/optimizers/dropped_optimizer.py",
    "dataset.py": "ebmviz/engine/datasets/dropped_dataset.py",
    "measure.py": "ebmviz/engine/measures/dropped_measure.py",
    "figure.py": "ebmviz/figures/dropped_figure.py",
    "experiment.py": "ebmviz/engine/experiments/dropped_experiment.py",
    "experiment_figure.py": "ebmviz/figures/dropped_experiment_figure.py",
    "command.py": "ebmviz/commands/weights.py",
    "scene.json": "resources/scenes/skeleton.json",
}
COMPONENTS = ("loss.py", "energy.py", "sampler.py", "optimizer.py", "dataset.py")
SET = {
    "data.kind": "figure-eight",
    "data.size": "1.5",
    "energy.kind": "bowl",
    "energy.width": "2",
    "objective.loss": "power-hinge",
    "objective.power": "3",
    "objective.margin": "0.5",
    "optimizer.kind": "lion",
    "optimizer.beta1": "0.8",
    "optimizer.lr": "0.01",
    "sampler.kind": "random-walk",
    "sampler.spread": "0.25",
}

PLAY = """
import contextlib, io, json, sys
import ebmviz
from ebmviz.cli import main

folder, choices = sys.argv[1], sys.argv[2:]
given = [word for choice in choices for word in ("--set", choice)]
said = {"where": ebmviz.__file__}


def run(name, *words):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            status = main(list(words))
        except SystemExit as end:  # --help
            status = end.code
    said[name] = [status, out.getvalue()]


kept = f"{folder}/kept.ebmviz"
run("scenes", "scenes", "--json")
run("catalogue", "catalogue", "--json")
run("train", "train", "skeleton", *given, "--set", "device=cpu", "--steps", "30", "-o", kept)
run("inspect", "inspect", kept)
run("help", "--help")
run("weights", "weights", kept)
run("wrong", "weights", kept, "--least", "-1")
run("further", "train", kept, "--steps", "5", "-o", f"{folder}/further.ebmviz")
tried = f"{folder}/tried.ebmviz"
chosen = ("--set", "experiment.kind=needle", "--set", "experiment.length=0.5")
run("try", "train", "dimension", *chosen, "--set", "device=cpu", "--steps", "30", "-o", tried)
run("tried", "inspect", tried)
run("needles", "figures", tried, "--figure", "needle", "--format", "svg", "-o", folder)
run("figures", "figures", kept, "--figure", "data-energies", "--format", "svg", "-o", folder)

from ebmviz.core import library
from ebmviz.engine.model import registry
from ebmviz.figures.registry import offered
from ebmviz.figures.slots import choices as cards
from ebmviz.files.session import load
from ebmviz.ui.app import application
from ebmviz.ui.panel.form import Form

catalogue = registry.catalogue()
scene = load(kept, catalogue).scene
said["offered"] = offered(scene), [figure.name for figure in cards(scene)]
app = application()
parts = "data", "energy", "objective", "optimizer", "sampler"
form = Form(catalogue, parts)
form.set_scene(scene)
said["rows"] = [row.path for part in parts for row in form.section(part).rows()]
own = load(tried, catalogue).scene
said["needle"] = offered(own)
form = Form(catalogue)
form.set_scene(own)
said["needle rows"] = [row.path for row in form.section("experiment").rows()]
form.deleteLater()
app.processEvents()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with each skeleton in its place."""
    root, package = tmp_path_factory.mktemp("copy"), Path(ebmviz.__file__).parent
    idle = shutil.ignore_patterns("__pycache__", "*.png", "resources", "icons")
    shutil.copytree(package, root / "ebmviz", ignore=idle)
    shutil.copytree(assets.resource("."), root / "resources", ignore=idle)
    shutil.copytree(assets.icon("ebmviz").parent, root / "icons")
    for name, place in DROPPED.items():
        assert not (root / place).exists()
        shutil.copyfile(SKELETONS / name, root / place)
    return root


@pytest.fixture(scope="module")
def said(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the copy answers."""
    folder = tmp_path_factory.mktemp("out")
    choices = [f"{path}={value}" for path, value in SET.items()]
    done = subprocess.run(
        [sys.executable, "-P", "-c", PLAY, str(folder), *choices],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(copy), "EBMVIZ_CACHE_DIR": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["where"] == str(copy / "ebmviz/__init__.py")
    for name in (
        *("scenes", "catalogue", "train", "inspect", "further", "figures"),
        *("try", "tried", "needles", "help", "weights"),
    ):
        assert found[name][0] == 0, (name, done.stderr)
    assert (folder / "kept-data-energies.svg").stat().st_size > 1000
    assert (folder / "tried-needle.svg").stat().st_size > 1000
    return found


def test_the_catalogue_and_the_scenes_know_them(said: dict[str, Any]) -> None:
    assert "skeleton" in [row["name"] for row in json.loads(said["scenes"][1])]
    found = json.loads(said["catalogue"][1])
    parts = {(each["part"], each["kind"]): each for each in found["components"]}
    for part, kind in (
        ("data", "figure-eight"),
        ("energy", "bowl"),
        ("objective", "power-hinge"),
        ("optimizer", "lion"),
        ("sampler", "random-walk"),
        ("experiment", "needle"),
    ):
        assert parts[part, kind]["formula"]
        assert "plugin" not in parts[part, kind]
    assert "data-energies" in [figure["name"] for figure in found["figures"]]


def test_they_are_set_and_train_and_a_session_keeps_them(said: dict[str, Any]) -> None:
    assert said["train"][1].startswith("step 30, mean energy ")
    kept = json.loads(said["inspect"][1])
    assert kept["step"] == 30
    assert "plugins" not in kept["scene"]
    for path, value in SET.items():
        part, name = path.split(".")
        held = kept["scene"][part][name]
        assert str(held) == value or held == float(value), path
    assert "w" in kept["weights"]
    assert said["further"][1].startswith("step 35, mean energy ")


def test_the_scene_offers_the_figure_and_the_panel_their_parameters(said: dict[str, Any]) -> None:
    offered, cards = said["offered"]
    assert "data-energies" in offered
    assert "data-energies" in cards
    assert said["figures"][1].strip().endswith("-data-energies.svg")
    wanted = {"data.size", "energy.width", "objective.power", "objective.margin", "sampler.spread"}
    wanted |= {"optimizer.beta1", "optimizer.beta2", "optimizer.lr"}
    assert wanted <= set(said["rows"])


def test_a_command_is_listed_and_runs(said: dict[str, Any]) -> None:
    """A bowl has the two numbers of its middle."""
    assert "  weights     list the weights of a model\n" in said["help"][1]
    assert said["weights"][1] == "w           2\n2 numbers in all\n"
    assert said["wrong"] == [2, ""]


def test_an_experiment_runs_and_is_kept_and_drawn(said: dict[str, Any]) -> None:
    assert said["try"][1].startswith("step 30, share of crossings 0.")
    assert "fallen = [3000]" in said["try"][1]
    kept = json.loads(said["tried"][1])
    assert kept["scene"]["experiment"] == {"kind": "needle", "length": 0.5}
    assert {"crossed", "fallen"} <= kept["weights"].keys()
    assert "needle" in said["needle"]
    assert "progress" not in said["needle"]
    assert said["needle rows"][:1] == ["experiment.length"]


@pytest.mark.usefixtures("unplugged")
def test_components_are_plug_ins_as_they_stand() -> None:
    assert plugins.load([SKELETONS / name for name in COMPONENTS]) == ()
    catalogue = registry.catalogue()
    given: dict[str, object] = {"device": "cpu", "view.resolution": 16, "sampler.chains": 500}
    scene = replace(library.scene("ellipse", catalogue), {**SET, **given}, catalogue)
    engine = Engine(scene)
    assert engine.train(20) == 20
    assert engine.sample(20) == 20
    assert engine.sampling is not None
    assert 0.2 < engine.sampling.acceptance < 1


@pytest.mark.usefixtures("unplugged")
def test_the_bowl_moves_to_the_mean_of_the_data() -> None:
    assert plugins.load([SKELETONS / "energy.py"]) == ()
    catalogue = registry.catalogue()
    given: dict[str, object] = {"energy.kind": "bowl", "objective.loss": "energy"}
    given |= {"optimizer.lr": 0.25, "optimizer.batch": 24, "device": "cpu"}
    engine = Engine(replace(library.scene("ellipse", catalogue), given, catalogue))
    engine.train(60)
    mean = engine.task.data.mean(0)
    assert engine.weights["w"].tolist() == pytest.approx(mean.tolist(), abs=1e-5)


@pytest.mark.usefixtures("unplugged")
def test_lion_goes_by_signs() -> None:
    """Chen et al. 2023, Algorithm 2, in NumPy."""
    assert plugins.load([SKELETONS / "optimizer.py"]) == ()
    catalogue = registry.catalogue()
    changes: dict[str, object] = {"optimizer.kind": "lion", "optimizer.lr": 0.1, "device": "cpu"}
    own = registry.optimizer(replace(library.scene("ellipse", catalogue), changes, catalogue))
    slopes = np.random.default_rng(0).normal(size=(6, 5))
    w, m = np.ones(5), np.zeros(5)
    weights = {"w": torch.ones(5, dtype=torch.float64)}
    slots = own.init(weights)
    for step, g in enumerate(slopes, 1):
        w, m = w - 0.1 * np.sign(0.9 * m + 0.1 * g), 0.99 * m + 0.01 * g
        weights, slots = own.update(weights, {"w": torch.from_numpy(g)}, slots, step)
    np.testing.assert_allclose(weights["w"], w, atol=1e-14)
    np.testing.assert_allclose(slots["mean/w"], m, atol=1e-14)


@pytest.mark.usefixtures("unplugged")
def test_an_experiment_is_a_plug_in_as_it_stands() -> None:
    """Without the figure that it names, its number is shown over the steps."""
    assert plugins.load([SKELETONS / "experiment.py"]) == ()
    catalogue = registry.catalogue()
    scene = replace(library.scene("dimension", catalogue), {"experiment.kind": "needle"}, catalogue)
    model = opened(scene)
    assert model.train(200) == 200
    expected = 2 * 0.8 / math.pi
    sigma = math.sqrt(expected * (1 - expected) / 20_000)
    assert model.measured[1] == pytest.approx(expected, abs=4 * sigma)
    assert main(scene) is FIGURES["progress"]
    assert "progress" in offered(scene)
    plot = FIGURES["progress"].draw((Shot(scene, model.snapshot(("curves",))),))
    assert isinstance(plot, Plot)
    assert (plot.title, plot.y.label) == ("Share of crossings", "share of crossings")


@pytest.mark.usefixtures("unplugged")
def test_a_measure_and_its_figure_are_plug_ins_as_they_stand() -> None:
    assert plugins.load([SKELETONS / "measure.py"]) == ()
    assert figures.load([SKELETONS / "figure.py"]) == ()
    scene = library.scene("ellipse", registry.catalogue())
    snapshot = Engine(replace(scene, {"device": "cpu"}, registry.catalogue())).snapshot(
        FIGURES["data-energies"].needs
    )
    drawn = FIGURES["data-energies"].draw((Shot(scene, snapshot),))
    assert isinstance(drawn, Plot)
    assert drawn.title == "Energies of 24 of 24 data"


@pytest.mark.parametrize("name", sorted(DROPPED))
def test_a_skeleton_is_short_and_says_what_to_fill_in(name: str) -> None:
    text = (SKELETONS / name).read_text("utf-8")
    assert len(text.splitlines()) < 60
    if name.endswith(".py"):
        words = ast.get_docstring(ast.parse(text)) or ""
        assert "copy it to ebmviz/" in words
        assert "rename the file" in words
        assert any(line.strip().startswith("#") or "  # " in line for line in text.splitlines())


def test_there_is_no_other() -> None:
    assert {path.name for path in SKELETONS.iterdir() if path.is_file()} == DROPPED.keys()


def test_a_name_that_is_not_there_stays_unknown() -> None:
    """The copy knows them, the program does not: what was dropped is what is found."""
    with pytest.raises(UserError, match="power-hinge"):
        registry.catalogue().component("objective", "power-hinge")
