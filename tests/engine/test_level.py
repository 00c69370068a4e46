"""Where only differences of energies count, a constant changes nothing on the screen; and colours
that follow a map hold still."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.plot import Bars, Curve, Image, Points
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.losses.base.code import CodeLoss
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.embeddings import EmbeddingLoss
from ebmviz.engine.losses.base.every import EveryLoss
from ebmviz.engine.losses.base.inputs import InputLoss
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.losses.base.pair import OneWrong
from ebmviz.engine.measures.base.level import LEAST, OVER, Range, free
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.weights import Weights
from ebmviz.figures import barriers, class_maps, cross_section, meter
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import heat
from ebmviz.figures.words import level
from tests.engine.contracts.components import problem
from tests.scenes import built_in
from tests.slow import SLOW

LOSSES: list[Any] = [c for c in registry.COMPONENTS if issubclass(c, Loss)]
ENERGIES: list[Any] = [c for c in registry.COMPONENTS if issubclass(c, Energy)]
SHIFT = 7.25
NEEDS = ("map", "contours", "section", "meter", "data", "manifold", "curves", "topology")


def of_energies(loss: Loss[Any], shift: float) -> torch.Tensor:
    """Its values for random energies of six data, all answers of each shifted alike; of a density
    of x all of them.
    """
    generator = torch.Generator().manual_seed(3)
    table = 1 + torch.rand(6, 5, generator=generator, dtype=torch.float64)
    steps = torch.ones(6) if isinstance(loss, InputLoss) else torch.arange(1, 7)
    table = table + shift * steps[:, None]
    right, near = table[:, 0], torch.zeros(6, 5, dtype=torch.bool)
    near[:, 0] = True
    if isinstance(loss, DataLoss):
        return loss.alone(right)
    if isinstance(loss, OneWrong):
        return loss.pair(right, table[:, 1])
    if isinstance(loss, InputLoss):  # −ln Σ_y exp(−E(x̂, y)) moves by the same constant
        return loss.joint(right, table, table[:, 2])
    assert isinstance(loss, EveryLoss)
    return loss.over(right, table, near, -1.5)


@pytest.mark.parametrize("cls", LOSSES, ids=lambda c: c.kind)
def test_relative_losses_are_those_that_no_shift_of_f_changes(cls: type[Loss[Any]]) -> None:
    loss = cls(cls.Params())
    if isinstance(loss, EmbeddingLoss | CodeLoss):  # of no energies
        assert "relative" not in cls.traits
        return
    same = torch.allclose(of_energies(loss, 0.0), of_energies(loss, 0.3))
    assert same == ("relative" in cls.traits)


@pytest.mark.parametrize("cls", ENERGIES, ids=lambda c: c.kind)
def test_energies_without_an_anchor_are_those_that_a_bias_shifts(cls: type[Energy[Any]]) -> None:
    energy, weights, rows = problem(cls)
    if not any(trait.startswith("plane:") for trait in energy.traits):
        assert not energy.unanchored
        return
    classes = energy.classes(weights)
    every = torch.arange(classes, dtype=rows.dtype)[:, None]

    def energies(w: Weights) -> torch.Tensor:
        if classes:
            return energy.table(w, rows, every, 0.7)
        found: torch.Tensor = energy.free(w, rows, 0.7)
        return found

    before = energies(weights)
    moved = []
    for name in weights:
        other = {k: w + (SHIFT if k == name else 0) for k, w in weights.items()}
        moved.append(energies(other) - before)
    shifted = any(
        float((gap - sign * SHIFT).abs().max()) < 1e-3 for gap in moved for sign in (-1, 1)
    )
    assert shifted == energy.unanchored
    if not energy.unanchored and cls.kind != "binary":
        assert {"nonnegative", "cosine"} & set(energy.traits)


def test_a_squared_output_and_a_pull_to_zero_say_where_zero_is() -> None:
    given = {"objective.loss": "hinge", "energy.output": "linear", "regularizer.magnitude": 0.0}
    assert free(Engine(built_in("unconditional", given)).task)
    for more in ({"energy.output": "square"}, {"regularizer.magnitude": 0.1}):
        assert not free(Engine(built_in("unconditional", {**given, **more})).task)


def shifted(engine: Engine, by: float) -> None:
    """E + by, by the bias of the last layer."""
    weights = engine.state.weights
    name = max((k for k in weights if ".b" in k and not k.startswith("ce")), key=lambda k: k)
    sign = -1 if engine.scene.kind("energy") == "jem" else 1
    weights[name] += sign * by


def pictures(engine: Engine) -> list[Array]:
    """All numbers of energies that are drawn."""
    needs = (*NEEDS, *(("classes",) if "discrete" in engine.scene.facts else ()))
    shot = Shot(engine.scene, engine.snapshot(needs))
    (image,) = (x for x in heat.heat_map(shot) if isinstance(x, Image))
    found = [image.values, np.array([image.low, image.high]), np.array(cross_section.limits(shot))]
    found += [x.y for x in cross_section.draw(shot).layers if isinstance(x, Curve)]
    found += [x.x for x in meter.draw(shot).layers if isinstance(x, Bars)]
    found.append(shot.snapshot.arrays["contour_level"] - level.of(shot, "map"))
    found += [x.y for x in barriers.tree(shot).layers if isinstance(x, Curve)]
    found += [x.y for x in barriers.track(shot).layers if isinstance(x, Curve | Points)]
    if "discrete" in engine.scene.facts:
        plots = [p for row in class_maps.draw(shot).rows for p in row]
        found += [x.values for p in plots for x in p.layers if isinstance(x, Image)]
    named = image.bar, cross_section.draw(shot).y.label, barriers.tree(shot).y.label
    assert len({" − min " in name for name in named}) == 1
    assert (" − min " in image.bar) == free(engine.task)
    return [np.asarray(values, np.float64) for values in found]


CASES = [
    ("unconditional", "mce"),
    ("canyon", "nll"),
    ("conditional", "log"),
    ("multiclass", "perceptron"),
    ("jem", "jem"),
    ("unconditional", "energy"),
    ("conditional", "square-square"),
    ("multiclass", "simple"),
]


@pytest.mark.parametrize(("name", "loss"), CASES)
def test_a_constant_is_seen_only_where_it_counts(name: str, loss: str) -> None:
    given: dict[str, object] = {
        "objective.loss": loss,
        "view.resolution": 24,
        "view.topology": "minima",
        "view.follow": True,
        "regularizer.magnitude": 0.0,
    }
    if "network" in built_in(name).facts and "discrete" not in built_in(name).facts:
        given["energy.output"] = "linear"
    engine = Engine(built_in(name, given))
    before = pictures(engine)
    other = Engine(built_in(name, given))
    shifted(other, SHIFT)
    after = pictures(other)
    assert len(before) == len(after)
    gaps = [float(np.nanmax(np.abs(a - b), initial=0)) for a, b in zip(before, after, strict=True)]
    if free(engine.task):
        assert max(gaps) < 1e-3
        assert before[0].min() == 0.0
    else:
        assert gaps[0] == pytest.approx(SHIFT, abs=1e-3)


def test_the_first_range_is_the_maps_and_later_ones_hold_still() -> None:
    held, rng = Range(), np.random.default_rng(4)
    first = held.of(0.0, 3.37, "a")
    assert 3.37 <= first[1] <= 3.37 * 1.06
    assert first[0] == 0.0
    for _ in range(50):  # noise of a few per cent moves nothing
        assert held.of(0.0, 3.37 * (1 + 0.06 * rng.uniform(-1, 1)), "a") == first
    found = {held.of(0.0, top, "a") for top in np.geomspace(3.37, 337, 2000)}
    assert len(found) <= 16
    assert held.of(0.0, 337.0, "b")[1] <= 337 * 1.06  # of another picture: at once


@pytest.mark.parametrize("low", [-4e5, -3.2, 0.0, 17.0])
@pytest.mark.parametrize("span", [1e-7, 0.04, 1.0, 2.49, 8e8])
def test_a_range_holds_its_map_whatever_its_place_and_size(low: float, span: float) -> None:
    held = Range()
    for grown in (1.0, 1.05, 1.5, 0.7, 0.1, 30.0):
        left, right = held.of(low, low + grown * span, 0)
        assert right > left or span < 1e-6 * abs(low)
        width = right - left
        over = max(left - low, low + grown * span - right)
        assert over <= OVER * width + 1e-9 * max(1.0, abs(low))
        assert grown * span >= LEAST * width * (1 - 1e-9) or span <= 1e-6 * max(1.0, abs(low))
    assert held.of(0.0, math.inf, 0) == (0.0, math.inf)


DEAR = ("conditional", "canyon", "unconditional")  # networks of a plane


def following() -> list[Scene]:
    names = (
        "binary",
        "multiclass",
        "conditional",
        "canyon",
        "implicit-regression",
        "unconditional",
    )
    return [built_in(name, view__resolution=24) for name in names]


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(scene, id=scene.name, marks=SLOW if scene.name in DEAR else ())
        for scene in following()
    ],
)
def test_a_bar_moves_seldom_while_training(scene: Scene) -> None:
    engine, seen = Engine(scene), []
    for _ in range(60):
        shot = Shot(engine.scene, engine.snapshot(("map",)))
        low, high = heat.colour_range(shot)
        (image,) = (x for x in heat.heat_map(shot) if isinstance(x, Image))
        assert float(image.values.max()) <= high + 1.01 * OVER * (high - low)
        seen.append((low, high))
        engine.train(3)
    assert sum(a != b for a, b in zip(seen, seen[1:], strict=False)) <= 8
