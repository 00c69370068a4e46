"""What a catalogue remembers of other scenes is what it would find anew."""

from __future__ import annotations

import random

import pytest

from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue, selector
from ebmviz.core.errors import UserError
from ebmviz.core.scene import fields, replace, visible
from tests.scenes import CATALOGUE


@pytest.mark.parametrize("name", assets.scene_names())
def test_what_is_remembered_is_what_would_be_found(name: str) -> None:
    dice = random.Random(name)
    scene, used = library.scene(name, CATALOGUE), Catalogue(CATALOGUE.components)
    for _ in range(60):
        params = list(fields(scene, used).items())
        choices = [(at, list(p.choices)) for at, p in params if p.choices]
        choices += [(at, ["true", "false"]) for at, p in params if p.type == "bool"]
        kinds = [(selector(p), list(used.kinds(p))) for p in scene.parts if selector(p)]
        at, values = dice.choice(dice.choice([choices, kinds]))
        try:
            scene = replace(scene, {at: dice.choice(values)}, used)
        except UserError:
            continue
        fresh = Catalogue(CATALOGUE.components)
        assert replace(scene, {}, fresh) == scene
        assert dict(visible(scene, used)) == dict(visible(scene, fresh))
        assert list(fields(scene, used)) == list(fields(scene, fresh))
