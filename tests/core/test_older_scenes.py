"""Scenes written when experiments stood among the energies open as what they are now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from ebmviz.core import assets, library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.scene import from_json, replace, to_json
from ebmviz.engine.model.opening import opened
from ebmviz.engine.theory import information
from tests.scenes import CATALOGUE, built_in

IDLE: dict[str, dict[str, object]] = {
    "data": {"kind": "none"},
    "objective": {"loss": "energy", "beta": "inf"},
    "regularizer": {"magnitude": 0.25, "gradient": 0.0},
    "optimizer": {"kind": "momentum", "lr": 0.3, "batch": 7},
    "sampler": {"kind": "hmc", "step": 0.4, "chains": 32},
}
FORMER: dict[str, dict[str, object]] = {
    "calibration": {"unit": 3.5, "first": 0.7, "second": 1.1, "count": 90, "rate": 0.25},
    "dimension": {"largest": 3, "most": 2, "runs": 2, "updates": 6, "hidden": 8, "wanted": 0.75},
    "errata": {"slip": "kl-log2"},
    "hopfield-capacity": {"units": 40, "most": 0.4, "flips": 0.125},
    "information": {"d": 3, "r": 2.0, "s": 0.5, "m": -1.25},
}


def former(name: str, **more: object) -> dict[str, Any]:
    head: dict[str, Any] = {"name": "mine", "title": "Mine", "figures": ["loss-curve"], "seed": 11}
    return {
        **head,
        "energy": {"kind": name, **FORMER[name]},
        **IDLE,
        "view": {"speed": 3.0},
        **more,
    }


@pytest.mark.parametrize("name", FORMER)
def test_a_scene_of_old_is_the_experiment_with_its_values(name: str) -> None:
    if name == "errata":
        slips = CATALOGUE.component("experiment", "errata").params[0].choices
        FORMER[name]["slip"] = list(slips)[3]
    raw = json.loads(json.dumps(former(name)))
    scene = from_json(raw, CATALOGUE)
    assert scene.parts == ("experiment", "view", "run")
    assert (scene.kind("experiment"), scene.title, scene["seed"]) == (name, "Mine", 11)
    assert (scene["view.speed"], scene.figures) == (3.0, ("loss-curve",))
    assert {at: scene[f"experiment.{at}"] for at in FORMER[name]} == FORMER[name]
    again = to_json(scene)
    assert not {"energy", *IDLE} & again.keys()
    assert from_json(again, CATALOGUE) == scene
    now = from_json(
        {
            **{k: raw[k] for k in ("name", "title", "figures", "seed", "view")},
            "experiment": raw["energy"],
        },
        CATALOGUE,
    )
    assert now == scene


def test_what_stood_beside_it_is_not_asked_for_any_more() -> None:
    """Whatever an old file says of its idle parts: the data set they name is gone, too."""
    scene = from_json(former("information", data={"kind": "gone", "x": 1}), CATALOGUE)
    assert scene["experiment.r"] == 2.0
    with pytest.raises(UserError, match="energy.widht: Information of a fuzzy code"):
        from_json(former("information", energy={"kind": "information", "widht": 1}), CATALOGUE)
    with pytest.raises(UserError, match="experiment.r: "):
        from_json(former("information", energy={"kind": "information", "r": -1}), CATALOGUE)


def test_an_energy_stays_what_it_is() -> None:
    scene = built_in("ellipse")
    assert from_json(to_json(scene), CATALOGUE).values == scene.values
    with pytest.raises(UserError, match=r"energy\.kind: “informatio” is not known"):
        replace(scene, {"energy.kind": "informatio"}, CATALOGUE)


def test_paths_of_old_scripts_work() -> None:
    """--set energy.… of the built-in scenes, and energy.kind of any."""
    own = library.scene("dimension", CATALOGUE)
    assert replace(own, {"energy.largest": 4}, CATALOGUE)["experiment.largest"] == 4
    other = replace(own, {"energy.kind": "information", "energy.m": 0.25}, CATALOGUE)
    assert (other.kind("experiment"), other["experiment.m"]) == ("information", 0.25)
    from_energy = replace(built_in("ellipse"), {"energy.kind": "hopfield-capacity"}, CATALOGUE)
    assert from_energy.kind("experiment") == "hopfield-capacity"
    back = replace(own, {"energy.kind": "kmeans", "energy.centres": 3}, CATALOGUE)
    assert (back.kind("energy"), back["energy.centres"]) == ("kmeans", 3)
    assert back.kind("experiment") == ""


def test_weights_and_history_of_old_are_taken_up() -> None:
    """With what an older program kept of idle parts: placeholders, epochs, an optimiser's slots."""
    scene = from_json(former("hopfield-capacity"), CATALOGUE)
    scene = replace(scene, {"device": "cpu"}, CATALOGUE)
    one = opened(scene)
    one.train(30)
    more = {f"train/{k}": np.asarray([30], np.int64) for k in ("epoch", "updates")}
    more |= {"train/cursor": np.asarray([0], np.int64)}
    more |= {f"optimizer/velocity/{k}": np.zeros(24, np.float32) for k in ("error", "runs")}
    loaded = opened(scene)
    kept = one.checkpoint()
    loaded.restore(msgspec.structs.replace(kept, weights=kept.weights | more))
    assert loaded.checkpoint().weights.keys() == one.checkpoint().weights.keys()
    loaded.train(5)
    one.train(5)
    assert loaded.weights["error"].tolist() == one.weights["error"].tolist()
    assert loaded.history.steps == one.history.steps


def test_the_placeholder_of_what_had_no_weights_is_left_out() -> None:
    scene = replace(from_json(former("information"), CATALOGUE), {"device": "cpu"}, CATALOGUE)
    model = opened(scene)
    kept: dict[str, Any] = {
        "none": np.zeros(1, np.float32),
        "train/step": np.asarray([50], np.int64),
    }
    past: dict[str, Any] = {"step": np.arange(2), "loss": np.zeros(2), "energy": np.zeros(2)}
    past["weights/none"] = np.zeros((2, 1), np.float32)
    model.restore(Checkpoint(kept, past))
    assert (model.progress.model, model.weights) == (50, {})
    shot = model.snapshot(("information",))
    assert shot.step == 50
    cube = 3 * np.log(2.0 / 0.5)  # but it sticks out: |m| + s/2 > r/2
    assert "info_cube" not in shot.metrics
    assert cube > 0
    assert shot.metrics["info_gaussian"] == pytest.approx(
        3 * (np.log(4.0) + (1.25**2 + 0.25) / 8 - 0.5)
    )
    assert pytest.approx(np.log(2)) == information.LN2


def test_no_file_of_the_house_is_of_the_old_form() -> None:
    for path in Path(assets.resource("scenes")).glob("*.json"):
        raw = json.loads(path.read_text("utf-8"))
        assert raw.get("energy", {}).get("kind") not in FORMER, path.name
