"""The lens: Helmholtz at the probe, and a walk downhill."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.measures.definition import BETAS, energies, free, manifold, posterior, shoot


@pytest.mark.parametrize("beta", BETAS)
def test_the_lens_keeps_the_identity_of_helmholtz(beta: float) -> None:
    probe = (0.9, -0.6)
    shot = shoot(("lens",), view__beta=beta, view__probe=probe)
    a, m = shot.arrays, shot.metrics
    e = energies(manifold(), np.array([probe]))[0]
    p = posterior(manifold(), np.array([probe]), beta)[0]
    assert np.abs(a["lens_energy"] - e).max() < 1e-5
    assert np.abs(a["lens_p"] - p).max() < 1e-4 * max(1.0, min(beta, 1e3) / 100)
    assert float(a["lens_p"].sum()) == pytest.approx(1, abs=1e-5)
    f = free(manifold(), np.array([probe]), beta)[0]
    assert m["lens_free_energy"] == pytest.approx(f, abs=1e-5)
    assert m["lens_mean_energy"] == pytest.approx(float(p @ e), abs=1e-5)
    # F = ⟨E⟩ − TS, and S is minus the KL divergence of P from the uniform p(z).
    assert m["lens_mean_energy"] - m["lens_ts"] == pytest.approx(f, abs=1e-5)
    kl = float((p[p > 0] * np.log(p[p > 0] * 48)).sum())
    if 0 < beta < math.inf:
        assert m["lens_ts"] * beta == pytest.approx(-kl, abs=2e-5 * max(1.0, beta))
    else:
        assert m["lens_ts"] == pytest.approx(0, abs=1e-5)
    assert m["lens_ts"] < 1e-6
    assert m["lens_entropy"] == pytest.approx(-kl, abs=2e-4), "of every limit, too"
    cold = int(e.argmin())
    assert m["lens_z_cold"] == pytest.approx(cold * 2 * math.pi / 48, abs=1e-6)
    assert m["lens_energy_cold"] == pytest.approx(e[cold], abs=1e-5)


def test_the_lens_walks_down_from_the_latent_that_was_picked() -> None:
    shot = shoot(("lens",), view__probe=(1.2, 0.1), view__latent=2.5)
    path = shot.arrays["lens_path"]
    assert path.ndim == 2
    assert path.shape[1] == 2
    assert path[0, 0] == 2.5
    w = np.array([-1.45263, 0.35856])
    for z, e in path:
        y = w * [math.cos(z), math.sin(z)]
        assert e == pytest.approx(float(((np.array([1.2, 0.1]) - y) ** 2).sum()), abs=1e-6)
