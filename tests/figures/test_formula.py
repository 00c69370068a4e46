"""The line under the map: softmin by its name, the regime of β and its temperature."""

from __future__ import annotations

import math

import pytest
import torch

from ebmviz.figures.words import thermal
from ebmviz.figures.words.formula import formula
from tests.scenes import built_in

_HOT, _COLD = "hot (mean), T = 1/(k_B β) = ∞", "cold (minimum), T = 1/(k_B β) = 0"


@pytest.mark.parametrize(
    ("name", "changes", "wanted"),
    [
        (
            "ellipse",
            {"view__beta": 10.0},
            (
                "F_β(y) = softmin_β[E] = −(1/β) (logsumexp_z[−β E(y, z)] − ln 48)",
                "β = 10, warm (marginal), T = 1/(k_B β) = 0.1/k_B",
            ),
        ),
        (
            "mixture",
            {"view__beta": 2.0},
            (
                "F_β(y) = softmin_β[E] = −(1/β) logsumexp_z[ln p(z) − β E(y, z)]",
                "β = 2, warm (marginal), T = 1/(k_B β) = 0.5/k_B",
            ),
        ),
        ("ellipse", {"view__beta": "inf"}, ("F_∞(y) = softmin_∞[E] = min_z E(y, z)", _COLD)),
        ("ellipse", {"view__beta": 0.0}, ("F_0(y) = softmin_0[E] = (1/48) Σ_z E(y, z)", _HOT)),
        ("horn", {"view__beta": "inf"}, ("F_∞(x, y) = softmin_∞[E] = min_z E(x, y, z)", _COLD)),
        (
            "kmeans",
            {"view__beta": 0.0, "energy__centres": 7},
            ("F_0(y) = softmin_0[E] = (1/7) Σ_z E(y, z)", _HOT),
        ),
        ("mixture", {"view__beta": 0.0}, ("F_0(y) = softmin_0[E] = Σ_z p(z) E(y, z)", _HOT)),
        ("multiclass", {"view__beta": "inf"}, ("F_∞(x) = softmin_∞[E] = min_y E(x, y)", _COLD)),
        ("multiclass", {"view__answer": 2}, ("E(x, 2), the energy of one answer",)),
        ("regression", {}, ("E(x, y), without a latent: F = E",)),
        ("unconditional", {}, ("E(y), without a latent: F = E",)),
        ("pca", {}, ("F(y) = E at the code of y",)),
        ("joint-embedding", {}, ("E(x, y′) for every x, with y′ at the probe",)),
    ],
)
def test_the_line_says_what_the_map_shows(
    name: str, changes: dict[str, object], wanted: tuple[str, ...]
) -> None:
    scene = built_in(name, changes)
    *shown, sign, seed = formula(scene).split("   ·   ")
    assert tuple(shown) == wanted
    assert (sign, seed) == ("low energy = compatible", f"seed {scene['seed']}")


@pytest.mark.parametrize("beta", [1e-3, 0.7, 5.0, 400.0])
def test_the_printed_formulas_are_the_free_energy(beta: float) -> None:
    """softmin = −softmax of −E, and P(z|y) its slope, in float64 (resources/glossary.json)."""
    from ebmviz.engine.landscape.softmin import posterior_of, soft_minimum

    energy = torch.tensor([[0.4, 2.0, 0.41, 1.1]], dtype=torch.float64)
    leaf = energy.clone().requires_grad_()
    (slope,) = torch.autograd.grad(soft_minimum(leaf, beta).sum(), leaf)
    found = soft_minimum(energy, beta)
    printed = -(torch.logsumexp(-beta * energy, 1) - math.log(4)) / beta
    softmax = (torch.logsumexp(beta * -energy, 1) - math.log(4)) / beta
    torch.testing.assert_close(printed, found, atol=1e-12, rtol=1e-12)
    torch.testing.assert_close(softmax, -found, atol=1e-12, rtol=1e-12)
    assert float(energy.min()) <= float(found) <= float(energy.mean())
    softargmax = torch.softmax(-beta * energy, 1)
    torch.testing.assert_close(slope, softargmax, atol=1e-9, rtol=0)
    torch.testing.assert_close(posterior_of(energy, beta, None), softargmax)


@pytest.mark.parametrize(
    ("beta", "regime", "temperature"),
    [
        (0.0, "hot (mean)", "T = ∞"),
        (1e-3, "warm (marginal)", "T = 1000/k_B"),
        (4.0, "warm (marginal)", "T = 0.25/k_B"),
        (math.inf, "cold (minimum)", "T = 0"),
    ],
)
def test_a_temperature_has_its_regime(beta: float, regime: str, temperature: str) -> None:
    assert (thermal.regime(beta), thermal.temperature(beta)) == (regime, temperature)


def test_a_picture_of_chains_is_not_called_the_density_itself() -> None:
    said = {
        p: formula(built_in("unconditional", {"view.picture": p}))
        for p in ("probability", "chains")
    }
    assert "probable is bright" in said["probability"]
    assert "probable is bright" not in said["chains"]
