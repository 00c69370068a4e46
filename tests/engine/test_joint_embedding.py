"""The cosine energy of two views, and how it collapses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.scene import Scene
from ebmviz.engine.energies.joint_embedding import JointEmbedding, JointEmbeddingParams
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.weights import Weights
from tests.scenes import built_in


def scene(**changes: object) -> Scene:
    """The built-in scene; `a__b` stands for the path a.b."""
    return built_in("joint-embedding", changes, view__resolution=24)


def model(**params: Any) -> tuple[JointEmbedding, Weights, torch.Tensor]:
    energy = JointEmbedding(JointEmbeddingParams(hidden=6, layers=1, **params))
    rng = torch.Generator().manual_seed(4)
    rows = torch.randn(9, 4, generator=rng).double()
    weights = {k: w.double() for k, w in energy.initial(rng, rows).items()}
    return energy, weights, rows


@pytest.mark.parametrize("code", [1, 2, 5])
def test_it_is_minus_the_cosine_of_two_embeddings(code: int) -> None:
    energy, weights, rows = model(code=code)
    n = {k: w.numpy() for k, w in weights.items()}

    def h(y: np.ndarray) -> np.ndarray:
        return np.tanh(y @ n["h.w1"].T + n["h.b1"]) @ n["h.w2"].T + n["h.b2"]

    x, y = h(rows[:, :2].numpy()), h(rows[:, 2:].numpy())
    cosine = (x * y).sum(1) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)
    found = energy.free(weights, rows, 1.0)
    np.testing.assert_allclose(found.numpy(), -cosine, atol=1e-9)
    swapped = energy.free(weights, rows[:, [2, 3, 0, 1]], 1.0)
    torch.testing.assert_close(found, swapped)
    same = energy.free(weights, rows[:, [0, 1, 0, 1]], 1.0)
    torch.testing.assert_close(same, -torch.ones_like(same), atol=1e-9, rtol=0)


def test_an_embedding_of_length_zero_has_a_finite_slope() -> None:
    energy, weights, rows = model()
    flat = {k: torch.zeros_like(w).requires_grad_() for k, w in weights.items()}
    value = energy.free(flat, rows, 1.0).sum()
    slopes = torch.autograd.grad(value, list(flat.values()))
    assert float(value.detach()) == 0
    assert all(bool(s.isfinite().all()) for s in slopes)


def test_the_table_holds_every_pair() -> None:
    energy, weights, rows = model(code=3)
    answers = torch.randn(4, 2, generator=torch.Generator().manual_seed(1)).double()
    table = energy.table(weights, rows, answers, 1.0)
    for i, row in enumerate(rows):
        for j, answer in enumerate(answers):
            one = energy.free(weights, torch.cat([row[:2], answer])[None], 1.0)
            torch.testing.assert_close(table[i, j], one[0])


def test_the_map_is_of_x_against_the_probe() -> None:
    engine = Engine(scene(view__probe=[0.7, -1.1]))
    found = engine.snapshot(("map",)).arrays["map"]
    left, right, bottom, top = engine.scene.view.window
    x1 = left + (right - left) * (np.arange(24) + 0.5) / 24
    x2 = bottom + (top - bottom) * (np.arange(24) + 0.5) / 24
    a, b = np.meshgrid(x1, x2)
    rows = np.stack([a, b, np.full_like(a, 0.7), np.full_like(a, -1.1)], -1).reshape(-1, 4)
    energy = engine.task.energy.free(engine.weights, torch.from_numpy(rows).float(), 1.0)
    np.testing.assert_allclose(found, energy.view(24, 24), atol=1e-5)


def test_the_energy_loss_collapses_it_and_the_non_contrastive_one_does_not() -> None:
    """Measured where it matters: how far the other clusters lie from the probe's own."""
    heights, spreads = {}, {}
    for loss in ("energy", "non-contrastive"):
        engine = Engine(scene(objective__loss=loss))
        engine.train(250)
        snapshot = engine.snapshot(("embedding", "data"))
        other = snapshot.arrays["data"][:, 0] < 0  # the probe's cluster is at the right
        heights[loss] = float(snapshot.arrays["embed_energy"][other].mean())
        spreads[loss] = snapshot.metrics["embed_spread"]
        assert snapshot.metrics["mean_energy"] < -0.98
    assert heights["energy"] < -0.95
    assert heights["non-contrastive"] > 0
    assert spreads["non-contrastive"] > 0.9
