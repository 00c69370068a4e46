"""PCA and the autoencoder: against the exact axis and numpy's own layers; their data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.datasets.correlated import Correlated, CorrelatedParams
from ebmviz.engine.datasets.rays import Rays, RaysParams
from ebmviz.engine.datasets.spiral import Spiral, SpiralParams
from ebmviz.engine.datasets.views import Views, ViewsParams
from ebmviz.engine.energies.autoencoder import Autoencoder, AutoencoderParams
from ebmviz.engine.energies.pca import PCA, PCAParams
from ebmviz.engine.model import build, lab_lanes
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.lab import Lab
from ebmviz.engine.weights import Weights
from tests.scenes import CATALOGUE, built_in


def drawn(model: Any, seed: int = 3) -> Weights:
    """Weights of no symmetry, float64."""
    rng = torch.Generator().manual_seed(seed)
    fresh = model.initial(rng, torch.zeros(4, 2))
    return {k: w.double() + 0.3 * torch.randn(w.shape, generator=rng) for k, w in fresh.items()}


def principal(points: Array) -> tuple[Array, Array, float]:
    """Mean, direction of largest variance, and the variance across it (1/N)."""
    size, axes = np.linalg.eigh(np.cov(points.T, bias=True))
    return points.mean(0), axes[:, 1], float(size[0])


# principal components -----------------------------------------------------------------


def test_the_energy_of_pca_is_the_squared_distance_from_a_line() -> None:
    model = PCA(PCAParams())
    w = drawn(model)
    y = torch.randn(7, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    along = (w["w"][0] / w["w"][0].norm()).numpy()
    across = np.array([-along[1], along[0]])
    expected = ((y.numpy() - w["b"].numpy()) @ across) ** 2
    np.testing.assert_allclose(model.free(w, y, 1.0).numpy(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer__lr": 0.1},
        {"energy__weights": "untied", "optimizer__kind": "adam", "optimizer__lr": 0.02},
    ],
    ids=["tied", "untied"],
)
def test_trained_pca_is_the_exact_principal_axis(changes: dict[str, object]) -> None:
    engine = Engine(built_in("pca", changes, optimizer__batch=1000, view__resolution=16))
    engine.train(600)
    points = engine.task.data.double().numpy()
    mean, axis, across = principal(points)
    assert engine.metrics()["mean_energy"] == pytest.approx(across, rel=1e-4)
    line = engine.snapshot(("reconstruction",)).arrays["recon_curve"].astype(np.float64)
    chord = line[-1] - line[0]
    chord /= np.linalg.norm(chord)
    assert abs(chord @ axis) == pytest.approx(1, abs=1e-4)
    off = (mean - line[0]) - ((mean - line[0]) @ chord) * chord
    assert np.linalg.norm(off) < 0.01, "the line goes through the mean"


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("code", [1, 2])
def test_w_of_pca_is_orthonormal_at_every_step(optimizer: str, code: int) -> None:
    """So that the W that is kept, printed and drawn is the formula's."""
    engine = Engine(
        built_in("pca", energy__code=code, optimizer__kind=optimizer, optimizer__lr=0.3, seed=4)
    )
    for steps in (0, 1, 7, 80):
        engine.train(steps)
        w = engine.weights["w"].double()
        torch.testing.assert_close(w @ w.T, torch.eye(code).double(), atol=1e-6, rtol=0)
    b, y = engine.weights["b"].double(), torch.tensor([[0.4, -1.3]], dtype=torch.float64)
    formula = (y - b - (y - b) @ w.T @ w).square().sum(1)
    torch.testing.assert_close(
        engine.task.energy.free({"w": w, "b": b}, y, 1.0), formula, atol=1e-6, rtol=0
    )


def test_w_of_pca_stays_orthonormal_in_the_lab() -> None:
    scene = built_in("pca", view__lanes="optimizer.lr=0.1,0.2")
    lab = Lab(lab_lanes.tasks(scene, CATALOGUE, build.problem(scene, torch.device("cpu"))))
    lab.train(20)
    for lane in range(2):
        w = lab.lane(lane).weights["w"].double()
        assert float((w @ w.T - torch.eye(1)).abs().max()) < 1e-6


