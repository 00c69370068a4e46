"""What a choice of the picture offers, the engine measures."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from ebmviz.core import assets
from ebmviz.core.scene import Scene, fields, replace
from ebmviz.engine.model.opening import opened
from tests.scenes import CATALOGUE, built_in

NEEDS = ("map", "push", "density", "chains", "gradient", "arrows", "reconstruction", "views")
MAPPED = [
    n for n in assets.scene_names() if {"plane:y", "plane:xy", "plane:x"} & built_in(n, {}).facts
]
OF_A_PICTURE = {"push": "push", "push-one": "push", "probability": "density", "chains": "density"}
OF_ARROWS = {
    "data": ("arrow_start", "recon", "view_one"),
    "probe": ("arrow_start", "recon"),
    "descent": ("gradient",),
    "ascent": ("gradient",),
}


def small(name: str) -> Scene:
    scene = built_in(name, {}, view__resolution=24)
    return scene if 0 < scene.view.beta < math.inf else replace(scene, {"view.beta": 2}, CATALOGUE)


@pytest.mark.parametrize("name", MAPPED)
def test_every_picture_on_offer_is_measured(name: str) -> None:
    scene = small(name)
    engine = opened(scene)
    plain = engine.snapshot(NEEDS)
    assert not plain.has("push")
    assert not plain.has("density")
    for picture in fields(scene, CATALOGUE)["view.picture"].offered(scene.facts):
        engine.set_scene(replace(scene, {"view.picture": picture}, CATALOGUE))
        if picture == "chains":
            engine.sample(1, 10.0)
        found = engine.snapshot(NEEDS)
        if picture in OF_A_PICTURE:
            assert np.ptp(found.arrays[OF_A_PICTURE[picture]]) > 0, picture
        if picture == "variational":
            assert (found.arrays["map"] >= plain.arrays["map"] - 1e-4).all()
            assert (found.arrays["map"] > plain.arrays["map"] + 1e-3).any()


@pytest.mark.parametrize("name", MAPPED)
def test_arrows_on_offer_are_measured_and_no_others(name: str) -> None:
    scene = small(name)
    param = fields(scene, CATALOGUE)["view.arrows"]
    offered = param.offered(scene.facts)
    assert next(iter(offered)) == "off"
    for arrows in set(offered) - {"off"}:
        chosen = replace(scene, {"view.arrows": arrows}, CATALOGUE)
        found = opened(chosen).snapshot(NEEDS)
        assert any(len(found.arrays.get(each, ())) for each in OF_ARROWS[arrows]), arrows
    if "loss" not in scene.facts:
        return  # the pull could be drawn, but trains nothing
    for arrows in set(param.choices) - set(offered):
        forced = {**scene.values, "view.arrows": arrows}
        found = opened(msgspec.structs.replace(scene, values=forced)).snapshot(NEEDS)
        assert not found.has("arrow_start"), arrows
        assert not found.has("recon"), arrows
