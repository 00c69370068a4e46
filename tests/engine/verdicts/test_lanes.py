"""A lane of the loss lab says what the meter would of the same weights under its loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.assets import scene_names
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.diagnosis import diagnose
from ebmviz.core.errors import NumericError
from ebmviz.core.scene import replace
from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.model import build
from ebmviz.engine.model.engine import Engine
from tests.scenes import CATALOGUE, built_in
from tests.slow import sparing

NAMES = [
    *("ellipse", "ellipse-warm", "kmeans", "mixture", "pca", "autoencoder", "sparse-coding", "vae"),
    *("regression", "lagrangian", "implicit-regression", "conditional", "binary", "multiclass"),
    *("jem", "unconditional", "canyon", "joint-embedding", "horn", "horn-latent"),
]
SMALL = {"view.lab": True, "optimizer.batch": 8, "view.resolution": 32, "seed": 4}


def small(name: str) -> dict[str, object]:
    """Changes that make a scene's lab quick."""
    declared = {p.name for p in CATALOGUE.component("energy", built_in(name).kind("energy")).params}
    few = {"hidden": 8, "iterations": 6} | ({"latents": 25} if name.startswith("horn") else {})
    data = CATALOGUE.component("data", built_in(name).kind("data"))
    count = {"data.count": 40} if "count" in {p.name for p in data.params} else {}
    return {**SMALL, **count, **{f"energy.{k}": v for k, v in few.items() if k in declared}}


@pytest.mark.parametrize("name", sparing(NAMES, {*NAMES} - {"horn-latent", "horn", "vae"}))
def test_every_lane_says_what_the_meter_says(name: str) -> None:
    lab = Engine(built_in(name, small(name)))
    lab.train(17)
    shot = lab.snapshot(("lab",))
    assert np.isfinite(shot.arrays["lab_number"]).all()
    assert lab.lab
    lanes, numbers = shot.arrays["lab_number_lane"], shot.labels["lab_number"]
    for lane, loss in enumerate(lab.lab.keys):
        own = lab.scene
        if loss != own.kind("objective"):
            own = replace(own, {"objective.loss": loss}, CATALOGUE)
        task = build.problem(own, torch.device("cpu"))
        report = meter(task, lab.lab.lane(lane).weights)
        wanted = diagnose({**report, "last_step": 17.0}, own.facts)
        assert shot.labels["lab_verdicts"][lane] == wanted.name, loss
        mine = {n for n, of in zip(numbers, lanes, strict=True) if of == lane}
        assert mine == report.keys(), loss


@pytest.mark.parametrize(
    "strong", [{"regularizer.decay": 0.05}, {"regularizer.spectral": 0.3}], ids=str
)
def test_a_lane_is_held_back_as_its_model_is(strong: dict[str, object]) -> None:
    alone, lab = (
        Engine(built_in("regression", {**strong, "view.lab": on})) for on in (False, True)
    )
    own = alone.scene.kind("objective")
    for steps, word in ((40, "not fitted yet"), (260, "over-regularised")):
        for each in (alone, lab):
            each.train(steps)
        assert diagnose(alone.report(), alone.scene.facts).name == word
        shot = lab.snapshot(("lab",))
        assert shot.labels["lab_verdicts"][shot.labels["lab"].index(own)] == word
    assert lab.lab
    lab.lab.go_on_from(
        lab.lab.kept(), lab.lab.clock
    )  # as from a file: nobody knows where it has been
    assert word not in lab.snapshot(("lab",)).labels["lab_verdicts"]


def test_a_number_that_a_loss_does_not_have_is_absent() -> None:
    lab = Engine(built_in("implicit-regression", {"view.lab": True}))
    lab.train(20)
    shot = lab.snapshot(("lab",))
    named = list(zip(shot.labels["lab_number"], shot.arrays["lab_number_lane"], strict=True))
    assert lab.lab
    of_p = {lab.lab.keys[lane] for name, lane in named if name == "meter_canyon"}
    assert of_p == {"nll", "mee", "infonce"}
    assert set(shot.labels["lab_verdicts"]) & {"diverged"} == set()


def test_a_lane_that_diverged_goes_back_and_says_so_wherever_it_is_looked_at() -> None:
    lab = Engine(built_in("autoencoder", {"view.lab": True, "view.losses": "energy,hinge"}))
    lab.set_scene(replace(lab.scene, {"optimizer.kind": "sgd", "optimizer.lr": 60}, CATALOGUE))
    with pytest.raises(NumericError, match="lower the rate"):
        lab.train(60)
    shot = lab.snapshot(("lab",))
    assert shot.labels["lab_verdicts"] == ("diverged", "diverged")
    lab.adopt("energy")
    report = lab.report()
    assert report["diverged"] == 1
    assert diagnose(report, lab.scene.facts).state == "diverged"
    assert report["meter_loss"] <= report["meter_start"]
    again = Engine(replace(lab.scene, {"view.lab": False}, CATALOGUE))
    again.restore(Checkpoint(lab.checkpoint().weights))
    assert again.report()["diverged"] == 1


def test_all_maps_with_a_loss_are_looked_at() -> None:
    facts = {name: library.scene(name, CATALOGUE).facts for name in scene_names()}
    shown = {n for n, of in facts.items() if any(f.startswith("plane:") for f in of)}
    trained = {n for n in shown if "loss" in facts[n]}
    assert trained - set(NAMES) == {"horn-learned", "porcupine", "vae-balls"}, "kin of others"


def test_the_meter_of_a_lane_is_the_meter() -> None:
    lab = Engine(built_in("unconditional", {"view.lab": True, "view.losses": "energy,nll"}))
    lab.train(20)
    shot = lab.snapshot(("lab",))
    assert lab.lab
    for lane in (0, 1):
        found = meter(lab.lab.tasks[lane], lab.lab.lane(lane).weights)
        mine = shot.arrays["lab_number_lane"] == lane
        assert shot.arrays["lab_number"][mine].tolist() == pytest.approx(list(found.values()))
