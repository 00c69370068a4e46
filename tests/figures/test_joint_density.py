"""P(y, z) over the cut: its marginals, its conditionals and Bayes' rule, in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core.plot import Curve, Image
from ebmviz.core.scene import Scene
from ebmviz.engine.measures.joint_density import CELLS, ROWS
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import joint_density
from ebmviz.figures.base.figure import Shot
from tests.engine.measures.definition import free, manifold, posterior
from tests.figures.drawing import labelled, layers, sound
from tests.scenes import built_in

CUT = (-1.5, 0.5, 1.0, 1.25)


def taken(scene: Scene, steps: int = 0) -> Shot:
    engine = Engine(scene)
    engine.train(steps)
    return Shot(scene, engine.snapshot(("joint-density",)))


def of(shot: Shot) -> joint_density.Densities:
    cell = shot.snapshot.metrics["joint_length"] / CELLS
    return joint_density.densities(shot.snapshot.arrays["joint_p"], cell)


@pytest.mark.parametrize("beta", [0.3, 2.0, 40.0])
def test_the_ellipses_densities_are_those_of_the_definition(beta: float) -> None:
    shot = taken(built_in("ellipse", {}, view__beta=beta, view__cut=CUT))
    found, length = of(shot), math.hypot(2.5, 0.75)
    assert shot.snapshot.metrics["joint_length"] == pytest.approx(length, abs=1e-12)
    t = (np.arange(CELLS) + 0.5) / CELLS
    y = np.array(CUT[:2]) + t[:, None] * (np.array(CUT[2:]) - CUT[:2])
    weight = np.exp(-beta * free(manifold(), y, beta))
    marginal = weight / (weight.mean() * length)
    np.testing.assert_allclose(found.y, marginal, rtol=2e-6)
    given = posterior(manifold(), y, beta).T
    np.testing.assert_allclose(found.z_given_y, given, atol=2e-6)
    np.testing.assert_allclose(found.z, (given * marginal).mean(1) * length, atol=2e-6)


CASES = {
    "ellipse": {},
    "horn": {"view__x": 0.3},
    "horn-latent": {},
    "mixture": {},
    "kmeans": {},
    "vae": {},
    "vae-balls": {},
    "hopfield-modern": {},
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("beta", [0.0, 0.7, 30.0])
def test_marginals_add_up_and_bayes_holds(name: str, beta: float) -> None:
    shot = taken(built_in(name, CASES[name], view__beta=beta), steps=3)
    found = of(shot)
    cell = shot.snapshot.metrics["joint_length"] / CELLS
    assert found.joint.sum() * cell == pytest.approx(1, abs=1e-9)
    assert found.z.sum() == pytest.approx(1, abs=1e-9)
    assert found.y.sum() * cell == pytest.approx(1, abs=1e-9)
    seen = found.y > 1e-250
    np.testing.assert_allclose(found.z_given_y.sum(0)[seen], 1, atol=1e-9)
    seen_z = found.z > 1e-250
    np.testing.assert_allclose(found.y_given_z.sum(1)[seen_z] * cell, 1, atol=1e-9)
    left = found.z_given_y * found.y
    right = found.y_given_z * found.z[:, None]
    np.testing.assert_allclose(left, right, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(left, found.joint, rtol=1e-6, atol=1e-12)


def test_at_beta_0_every_y_is_as_likely_and_z_has_its_prior() -> None:
    scene = built_in("mixture", {}, view__beta=0.0)
    engine = Engine(scene)
    engine.train(20)
    shot = Shot(scene, engine.snapshot(("joint-density",)))
    logits = engine.weights["logits"].double().numpy()
    prior = np.exp(logits - logits.max())
    np.testing.assert_allclose(of(shot).z, prior / prior.sum(), atol=1e-9)
    assert np.ptp(of(shot).y) == pytest.approx(0, abs=1e-12)


def test_many_latents_are_told_together_and_lose_nothing() -> None:
    shot = taken(built_in("ellipse", {}, energy__latents=1000, view__beta=2.0, view__cut=CUT))
    found = of(shot)
    assert len(found.z) == len(shot.snapshot.arrays["joint_z"]) == 250 <= ROWS
    t = (np.arange(CELLS) + 0.5) / CELLS
    y = np.array(CUT[:2]) + t[:, None] * (np.array(CUT[2:]) - CUT[:2])
    given = posterior(manifold(1000), y, 2.0).reshape(CELLS, 250, 4).sum(2).T
    np.testing.assert_allclose(found.z_given_y, given, atol=2e-6)


def test_the_sheet_draws_what_was_measured_and_tells_bayes() -> None:
    shot = taken(built_in("ellipse", {}, view__beta=3.0, view__cut=(0.0, -2.0, 0.0, 2.0)))
    found, sheet = of(shot), joint_density.draw(shot)
    for plot, values in zip(
        sheet.rows[0], (found.joint, found.z_given_y, found.y_given_z), strict=True
    ):
        sound(plot)
        (image,) = layers(plot, Image)
        np.testing.assert_allclose(image.values, values, rtol=1e-6)
        assert plot.x.label == "y_2"
        assert (plot.x.low, plot.x.high) == pytest.approx((-2, 2))
    below: Curve = labelled(sheet.rows[0][0], "P(y)")
    rise = below.y - below.y.min()
    np.testing.assert_allclose(rise / rise.max(), _scaled(found.y), atol=1e-6)
    beside: Curve = labelled(sheet.rows[0][0], "P(z)")
    np.testing.assert_allclose(_scaled(beside.x[::2]), _scaled(found.z), atol=1e-6)
    first, second = sheet.caption.split(", P(y|z)")
    assert first.split(" = ")[-1] == second.split(". ")[0].split(" = ")[-1]


def test_beta_infinity_has_no_density_and_says_so() -> None:
    shot = taken(built_in("ellipse", {}, view__beta="inf"))
    sheet = joint_density.draw(shot)
    assert sheet.rows == ()
    assert "move β" in sheet.caption


def _scaled(values: np.ndarray) -> np.ndarray:
    return np.asarray((values - values.min()) / np.ptp(values))
