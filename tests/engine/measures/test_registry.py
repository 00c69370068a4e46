"""What holds for every measure, at every limit."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from ebmviz.engine.model import measuring as measures
from ebmviz.figures.registry import FIGURES
from tests.engine.measures.definition import shoot

EVERYTHING = tuple(measures.MEASURES)


@pytest.mark.parametrize("beta", [0.0, 1e-3, 1e6, math.inf])
@pytest.mark.parametrize("arrows", ["data", "probe", "descent"])
def test_no_limit_gives_a_nan(beta: float, arrows: str) -> None:
    shot = shoot(
        EVERYTHING,
        view__beta=beta,
        objective__beta=beta,
        view__arrows=arrows,
        view__section=(0, 1e-3, 1e6, math.inf),
        view__window=(-1e3, 1e3, -1e3, 1e3),
    )
    for name, array in shot.arrays.items():
        if name not in ("contours", "curve_loss", "section_beta"):
            assert np.isfinite(array).all(), name
    assert all(math.isfinite(v) for k, v in shot.metrics.items() if k != "loss")


def test_the_documented_needs_are_the_measured_ones() -> None:
    untold = [
        need
        for need, measured in measures.MEASURES.items()
        if f"`{need}`" not in (sys.modules[measured.arrays.__module__].__doc__ or "")
    ]
    assert not untold, "say what arrays they give"


def test_every_figure_asks_for_what_is_measured() -> None:
    for figure in FIGURES.values():
        assert set(figure.needs) <= set(measures.MEASURES), figure.name


def test_a_need_measures_nothing_else() -> None:
    assert shoot(()).arrays == {}
    assert set(shoot(("data",)).arrays) == {"data"}