def test_a_plane_of_codes_reconstructs_everything() -> None:
    model = PCA(PCAParams(code=2))
    w = drawn(model)
    y = 3 * torch.randn(9, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(model.reconstruct(w, y), y)
    assert float(model.free(w, y, 1.0).max()) < 1e-20
    assert model.curve(w, y) is None


# autoencoder --------------------------------------------------------------------------


def test_the_autoencoder_is_two_networks_by_hand() -> None:
    model = Autoencoder(AutoencoderParams(hidden=5, layers=1, activation="tanh", code=3))
    w = drawn(model)
    n = {k: v.numpy() for k, v in w.items()}
    y = torch.randn(6, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    z = np.tanh(y.numpy() @ n["e.w1"].T + n["e.b1"]) @ n["e.w2"].T + n["e.b2"]
    back = np.tanh(z @ n["d.w1"].T + n["d.b1"]) @ n["d.w2"].T + n["d.b2"]
    expected = ((y.numpy() - back) ** 2).sum(1)
    np.testing.assert_allclose(model.free(w, y, 1.0).numpy(), expected, rtol=1e-12)
    assert model.curve(w, y) is None, "a code of three numbers draws no curve"


def test_an_autoencoder_follows_the_spiral_where_pca_cannot() -> None:
    curved = Engine(built_in("autoencoder", view__resolution=16))
    curved.train(400)
    energy = curved.metrics()["mean_energy"]
    straight = principal(curved.task.data.double().numpy())[2]
    assert energy < 0.05 * straight


# data ---------------------------------------------------------------------------------


def test_the_correlated_gaussian_has_its_covariance() -> None:
    params = CorrelatedParams(count=20_000, length=1.5, noise=0.4, angle=25.0)
    found = np.cov(Correlated(params).points(0).T)
    a = np.array([math.cos(math.radians(25)), math.sin(math.radians(25))])
    expected = 1.5**2 * np.outer(a, a) + 0.4**2 * np.eye(2)
    np.testing.assert_allclose(found, expected, atol=0.05)


def test_a_clean_spiral_turns_as_it_grows() -> None:
    points = Spiral(SpiralParams(count=50, noise=0.0, turns=0.9)).points(0)
    radius = np.hypot(points[:, 0], points[:, 1])
    angle = np.mod(np.arctan2(points[:, 1], points[:, 0]), 2 * np.pi)
    np.testing.assert_allclose((radius - 0.4) / 1.6, angle / (2 * np.pi * 0.9), atol=1e-12)


def test_clean_lines_are_as_many_as_asked_for() -> None:
    points = Rays(RaysParams(count=500, noise=0.0, lines=4)).points(0)
    angle = np.mod(np.arctan2(points[:, 1], points[:, 0]) - 0.3 + 1e-9, np.pi)
    assert sorted(set(np.round(angle / (np.pi / 4), 6))) == [0, 1, 2, 3]
    assert np.abs(points).sum(1).mean() > 0.5


@pytest.mark.parametrize("shape", ["clusters", "spiral"])
def test_the_second_view_is_the_first_turned_and_shaken(shape: str) -> None:
    def views(**more: Any) -> tuple[Array, Array]:
        rows = Views(ViewsParams(count=4000, shape=shape, **more)).points(1)
        return rows[:, :2], rows[:, 2:]

    one, two = views(noise=0.0)
    assert np.array_equal(one, two)
    one, two = views(noise=0.0, turn=20.0)
    np.testing.assert_allclose(np.hypot(*one.T), np.hypot(*two.T))
    angle = np.angle((two[:, 0] + 1j * two[:, 1]) / (one[:, 0] + 1j * one[:, 1]), deg=True)
    assert angle.std() == pytest.approx(20, rel=0.05)
    one, two = views(noise=0.2)
    np.testing.assert_allclose((two - one).std(0), 0.2, rtol=0.05)
