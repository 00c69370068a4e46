"""Descents as a measure: where they end, and by what they are judged."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis import descents
from ebmviz.engine.analysis.descents import Method, by_autograd
from ebmviz.engine.measures import falls
from ebmviz.engine.measures.base.detail import Detail
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in

METHODS: tuple[Method, ...] = ("gradient", "lbfgs")


def scene(name: str, **changes: object) -> Scene:
    """A built-in scene; `a__b` stands for the path a.b."""
    return built_in(name, changes, view__resolution=64, view__inference="lbfgs")


def slopes(engine: Engine, at: Array) -> tuple[Array, Array]:
    weights = {k: w.double() for k, w in engine.weights.items()}
    view = engine.scene.view
    energy = by_autograd(lambda y: engine.task.energy.at(weights, view, y, view.beta))
    return energy(at.astype(np.float64))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["ellipse", "unconditional"])
def test_on_the_plane_ends_are_stationary_and_judged_by_the_least_energy(
    name: str, method: Method
) -> None:
    engine = Engine(scene(name, view__inference=method, view__starts=12, view__beta=3))
    engine.train(20)
    a = engine.snapshot(("map", "descents")).arrays
    assert a["descent_start"].shape == a["descent_end"].shape == (13, 2)
    assert a["descent_start"][0].tolist() == pytest.approx(engine.scene.view.probe)
    value, slope = slopes(engine, a["descent_end"])
    rested = a["descent_ended"]
    assert rested.sum() >= 6
    assert np.abs(slope[rested]).max() < 1e-3
    least = float(a["map"].min())
    polished = slopes(engine, a["argmin"])[0][0]
    assert polished <= least + 1e-5
    limit = polished + falls.NEAR * (float(np.median(a["map"])) - polished)
    assert a["descent_good"].tolist() == (value <= limit + 1e-6).tolist()


def test_with_the_latent_minimised_every_descent_ends_on_a_decoded_point() -> None:
    engine = Engine(scene("ellipse", view__beta=math.inf, view__starts=20))
    a = engine.snapshot(("descents", "manifold")).arrays
    away = np.abs(a["descent_end"][:, None] - a["manifold"][None]).sum(2).min(1)
    assert away.max() < 1e-4
    assert a["descent_good"].all()


@pytest.mark.parametrize("method", METHODS)
def test_over_y_and_z_energy_falls_to_nought_on_the_manifold(method: Method) -> None:
    changes = {"view__inference": method, "view__over": "yz", "view__starts": 20}
    engine = Engine(scene("ellipse", **changes))
    a = engine.snapshot(("descents",)).arrays
    subject = engine.subject()
    with torch.no_grad():
        value = falls._jointly(subject, falls.places(subject)).found[1]
    assert value[-1].max() < 1e-8
    w = engine.weights["w"].numpy()
    on = ((a["descent_end"] / w) ** 2).sum(1)
    assert on == pytest.approx(np.ones(21), abs=1e-2)
    assert a["descent_good"].all()


def test_over_x_and_y_each_start_keeps_its_x_and_is_judged_by_its_column() -> None:
    engine = Engine(scene("implicit-regression", view__starts=16))
    engine.train(150)
    a = engine.snapshot(("descents",)).arrays
    start, end, best = a["descent_start"], a["descent_end"], a["argmin"]
    assert np.array_equal(start[:, 0], end[:, 0])
    assert np.array_equal(start[:, 0], best[:, 0])
    breaks = np.isnan(a["descent_path"][:, 0]).nonzero()[0]
    for i, piece in enumerate(np.split(a["descent_path"], breaks + 1)[:-1]):
        assert (piece[:-1, 0] == start[i, 0]).all()
    bottom, top = engine.scene.view.window[2:]
    fine = np.linspace(bottom, top, 4001)
    for i in range(len(start)):
        column = np.stack([np.full_like(fine, start[i, 0]), fine], 1)
        assert slopes(engine, best[i : i + 1])[0][0] <= slopes(engine, column)[0].min() + 1e-3
        assert slopes(engine, end[i : i + 1])[0][0] <= slopes(engine, start[i : i + 1])[0][0] + 1e-6


def test_starts_are_the_scene_s_and_more_of_them_keep_the_first() -> None:
    few = Engine(scene("ellipse", view__starts=3)).snapshot(("descents",)).arrays
    many = Engine(scene("ellipse", view__starts=9)).snapshot(("descents",)).arrays
    other = Engine(scene("ellipse", view__starts=9, seed=8)).snapshot(("descents",)).arrays
    assert np.array_equal(many["descent_start"][:4], few["descent_start"])
    assert not np.array_equal(many["descent_start"][1:], other["descent_start"][1:])


def test_nothing_is_measured_when_it_is_off() -> None:
    assert (
        "descent_path"
        not in Engine(scene("ellipse", view__inference="off")).snapshot(("descents",)).arrays
    )


def test_while_something_moves_descents_are_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(scene("unconditional", view__inference="gradient", view__starts=4))
    engine.train(30)
    seen: list[int] = []
    inner = descents.descents

    def counted(*args: Any) -> object:
        seen.append(args[4])
        return inner(*args)

    monkeypatch.setattr(falls, "descents", counted)
    for lines in (False, True):
        engine.snapshot(("descents",), subject=engine.subject(Detail(1, lines)))
    assert seen == [falls.HURRIED, descents.EVALUATIONS]
