"""The loss plane: the surface, its slope, and the batch's place on it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core.scene import Scene
from ebmviz.engine.measures.loss_plane import limits, round_up
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.batches import next_batch
from tests.scenes import CATALOGUE, assembled

IMPLICIT = CATALOGUE.component("energy", "implicit")
LOSSES = [
    c.kind
    for c in CATALOGUE.kinds("objective").values()
    if "contrastive" in c.traits and not c.refused_by(IMPLICIT)
]


def scene(loss: str, energy: str = "implicit", **given: object) -> Scene:
    return assembled(
        given,
        data__kind="blobs" if energy == "multiclass" else "parabola",
        data__count=40,
        energy__kind=energy,
        objective__loss=loss,
        optimizer__batch=16,
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_every_contrastive_loss_has_a_plane(loss: str) -> None:
    shot = Engine(scene(loss)).snapshot(("loss-plane",)).arrays
    axis, values = shot["plane_axis"], shot["plane"]
    assert values.shape == (64, 64)
    assert np.isfinite(values).all()
    assert np.isfinite(shot["plane_slope"]).all()
    # E_C runs along the rows, E_I along the columns: no loss falls with E_C or grows with E_I.
    assert (np.diff(values, axis=1) >= -1e-12).all()
    assert (np.diff(values, axis=0) <= 1e-12).all()
    # The arrows go down, as finite differences of the map say.
    middle = tuple(np.searchsorted(axis, v) for v in shot["plane_at"][70])
    step = axis[1] - axis[0]
    i, j = middle
    downhill = -np.array(
        [
            (values[j, i + 1] - values[j, i - 1]) / (2 * step),
            (values[j + 1, i] - values[j - 1, i]) / (2 * step),
        ]
    )
    spread = float(np.abs(np.gradient(values, step)).max())
    np.testing.assert_allclose(shot["plane_slope"][70], downhill, atol=0.25 * spread + 1e-12)


def test_the_surface_of_the_hinge() -> None:
    shot = Engine(scene("hinge", objective__margin=0.5)).snapshot(("loss-plane",)).arrays
    axis = shot["plane_axis"]
    wanted = np.maximum(0, 0.5 + axis[None, :] - axis[:, None])
    np.testing.assert_allclose(shot["plane"], wanted, atol=1e-12)
    at, slope = shot["plane_at"], shot["plane_slope"]
    pushed = 0.5 + at[:, 0] - at[:, 1] > 0
    np.testing.assert_array_equal(slope[pushed], np.tile([-1.0, 1.0], (pushed.sum(), 1)))
    np.testing.assert_array_equal(slope[~pushed], 0)


@pytest.mark.parametrize("energy", ["implicit", "multiclass"])
def test_its_points_are_those_of_the_next_step(energy: str) -> None:
    engine = Engine(scene("hinge", energy, optimizer__batch=16))
    engine.train(4)  # 3 steps are an epoch: the second batch of the second is next
    points = engine.snapshot(("loss-plane",)).arrays["plane_points"]
    rows, _ = next_batch(engine.task, engine.state)
    right = engine.task.energy.free(engine.weights, rows, math.inf).detach().numpy()
    np.testing.assert_allclose(points[:, 0], right, rtol=1e-6)
    loss, _ = engine.task.gradient(engine.weights, rows, engine.state.step)
    hinge = np.maximum(0, 1 + points[:, 0] - points[:, 1])
    assert hinge.mean() == pytest.approx(float(loss), rel=1e-5)


@pytest.mark.parametrize("loss", ["energy"])
def test_a_loss_of_right_answers_alone_has_none(loss: str) -> None:
    assert Engine(scene(loss)).snapshot(("loss-plane",)).arrays == {}


def test_the_axes_hold_still() -> None:
    assert round_up(1.0) == 1
    assert round_up(1.01) == 1.5
    assert round_up(0.051) == pytest.approx(0.07)
    assert round_up(8.0) == 10
    points = np.array([[0.1, 0.9], [0.2, 1.1]])
    assert limits(points, 0.0) == (0, 1.5)
    assert limits(points * 1.2, 0.0) == (0, 1.5)
    assert limits(points, 1.5) == (0, 3), "the margin is in the picture"
    assert limits(-points, 0.0) == (-1.5, 1.5)
    assert limits(np.full((2, 2), np.nan), 1.0) == (0, 2)
    many = np.vstack([np.tile(points, (100, 1)), [[0.0, 1e9]]])
    assert limits(many, 0.0) == (0, 1.5), "one far point does not shrink the rest"
