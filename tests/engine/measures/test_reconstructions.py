"""Arrows lead from data to their reconstruction."""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.engine.energies.base.reconstruction import Reconstruction
from ebmviz.engine.measures.reconstructions import MARKS
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in


def test_arrows_lead_from_data_to_their_reconstruction() -> None:
    engine = Engine(built_in("autoencoder", view__resolution=16))
    a = engine.snapshot(("reconstruction",)).arrays
    energy, rows = engine.task.energy, engine.task.data[:MARKS]
    assert np.array_equal(a["recon_at"], rows.numpy())
    missed = ((a["recon_at"] - a["recon"]) ** 2).sum(1)
    np.testing.assert_allclose(missed, energy.free(engine.weights, rows, 1.0).detach(), rtol=1e-4)
    field = torch.from_numpy(a["recon_grid"])
    left, right, bottom, top = engine.scene.view.window
    assert a["recon_grid"][:, 0].min() > left
    assert a["recon_grid"][:, 0].max() < right
    assert a["recon_grid"][:, 1].min() > bottom
    assert a["recon_grid"][:, 1].max() < top
    assert isinstance(energy, Reconstruction)
    assert np.allclose(a["recon_field"], energy.reconstruct(engine.weights, field))


def test_the_probe_has_one_arrow_and_other_choices_none() -> None:
    small = {"view__resolution": 16, "view__probe": [0.5, -0.25]}
    probe = Engine(built_in("pca", small, view__arrows="probe"))
    a = probe.snapshot(("reconstruction",)).arrays
    assert a["recon_at"].tolist() == [[0.5, -0.25]]
    assert "recon_field" not in a
    off = Engine(built_in("pca", small, view__arrows="off")).snapshot(("reconstruction",)).arrays
    assert set(off) == {"recon_curve"}
    other = Engine(built_in("ellipse"))
    assert not other.snapshot(("reconstruction", "views")).arrays
