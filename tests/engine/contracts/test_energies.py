"""What holds for every energy, and for every loss of it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.losses.base.embeddings import EmbeddingLoss
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.losses.vicreg import VICReg
from ebmviz.engine.model import registry
from ebmviz.engine.training.objective import objective
from tests.engine.contracts.components import (
    BETAS,
    FEW,
    PAIRS,
    AnyComponent,
    choices,
    every_decoder,
    every_energy,
    kinds,
    make,
    mapped,
    name,
    of,
    offered,
    problem,
    scene,
)
from tests.slow import sparing


@every_energy
def test_an_energy_says_what_it_is(energy: AnyComponent) -> None:
    traits = set(energy.traits)
    mapped = traits & {"plane:y", "plane:xy", "plane:x"}
    assert len(mapped) + len([t for t in traits if t.startswith("main:")]) == 1
    assert len([t for t in traits if t.startswith("takes:")]) == 1
    assert len(traits & {"discrete", "continuous"}) == (1 if mapped else 0)
    assert offered(Dataset, energy)
    assert offered(Loss, energy)


@every_decoder
def test_a_decoder_decodes_every_latent(energy: AnyComponent) -> None:
    model, weights, rows = problem(energy)
    z = model.latents()
    assert z.dtype == torch.float64
    assert z.device.type == "cpu"
    x = (rows[:, 0],) if "conditional" in energy.traits else ()
    for dtype in (torch.float32, torch.float64):
        given = {k: w.to(dtype) for k, w in weights.items()}
        points = model.decode(given, z.to(dtype), *(v.to(dtype) for v in x))
        assert points.shape == ((len(rows), len(z), 2) if x else (len(z), 2))
        assert points.dtype == dtype
        assert bool(points.isfinite().all())


@every_energy
def test_weights_follow_from_the_seed_and_fit_a_file(energy: AnyComponent) -> None:
    data = torch.from_numpy(make(offered(Dataset, energy)[0]).points(3)).float()
    for init in choices(energy, "init"):
        model = make(energy, **init)
        one, two = (model.initial(torch.Generator().manual_seed(2), data) for _ in range(2))
        assert one.keys() == two.keys()
        assert all(torch.equal(one[k], two[k]) for k in one)
        assert all(w.dtype == torch.float32 and w.device.type == "cpu" for w in one.values())
        assert all("/" not in k and ":" not in k for k in one), "a name must survive a file"
        assert model.accepts(one, data)


@every_energy
@pytest.mark.parametrize("beta", BETAS)
def test_the_slope_of_an_energy_is_that_of_finite_differences(
    energy: AnyComponent, beta: float
) -> None:
    """Along a random direction of all weights together, where the energy has no kink."""
    model, weights, rows = problem(energy)
    rng = torch.Generator().manual_seed(11)
    along = {k: torch.randn(w.shape, generator=rng).double() for k, w in weights.items()}
    mix = torch.randn(len(rows), generator=rng).double()

    def value(t: float) -> Tensor:
        moved = {k: w + t * along[k] for k, w in weights.items()}
        return (mix * model.free(moved, rows, beta)).sum()

    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    total = (mix * model.free(leaves, rows, beta)).sum()
    slopes = torch.autograd.grad(
        total, list(leaves.values()), allow_unused=True, materialize_grads=True
    )
    slope = torch.stack([(g * along[k]).sum() for g, k in zip(slopes, leaves, strict=True)]).sum()
    h = 1e-6
    found = (value(h) - value(-h)) / (2 * h)
    torch.testing.assert_close(found, slope.detach(), rtol=1e-5, atol=1e-5)


@every_energy
@pytest.mark.parametrize("beta", BETAS)
def test_a_row_does_not_see_the_rest_of_its_batch(energy: AnyComponent, beta: float) -> None:
    model, weights, rows = problem(energy)
    together = model.free(weights, rows, beta)
    alone = torch.cat([model.free(weights, row[None], beta) for row in rows])
    torch.testing.assert_close(together, alone, rtol=1e-11, atol=1e-11)
    order = torch.tensor([3, 0, 4, 1, 2])
    torch.testing.assert_close(model.free(weights, rows[order], beta), together[order])


@every_energy
def test_stacked_weights_are_so_many_models(energy: AnyComponent) -> None:
    model, weights, rows = problem(energy)
    stacked = {k: torch.stack([w, 1.5 * w, -w]) for k, w in weights.items()}
    together = torch.func.vmap(lambda w: model.free(w, rows, 2.0))(stacked)
    for i, row in enumerate(together):
        one = model.free({k: w[i] for k, w in stacked.items()}, rows, 2.0)
        torch.testing.assert_close(row, one, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("energy", [e for e in of(Energy) if mapped(e)], ids=name)
def test_the_map_is_the_energy_of_its_places(energy: AnyComponent) -> None:
    model, weights, _ = problem(energy)
    view = scene(energy).view
    y1, y2 = torch.linspace(-1, 1, 4).double(), torch.linspace(-2, 1, 3).double()
    for beta in BETAS:
        found = model.landscape(weights, view, y1, y2, beta).free_energy
        places = torch.stack([y1.repeat(3), y2.repeat_interleave(4)], 1)
        wanted = model.at(weights, view, places, beta).view(3, 4)
        torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


ROWWISE = [pair for pair in PAIRS if not issubclass(pair[1], EmbeddingLoss)]
"""Without the losses that are a statistic of the batch."""


def test_all_losses_but_those_of_embeddings_are_of_rows() -> None:
    assert {loss for _, loss in PAIRS} - {loss for _, loss in ROWWISE} == {VICReg}


@pytest.mark.parametrize(("energy", "loss"), sparing(ROWWISE, FEW, kinds))
def test_a_loss_is_a_mean_over_the_batch(energy: AnyComponent, loss: AnyComponent) -> None:
    model, weights, rows = problem(energy)
    task = objective(model, make(loss), registry.regularizer(scene(energy)), rows, 3)
    wrong = task.draw(weights, rows, 0)
    every = task.loss.per_row(task.energies(weights, rows, wrong), wrong)
    assert every.shape == (len(rows),)
    for i in range(len(rows)):
        own = wrong._replace(
            each=None if wrong.each is None else wrong.each[i : i + 1],
            near=None if wrong.near is None else wrong.near[i : i + 1],
            nodes=wrong.nodes and (wrong.nodes[0][i : i + 1], wrong.nodes[1]),
        )
        alone = task.loss.per_row(task.energies(weights, rows[i : i + 1], own), own)
        torch.testing.assert_close(alone[0], every[i], rtol=1e-9, atol=1e-9)
