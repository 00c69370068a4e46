"""Where embeddings put the data."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.engine.energies.base.capabilities import Embeds
from ebmviz.engine.measures.embeddings import _plane
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in


def test_embeddings_of_a_cosine_lie_on_the_unit_circle() -> None:
    engine = Engine(built_in("joint-embedding", view__resolution=24))
    a = engine.snapshot(("embedding",)).arrays
    for name in ("embed_one", "embed_two", "embed_probe"):
        np.testing.assert_allclose(np.hypot(*a[name].T), 1, atol=1e-5)
    cosine = (a["embed_one"] * a["embed_probe"][0]).sum(1)
    np.testing.assert_allclose(-cosine, a["embed_energy"], atol=1e-5)
    assert np.array_equal(a["embed_probe"][0], a["embed_probe"][1])


def test_two_branches_are_seen_as_they_are() -> None:
    engine = Engine(built_in("implicit-regression", energy__hidden=2))
    a = engine.snapshot(("embedding",)).arrays
    assert isinstance(engine.task.energy, Embeds)
    x, y = engine.task.energy.embed(engine.weights, engine.task.data)
    assert np.array_equal(a["embed_one"], x.numpy())
    assert np.array_equal(a["embed_two"], y.numpy())
    none = Engine(built_in("ellipse"))
    assert not none.snapshot(("embedding",)).arrays


def test_many_numbers_are_shown_in_their_principal_plane() -> None:
    rng = np.random.default_rng(2)
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    h = rng.normal(size=(200, 5)) * [3.0, 2.0, 0.5, 0.3, 0.1] @ turn + 4.0
    flat, shown = _plane(torch.from_numpy(h), 200, centred=True)
    size = np.sort(np.linalg.eigvalsh(np.cov(h.T, bias=True)))
    assert shown == pytest.approx(size[-2:].sum() / size.sum())
    np.testing.assert_allclose(
        np.cov(flat.numpy().T, bias=True), np.diag(size[[-1, -2]]), atol=1e-4
    )
    again, _ = _plane(torch.from_numpy(h + 1e-9), 200, centred=True)
    torch.testing.assert_close(flat, again, atol=1e-5, rtol=0)


def test_a_single_number_lies_on_a_line() -> None:
    flat, shown = _plane(torch.tensor([[1.0], [-2.0]]), 2, centred=True)
    assert flat.tolist() == [[1, 0], [-2, 0]]
    assert shown == 1.0
