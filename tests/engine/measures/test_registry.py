"""What holds for every measure, at every limit."""

from __future__ import annotations

import math
import re
import sys

import numpy as np
import pytest

from ebmviz.core import assets
from ebmviz.engine.experiments.base.experiment import Experiment
from ebmviz.engine.model import measuring as measures
from ebmviz.engine.model import registry
from ebmviz.engine.model.opening import opened
from ebmviz.figures.registry import FIGURES, offered
from tests.engine.measures.definition import shoot
from tests.scenes import built_in

EVERYTHING = tuple(measures.MEASURES)
EXPERIMENTS = {c.shows: c for c in registry.COMPONENTS if issubclass(c, Experiment)}


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
    assert all(math.isfinite(v) for v in shot.metrics.values())


def told(need: str) -> set[str]:
    """What stands between backticks at the head of a measure's or an experiment's file, and of its
    function.
    """
    own = EXPERIMENTS.get(need)
    arrays = own.arrays if own else measures.MEASURES[need].arrays
    words = f"{sys.modules[arrays.__module__].__doc__} {arrays.__doc__}"
    return set(re.findall(r"`([^`]+)`", words))


@pytest.mark.parametrize("need", EVERYTHING)
def test_a_measure_says_what_it_is_called(need: str) -> None:
    assert need in told(need)


@pytest.mark.parametrize("name", assets.scene_names())
def test_every_array_is_told_of_where_it_is_measured(name: str) -> None:
    """`errata_NAME` tells of all that begin so."""
    plain = built_in(name)
    asked = {"view.picture": "push"} if "loss" in plain.facts else {}
    asked |= {"view.inference": "gradient"} if "continuous" in plain.facts else {}
    engine = opened(built_in(name, asked, view__resolution=24))
    engine.train(1)
    engine.sample(1)
    for need in {n for figure in offered(plain) for n in FIGURES[figure].needs}:
        words = told(need)
        begun = tuple(word.removesuffix("NAME") for word in words if word.endswith("_NAME"))
        given = engine.snapshot((need,)).arrays
        assert [a for a in given if a not in words and not a.startswith(begun)] == [], need


def test_every_figure_asks_for_what_is_measured() -> None:
    for figure in FIGURES.values():
        assert set(figure.needs) <= {*measures.MEASURES, *EXPERIMENTS}, figure.name
    assert not EXPERIMENTS.keys() & measures.MEASURES.keys()


def test_a_need_measures_nothing_else() -> None:
    assert shoot(()).arrays == {}
    assert set(shoot(("data",)).arrays) == {"data"}
