"""The figures of the experiment on dimension, before, during and after it."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.plot import Curve, Plot, Points, Sheet
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.model import registry
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.dimension import growth
from ebmviz.figures.registry import FIGURES, main

CATALOGUE = registry.catalogue()
D, TRIED = np.arange(2.0, 6.0), 8 * 2.0 ** np.arange(4)
SHARE = np.array(
    [
        [0.5, 0.95, np.nan, np.nan],
        [0.3, 0.7, 0.9, np.nan],
        [0.1, 0.4, 0.8, 0.85],
        [0.1, np.nan, np.nan, np.nan],
    ]
)


def scene() -> Scene:
    return replace(library.scene("dimension", CATALOGUE), {"device": "cpu"}, CATALOGUE)


def made() -> Shot:
    """Two dimensions found, one beyond reach, one under way."""
    arrays = {
        "dimension_d": D,
        "dimension_tried": TRIED,
        "dimension_needed": np.array([16.0, 32.0, np.inf, np.nan]),
        "dimension_share": SHARE,
        "dimension_regular": np.array([1.0, 0.99, 1.0, np.nan]),
    }
    metrics = {
        "dimension_now": 5.0,
        "dimension_wrong": 16.0,
        "dimension_done": 0.25,
        "dimension_over": 0.0,
    }
    return Shot(scene(), Snapshot(0, 40, arrays, metrics))


def sheet(shot: Shot) -> Sheet:
    found = FIGURES["dimension"].draw((shot,))
    assert isinstance(found, Sheet)
    return found


def labelled(plot: Plot) -> dict[str, Points]:
    return {p.label: p for p in plot.layers if isinstance(p, Points)}


def test_it_stands_in_the_landscape_s_place() -> None:
    figure = main(scene())
    assert figure is not None
    assert figure.name == "dimension"


def test_growth_is_the_exponential_line() -> None:
    needed = 3 * np.exp(0.8 * D)
    assert growth(D, needed) == pytest.approx((np.log(3), 0.8))
    needed[2:] = np.inf, np.nan
    assert growth(D, needed) == pytest.approx((np.log(3), 0.8)), "over what is known"
    assert growth(D, np.array([4.0, np.nan, np.nan, np.inf])) is None


def test_known_beyond_reach_and_under_way_are_apart() -> None:
    upper = sheet(made()).rows[0][0]
    marks = labelled(upper)
    assert marks["network, M*(D)"].y.tolist() == [16, 32]
    assert marks["more than 64"].x.tolist() == [4]
    assert (marks["tried now"].x[0], marks["tried now"].y[0]) == (5, 16)
    assert "× 2 per dimension" in upper.title
    assert upper.y.log
    assert upper.y.low
    assert upper.y.high
    assert all(upper.y.low < y < upper.y.high for p in marks.values() for y in p.y)
    assert "25 % done" in sheet(made()).title


def test_as_many_as_the_first_dimension_needs_beside_k_means() -> None:
    marks = labelled(sheet(made()).rows[1][0])
    assert marks["network, M = 16"].y.tolist() == [0.95, 0.7, 0.4]
    assert marks["K-means, M = 0"].y.tolist() == [1.0, 0.99, 1.0]


def test_a_curve_for_each_dimension() -> None:
    plot = FIGURES["dimension-tries"].draw((made(),))
    assert isinstance(plot, Plot)
    curves = [c for c in plot.layers if isinstance(c, Curve)]
    assert [c.label for c in curves] == ["D = 2", "D = 3", "D = 4", "D = 5"]
    assert curves[2].x.tolist() == [3, 4, 5, 6]
    assert curves[2].y.tolist() == SHARE[2].tolist()


def test_before_the_first_step_it_says_what_to_do() -> None:
    engine = opened(scene())
    shot = Shot(engine.scene, engine.snapshot(("dimension",)))
    assert "press Run" in sheet(shot).title
    FIGURES["dimension-tries"].draw((shot,))
