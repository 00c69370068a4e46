"""Minima and basins of a scene, and what becomes of them while it moves."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.minima import BETA, BORN
from ebmviz.engine.measures.topology import MOST, SIDE, limited
from ebmviz.engine.model.engine import Engine
from tests.scenes import CATALOGUE, built_in

W1, W2 = -1.45263, 0.35856  # the lecture's


def scene(name: str = "ellipse", **changes: object) -> Scene:
    """A built-in scene with basins; `a__b` stands for the path a.b."""
    return built_in(name, changes, view__topology="basins")


def along(y: Array, beta: float) -> Array:
    """F_β(y, 0) of the lecture's untrained ellipse, from its definition."""
    z = np.arange(48) * np.pi / 24
    e = (y[:, None] - W1 * np.cos(z)) ** 2 + (W2 * np.sin(z)) ** 2
    low: Array = e.min(1)
    return low - np.log(np.exp(-beta * (e - low[:, None])).mean(1)) / beta


def curvature(beta: float) -> float:
    """∂²F/∂y_1² at the origin, = 2 − 4β Var(g_1) under P(z|0), in closed form."""
    a = beta * (W1**2 - W2**2) / 2
    ratio = float(torch.special.i1e(torch.tensor(a)) / torch.special.i0e(torch.tensor(a)))
    return 2 - 2 * beta * W1**2 * (1 - ratio)


def test_the_ellipse_s_one_minimum_splits_where_its_curvature_vanishes() -> None:
    least = 1e-4
    betas = np.geomspace(0.66, 0.92, 14)
    engine = Engine(scene(view__depth=least, view__levels=(0.0, 1.0)))
    counts = []
    for beta in betas:
        engine.set_scene(replace(engine.scene, {"view.beta": float(beta)}, CATALOGUE))
        a = engine.snapshot(("topology",)).arrays
        counts.append(len(a["minimum"]))
    assert set(counts) == {1, 2}
    (event,) = a["event"]
    assert event[:4].tolist() == [BORN, 2, 1, BETA]
    y = np.linspace(0, 1.5, 3001)
    deep = [along(y, b)[0] - along(y, b).min() > least for b in betas]
    assert abs(int(np.searchsorted(betas, event[5])) - int(np.argmax(deep))) <= 1
    split = betas[int(np.argmax([curvature(b) < 0 for b in betas]))]
    assert split <= event[5] < 1.06 * split, "a little later, as the barrier has to rise first"
    # Two symmetric minima, at the closed form's place and depth.
    right = y[along(y, betas[-1]).argmin()]
    order = np.argsort(a["minimum"][:, 0])
    assert a["minimum"][order] == pytest.approx(np.array([[-right, 0], [right, 0]]), abs=2e-3)
    assert a["minimum_f"] == pytest.approx(along(y, betas[-1]).min(), abs=1e-5)
    assert a["saddle"] == pytest.approx(np.zeros((1, 2)), abs=1e-3)
    assert a["saddle_f"] == pytest.approx(along(np.zeros(1), betas[-1]), abs=1e-5)
    assert a["track_at"][0] == betas[0]
    assert len(a["track_at"]) == sum(counts)


def test_it_does_not_depend_on_the_picture_s_resolution() -> None:
    some = [
        Engine(scene("mixture", view__resolution=n)).snapshot(("topology",)).arrays
        for n in (32, 200)
    ]
    assert some[0].keys() == some[1].keys()
    assert all(np.array_equal(some[0][k], some[1][k], equal_nan=True) for k in some[0])
    assert len(some[0]["minimum"]) > 2
    assert len(some[0]["basin"]) > SIDE


def test_asking_again_changes_nothing_and_a_reset_begins_anew() -> None:
    engine = Engine(scene("mixture"))
    first = engine.snapshot(("topology",)).arrays
    again = engine.snapshot(("topology",)).arrays
    assert all(np.array_equal(first[k], again[k], equal_nan=True) for k in first)
    for _ in range(10):
        engine.train(4)
        last = engine.snapshot(("topology",)).arrays
    assert set(last["track_at"]) == {4.0 * i for i in range(11)}
    known = last["minimum_id"][~last["minimum_border"]]
    assert len(known) == len(set(known)) > 2
    assert known.min() >= 1
    engine.reset()
    begun = engine.snapshot(("topology",)).arrays
    assert all(np.array_equal(first[k], begun[k], equal_nan=True) for k in first)


def test_the_same_steps_give_the_same_events() -> None:
    told = []
    for _ in range(2):
        engine = Engine(scene("mixture", optimizer__lr=0.1))
        for _ in range(12):
            engine.train(3)
            engine.snapshot(("topology",))
        told.append(engine.tracker.events)
    assert told[0] == told[1]
    assert len(told[0]) > 0


@pytest.mark.parametrize("name", ["unconditional", "multiclass", "implicit-regression", "horn"])
def test_every_plane_has_its_minima(name: str) -> None:
    a = Engine(scene(name)).snapshot(("topology", "map")).arrays
    left, right, bottom, top = scene(name).view.window
    assert (a["minimum"] >= (left, bottom)).all()
    assert (a["minimum"] <= (right, top)).all()
    lowest = float(a["map"].min())
    height = float(np.ptp(a["map"]))
    assert a["minimum_f"].min() == pytest.approx(lowest, abs=0.02 * height)


def test_no_more_than_can_be_seen_and_none_where_it_is_off() -> None:
    noise = np.random.default_rng(0).random((64, 64))
    assert len(limited(noise, 0.0, (1, 1)).minimum) == MOST
    assert len(limited(noise, 0.9, (1, 1)).minimum) < MOST
    assert Engine(scene(view__topology="off")).snapshot(("topology",)).arrays == {}
    without = Engine(scene(view__topology="minima")).snapshot(("topology",)).arrays
    assert len(without["basin"]) == 0
