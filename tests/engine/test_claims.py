"""Words that hold for some models alone: each beside a model for which they would be false."""

from __future__ import annotations

import torch

from ebmviz.core.plot import Note
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.hopfield_modern import HopfieldModern
from ebmviz.engine.energies.pca import PCA, PCAParams
from ebmviz.engine.losses.energy import EnergyLoss
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.opening import opened
from ebmviz.engine.theory import hopfield
from ebmviz.figures import information
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import chains
from ebmviz.figures.words.formula import formula
from tests.engine import memories
from tests.scenes import built_in


def test_a_code_of_two_reconstructs_all_at_once_by_tied_weights_alone() -> None:
    y = torch.tensor([[1.0, -2.0], [0.3, 0.7]])
    tied, untied = (PCA(PCAParams(code=2, weights=each)) for each in ("orthonormal", "untied"))
    rise = [
        float(e.free(e.initial(torch.Generator().manual_seed(0), y), y, 1.0).min())
        for e in (tied, untied)
    ]
    assert rise[0] < 1e-10
    assert rise[1] > 1e-3


def test_with_a_price_the_latent_of_least_energy_is_not_the_nearest() -> None:
    """So the help of the training β says “least energy”."""
    param = next(p for p in EnergyLoss.describe().params if p.name == "beta")
    assert "ž, the latent of least energy" in param.help
    dear, free = (Engine(built_in("horn-latent", {"energy.strength": w})) for w in (200.0, 0.0))
    rows = free.task.data[:50]
    chosen = []
    for engine in (dear, free):
        assert isinstance(engine.task.energy, Decoder)
        chosen.append(engine.task.energy.energies(engine.weights, rows).argmin(1))
    assert bool((chosen[0] != chosen[1]).any())


def test_stored_points_of_one_length_are_minima_when_cold_and_others_need_not_be() -> None:
    assert "With all ‖x_i‖ = M" in (HopfieldModern.__doc__ or "")
    short = torch.tensor([[0.2, 0.0], [2.0, 0.0]], dtype=torch.float64)
    equal = torch.tensor([[0.0, 2.0], [2.0, 0.0]], dtype=torch.float64)
    turn = torch.linspace(0, 2 * torch.pi, 17, dtype=torch.float64)[:16]
    ring = 0.05 * torch.stack([turn.cos(), turn.sin()], 1)
    lowest = [
        bool(
            (
                memories.modern_energy(x, x[0] + ring, 50.0)
                > memories.modern_energy(x, x[:1], 50.0)
            ).all()
        )
        for x in (equal, short)
    ]
    assert lowest == [True, False]
    near = torch.tensor([[2.0, 0.0], [1.98, 0.28]], dtype=torch.float64)
    warm = memories.modern_energy(near, torch.cat([near, near.mean(0, keepdim=True)]), 0.5)
    assert float(warm[2]) < float(warm[:2].min()), "near points share a minimum between them"


def test_too_many_patterns_are_no_minima() -> None:
    """Stored patterns are minima “as long as they are few”."""
    for count, stable in ((3, True), (60, False)):
        x = torch.randn(count, 100, generator=torch.Generator().manual_seed(1)).sign().double()
        rows = memories.hebb(x) @ x.T * x.T
        assert bool((rows > 0).all()) is stable
    assert hopfield.named(x, x[0]) == "pattern 1"


def test_the_density_of_chains_is_not_called_the_gibbs_density() -> None:
    scene = built_in("unconditional", {"view.picture": "chains", "sampler.chains": 100})
    engine = opened(scene)
    engine.sample(1)
    shot = Shot(scene, engine.snapshot(("density",)))
    assert chains.title(shot).startswith("Density of the chains, in the colours of P(y) ∝")
    image = chains.image(shot)
    assert image is not None
    assert image.bar == "density"
    assert formula(scene).startswith("density of the chains")


def test_only_below_zero_is_a_slip_impossible_for_a_kl() -> None:
    for mean, wrong in ((0.0, "−0.043, impossible for a KL"), (1.0, "0.457, below the least KL")):
        scene = built_in("information", {"experiment.m": mean, "experiment.r": 1.0})
        shot = Shot(scene, opened(scene).snapshot(("information",)))
        width = information.draw(shot).rows[1][0]
        assert [layer.text for layer in width.layers if isinstance(layer, Note)] == [wrong]
