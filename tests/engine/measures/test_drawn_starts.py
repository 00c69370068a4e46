"""Descents from starts that a hand has drawn."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.frame import frame_of
from ebmviz.core.scene import from_json, replace, to_json
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.files.opening import with_points

CATALOGUE = registry.catalogue()
DRAWN = (1.0, 0.5, -0.25, 1.5)


def test_descents_begin_at_the_probe_at_drawn_and_at_random_starts() -> None:
    changes = {"view.inference": "gradient", "view.starts": 3, "view.drawn": DRAWN}
    scene = replace(library.scene("ellipse", CATALOGUE), changes, CATALOGUE)
    found = Engine(scene).snapshot(("descents",)).arrays
    starts = found["descent_start"]
    assert len(starts) == 1 + 2 + 3
    assert starts[0] == pytest.approx(scene.view.probe)
    assert starts[1:3] == pytest.approx(np.reshape(DRAWN, (2, 2)))
    fewer = replace(scene, {"view.drawn": ()}, CATALOGUE)
    assert Engine(fewer).snapshot(("descents",)).arrays["descent_start"][1:] == pytest.approx(
        starts[3:]
    )
    for each in (scene, fewer):
        assert from_json(to_json(each), CATALOGUE) == each


def test_drawn_starts_are_in_the_units_of_the_data() -> None:
    points = 1e5 + np.random.default_rng(0).normal(size=(20, 2))
    scene = with_points(library.scene("ellipse", CATALOGUE), points, "far", CATALOGUE)
    drawn = (1e5 + 0.5, 1e5 - 0.25)
    changes = {"view.inference": "gradient", "view.starts": 0, "view.drawn": drawn}
    scene = replace(scene, changes, CATALOGUE)
    assert not frame_of(scene).plain
    starts = Engine(scene).snapshot(("descents",)).arrays["descent_start"]
    assert starts[1] == pytest.approx(drawn, abs=1e-3)


def test_half_a_start_is_refused() -> None:
    with pytest.raises(UserError, match="two numbers for each start"):
        replace(library.scene("ellipse", CATALOGUE), {"view.drawn": (1.0,)}, CATALOGUE)
