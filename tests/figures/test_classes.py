"""Classes and best answers in figures: colours, borders, regions, predictions."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from ebmviz.core import library, palette
from ebmviz.core.plot import Curve, Image, Plot, Points
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import class_maps, cross_section, landscape, stack
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES
from tests.figures.drawing import layers
from tests.scenes import CATALOGUE, built_in

NEEDS = (*landscape.FIGURE.needs, "section")


def shot(name: str, steps: int = 20, **changes: object) -> Shot:
    engine = Engine(built_in(name, changes, view__resolution=48))
    engine.train(steps)
    return Shot(engine.scene, engine.snapshot(NEEDS))


def labels(plot: Plot) -> list[str]:
    return [label for layer in plot.layers if (label := getattr(layer, "label", ""))]


@pytest.mark.parametrize("draw", [landscape.draw, stack.draw])
def test_data_wear_the_colours_of_their_classes(draw: Any) -> None:
    of = shot("multiclass", view__follow=True)
    marks = [p for p in layers(draw(of), Points) if p.color.startswith("class-")]
    assert [p.color for p in marks] == [f"class-{k}" for k in range(5)]
    assert [p.label for p in marks] == [f"y = {k}" for k in range(5)]
    assert [len(p.x) for p in marks] == [60] * 5


def test_the_two_answers_of_a_binary_energy_go_by_their_sign() -> None:
    names = labels(landscape.draw(shot("binary")))
    assert {"y = −1", "y = +1", "decision boundary"} <= set(names)


def test_one_answer_is_called_an_energy_and_has_one_section() -> None:
    of = shot("binary", view__answer=1)
    plot = landscape.draw(of)
    assert plot.title == "Energy · E(x, +1)"
    assert landscape.draw(shot("multiclass", view__answer=63)).title == "Energy · E(x, 4)"
    assert stack.draw(shot("multiclass", view__answer=2)).title == "Energy · E(x, 2)"
    assert layers(plot, Image)[0].bar == "E"
    section = cross_section.draw(of)
    assert len(layers(section, Curve)) == 1
    all_answers = cross_section.draw(shot("binary"))
    assert len(layers(all_answers, Curve)) > 3
    assert "F_∞" in landscape.draw(shot("binary")).title


def test_the_maps_of_two_classes_and_their_difference() -> None:
    of = shot("binary")
    sheet = class_maps.draw(of)
    plots = [plot for row in sheet.rows for plot in row]
    titles = [plot.title for plot in plots]
    assert titles[1:] == ["E(x, −1) − E(x, +1)", "E(x, −1)", "E(x, +1)"]
    maps = of.snapshot.arrays["class_maps"]
    regions, gap, minus, plus = (layers(plot, Image)[0] for plot in plots)
    assert np.array_equal(gap.values, maps[0] - maps[1])
    assert gap.low == -gap.high
    assert np.array_equal(gap.values > 0, regions.values > 1), "y = +1 where E(−1) is higher"
    assert np.array_equal(minus.values, maps[0])
    assert np.array_equal(plus.values, maps[1])
    assert (minus.low, minus.high) == (plus.low, plus.high) == (maps.min(), maps.max())


def test_of_many_classes_one_map_each_beside_the_regions() -> None:
    of = shot("multiclass")
    sheet = class_maps.draw(of)
    assert [len(row) for row in sheet.rows] == [3, 3]
    image = layers(sheet.rows[0][0], Image)[0]
    region = of.snapshot.arrays["class_region"]
    band = (image.values - image.low) / (image.high - image.low) * 256
    colour = palette.colormap("classes")[band.astype(int)]
    for k in range(5):
        assert len(np.unique(colour[region == k], axis=0)) == 1
    assert len(np.unique(colour.reshape(-1, 3), axis=0)) == len(np.unique(region))


def test_regression_is_drawn_with_its_best_answer() -> None:
    plot = landscape.draw(shot("regression"))
    (curve,) = [c for c in layers(plot, Curve) if c.label.startswith("best answer")]
    assert curve.color == "manifold"
    assert len(curve.x) == 121
    assert "other minima over y" not in labels(plot)
    assert not any("boundary" in label for label in labels(plot))


@pytest.mark.parametrize(
    ("name", "there"),
    [("binary", True), ("multiclass", True), ("regression", False), ("ellipse", False)],
)
def test_figures_of_classes_are_offered_where_there_are_classes(name: str, there: bool) -> None:
    scene: Scene = library.scene(name, CATALOGUE)
    assert all(FIGURES[f].fits(scene) == there for f in ("class-maps", "regions"))


# colours ------------------------------------------------------------------------------

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour: str) -> Array:
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def oklab(rgb: Array) -> Array:
    """Ottosson 2020, of linear RGB."""
    lms = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return lab @ np.cbrt(lms @ np.clip(rgb, 0, 1))


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("sight", SIGHT)
def test_classes_can_be_told_apart_without_full_colour_vision(theme: Any, sight: str) -> None:
    seen = [
        oklab(SIGHT[sight] @ linear(palette.color(palette.class_role(k), theme)))
        for k in range(palette.CLASSES)
    ]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 0.08


def test_classes_beyond_the_last_colour_begin_again() -> None:
    assert palette.class_role(palette.CLASSES) == palette.class_role(0)
