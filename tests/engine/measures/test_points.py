"""The manifold, the data, the nearest points and the arrows between them."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.rows import encode_points
from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.arrows import ARROW_FLOOR, ARROW_LIMIT, ARROW_POINTS, PROBE_FLOOR
from ebmviz.engine.measures.nearest import NEAREST_POINTS
from ebmviz.engine.model.engine import Engine
from tests.engine.measures.definition import BETAS, energies, manifold, posterior, scene, shoot


@pytest.mark.parametrize("latents", [1, 2, 48, 300])
def test_the_manifold_is_the_decoded_latents(latents: int) -> None:
    a = shoot(("manifold",), energy__latents=latents).arrays
    assert a["z"] == pytest.approx(2 * np.pi * np.arange(latents) / latents, abs=1e-6)
    assert np.abs(a["manifold"] - manifold(latents)).max() < 1e-6


def test_the_data_are_those_of_the_scene() -> None:
    a = shoot(("data",)).arrays
    assert a["data"].shape == (24, 2)
    assert a["data"][22].tolist() == pytest.approx([1.9694, 0.0867])


def own(points: Array) -> dict[str, Any]:
    table = base64.b64encode(encode_points(points)).decode()
    return {"data__kind": "own", "data__points": table}


@pytest.mark.parametrize("offset", [0.0, 3e4])
def test_the_nearest_point_is_the_nearest(offset: float) -> None:
    rng = np.random.default_rng(3)
    y = offset + rng.normal(size=(60, 2))
    engine = Engine(scene(**own(y), energy__latents=96))
    # Radii so large that the ring passes by the data, wherever these are.
    engine.state.weights["w"].copy_(torch.tensor([1.0, 1.0]) * max(1.0, offset * math.sqrt(2)))
    a = engine.snapshot(("nearest", "manifold")).arrays
    e = energies(a["manifold"].astype(np.float64), engine.task.data.double().numpy())
    assert np.array_equal(a["nearest"], a["manifold"][e.argmin(1)])


def test_only_the_first_thousand_have_a_nearest_point() -> None:
    a = shoot(("nearest",), data__kind="ellipse", data__count=1500).arrays
    assert a["nearest"].shape == (NEAREST_POINTS, 2)


@pytest.mark.parametrize("beta", BETAS)
def test_arrows_lead_from_the_manifold_to_the_data_with_the_weight_of_each_latent(
    beta: float,
) -> None:
    engine = Engine(scene(objective__beta=beta, view__beta=7, view__arrows="data"))
    a = engine.snapshot(("arrows", "data")).arrays
    p = posterior(manifold(), a["data"], beta)
    found = np.zeros_like(p)
    for start, end, weight in zip(a["arrow_start"], a["arrow_end"], a["arrow_weight"], strict=True):
        k = int(np.abs(manifold() - start).sum(1).argmin())
        n = int(np.abs(a["data"] - end).sum(1).argmin())
        assert np.abs(manifold()[k] - start).max() < 1e-6
        assert np.array_equal(a["data"][n], end)
        assert found[n, k] == 0, "drawn twice"
        found[n, k] = weight
    drawn = found > 0
    assert np.abs(found - p)[drawn].max() < 1e-3 * max(1.0, min(beta, 1e3) / 100)
    assert p[~drawn].max(initial=0) <= ARROW_FLOOR + 1e-6
    if math.isinf(beta):
        assert found.sum(1).tolist() == [1] * 24


def test_the_arrows_of_the_probe_weigh_by_the_view_s_beta() -> None:
    probe = (0.5, -0.25)
    a = shoot(
        ("arrows",),
        view__arrows="probe",
        view__probe=probe,
        view__beta=2,
        objective__beta=math.inf,
    ).arrays
    assert np.abs(a["arrow_end"] - probe).max() < 1e-6
    p = posterior(manifold(), np.array([probe]), 2)[0]
    assert np.sort(a["arrow_weight"]) == pytest.approx(np.sort(p[p >= PROBE_FLOOR]), abs=1e-5)


def test_arrows_are_limited_to_the_strongest() -> None:
    a = shoot(
        ("arrows",),
        objective__beta=0.5,
        energy__latents=4000,
        data__kind="ellipse",
        data__count=500,
    ).arrays
    assert len(a["arrow_weight"]) == ARROW_LIMIT
    ends = {tuple(end) for end in a["arrow_end"].tolist()}
    assert len(ends) <= ARROW_POINTS
