"""Advice names only what the scene has: every control exists there, and is offered."""

from __future__ import annotations

import re

import pytest

from ebmviz.core import library
from ebmviz.core.assets import scene_names
from ebmviz.core.diagnosis import diagnose
from ebmviz.core.remedies import HOLDS
from ebmviz.core.scene import Scene, model, replace, visible
from tests.scenes import CATALOGUE

GOOD = {
    "last_step": 9.0,
    "meter_flatness": 0.2,
    "meter_rank": 0.02,
    "meter_data": 99.0,
    "meter_answers": 99.0,
}
WAYS: dict[str, dict[str, float]] = {
    "fits": {},
    "few": {"meter_data": 1.0},
    "diverged": {"diverged": 1.0},
    "no numbers": {"meter_gap": float("nan")},
    "risen": {"meter_loss": 9.0, "meter_start": 1.0, "meter_rank": 0.4},
    "unbounded below": {"meter_fall": 99.0},
    "flat": {"meter_flatness": 0.99, "meter_rank": 0.5},
    "shallow": {"meter_depth": 1e-6, "meter_left": 0.0},
    "falling": {"meter_depth": 1e-6, "meter_left": 1.0},
    "silent": {"meter_kl": 0.0},
    "hot": {"meter_explained": 0.0, "meter_blur": 2.0, "meter_rank": 0.4},
    "warm": {"meter_explained": 0.4, "meter_blur": 0.7, "meter_rank": 0.4},
    "canyon": {"meter_canyon": 9.0},
    "lost": {"meter_rank": 0.4},
    "classes": {"meter_accuracy": 0.3},
    **{
        f"held by {at}": {"meter_rank": 0.4, f"meter_held/{at}": 2.0, "settled": 1.0}
        for at in HOLDS
    },
    "mute": {"meter_told": 0.0, "meter_held/energy.sparsity": 2.0},
}
# What is known only of latents that β moves, of codes, of classes, of losses that train P.
OF = {
    "silent": "encodes",
    "hot": "latent",
    "warm": "latent",
    "classes": "discrete",
    "canyon": "network",
    **{f"held by {at}": f"control:{at}" for at in HOLDS},
    "mute": "control:energy.sparsity",
}
WORDS = {
    r"\bη\b|\brate\b": "optimizer.lr",
    r"\bmargin m\b": "objective.margin",
    r"training β": "objective.beta",
    r"negatives ŷ": "objective.negatives",
    r"λ_w|weight decay": "regularizer.decay",
    r"spectral": "regularizer.spectral",
    r"gradient penalty": "regularizer.gradient",
    r"\bcode\b": "energy.code",
    r"dimension of z": "energy.dimension",
    r"price of z": "energy.strength",
    r"sparsity": "energy.sparsity",
    r"hidden units": "energy.hidden",
    r"variance": "objective.variance",
    r"number of points": "data.count",
    r"clipping bound": "regularizer.clip",
    r"magnitude penalty": "regularizer.magnitude",
    r"springs": "objective.springs",
    r"\bloss with\b|non-contrastive loss": "objective.loss",
}
SCENES = scene_names()


def under_every_loss(name: str) -> list[Scene]:
    scene = library.scene(name, CATALOGUE)
    kinds = [c.kind for c in CATALOGUE.offered("objective", model(scene, CATALOGUE))]
    own = scene.kind("objective")
    return [scene if k == own else replace(scene, {"objective.loss": k}, CATALOGUE) for k in kinds]


@pytest.mark.parametrize("name", SCENES)
def test_every_control_that_is_named_is_there_and_does_something(name: str) -> None:
    for scene in under_every_loss(name):
        there = {*visible(scene, CATALOGUE), "objective.loss"}
        for way, metrics in WAYS.items():
            if way in OF and OF[way] not in scene.facts:
                continue
            said = diagnose({**GOOD, **metrics}, scene.facts)
            where = f"{scene.kind('objective')}, {way}: {said.text}"
            assert set(said.controls) <= there, where
            named = {at for word, at in WORDS.items() if re.search(word, said.remedy)}
            assert named == set(said.controls), where
            assert "“" not in said.text, where
            assert "  " not in said.text, where


def test_a_choice_that_is_named_is_on_offer() -> None:
    found = 0
    for name in SCENES:
        for scene in under_every_loss(name):
            said = diagnose({**GOOD, **WAYS["flat"]}, scene.facts)
            for word, value in (("on the grid", "grid"), ("uniform noise", "uniform")):
                if word in said.remedy:
                    param = visible(scene, CATALOGUE)["objective.negatives"]
                    assert value in param.offered(scene.facts)
                    found += 1
    assert found > 20


@pytest.mark.parametrize("way", ["flat", "lost", "hot", "canyon", "unbounded below", "classes"])
def test_there_is_advice_wherever_something_is_wrong(way: str) -> None:
    for name in SCENES:
        for scene in under_every_loss(name):
            if "loss" not in scene.facts or (way in OF and OF[way] not in scene.facts):
                continue
            said = diagnose({**GOOD, **WAYS[way]}, scene.facts)
            assert said.state == "separates" or said.remedy, f"{name} {scene.kind('objective')}"
