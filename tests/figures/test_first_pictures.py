"""The first picture of every scene uses a fair part of its colours."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import assets
from ebmviz.core.plot import Image
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers.heat import colour_range, heat_map
from tests.scenes import built_in

MAPS = [
    name
    for name in assets.scene_names()
    if any(fact.startswith("plane:") for fact in built_in(name).facts)
]
FAIR = 0.3
"""Of the colours, between the 5 % and the 95 % quantile of the map."""


@pytest.mark.parametrize("name", MAPS)
def test_fresh_weights_are_no_sheet_of_one_colour(name: str) -> None:
    scene = built_in(name, view__resolution=32)
    shot = Shot(scene, Engine(scene).snapshot(("map",)))
    low, high = colour_range(shot)
    (image,) = heat_map(shot)
    assert isinstance(image, Image)
    assert (image.low, image.high) == (low, high)
    assert image.values is not None
    share = np.clip((image.values - low) / (high - low), 0, 1)
    first, last = np.quantile(share, (0.05, 0.95))
    assert last - first >= FAIR


def test_the_maps_are_those_with_a_plane() -> None:
    assert {"ellipse", "canyon", "binary", "jem"} <= set(MAPS)
    assert len(MAPS) >= 20
