"""The colours: the thermometer of β, and the maps."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core import palette
from ebmviz.core.snapshot import Array


def test_the_thermometer_runs_from_red_to_blue() -> None:
    hot, cold = palette.beta_color(0), palette.beta_color(math.inf)
    red, blue = (int(hot[i : i + 2], 16) - int(cold[i : i + 2], 16) for i in (1, 5))
    assert red > 100
    assert blue < -100
    warmth = [palette.beta_warmth(b) for b in (0, 0.1, 1, 10, math.inf)]
    assert warmth == sorted(warmth)
    assert palette.beta_color(1e-9) == hot
    assert palette.ramp(0.5) == "#debc78"


@pytest.mark.parametrize("name", ["viridis", "cividis", "magma", "cold-warm"])
def test_colour_maps_have_256_colours(name: str) -> None:
    table: Array = palette.colormap(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert len(np.unique(table, axis=0)) > 200
