"""Decoders over a finite latent set: with an x, with R(z), with p(z), and without."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import library
from ebmviz.core.scene import build, replace
from ebmviz.core.view import View
from ebmviz.engine.datasets.gaussians import Gaussians, GaussiansParams
from ebmviz.engine.datasets.horn import HornData, HornDataParams, radii
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.prototypes import PrototypeParams, chosen
from ebmviz.engine.energies.horn import Horn, HornParams
from ebmviz.engine.energies.horn_latent import HornLatent, HornLatentParams
from ebmviz.engine.energies.horn_learned import HornLearned, HornLearnedParams
from ebmviz.engine.energies.kmeans import KMeans
from ebmviz.engine.energies.mixture import Mixture
from ebmviz.engine.model import registry
from ebmviz.engine.model.build import problem
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step
from ebmviz.engine.weights import Weights
from tests.scenes import built_in

BETAS = (0.0, 1e-4, 0.1, 0.249, 0.25, 1.0, 30.0, 1e4, math.inf)
CATALOGUE = registry.catalogue()
DECODERS: list[Decoder[Any]] = [
    Horn(HornParams(latents=11)),
    HornLearned(HornLearnedParams(latents=9, hidden=5)),
    HornLatent(HornLatentParams(dimension=2, latents=25, strength=0.7, hidden=5)),
    HornLatent(HornLatentParams(dimension=3, latents=30, regularizer="l2", strength=2.0)),
    HornLatent(HornLatentParams(dimension=1, latents=8, strength=0.0)),
    KMeans(PrototypeParams(centres=6)),
    Mixture(PrototypeParams(centres=7)),
]
every_decoder = pytest.mark.parametrize("decoder", DECODERS, ids=lambda d: type(d).__name__)


def conditional(decoder: Decoder[Any]) -> bool:
    return "conditional" in decoder.traits


def rows_of(decoder: Decoder[Any], count: int = 6) -> Tensor:
    if conditional(decoder):
        return torch.from_numpy(HornData(HornDataParams(count=count)).points(2))
    return torch.from_numpy(Gaussians(GaussiansParams(count=count)).points(2))


def some(decoder: Decoder[Any]) -> Weights:
    """Weights without symmetry, float64, that decode far from zero."""
    rng = torch.Generator().manual_seed(3)
    fresh = decoder.initial(rng, rows_of(decoder, 20).float())
    return {k: w.double() + 0.5 * torch.randn(w.shape, generator=rng) for k, w in fresh.items()}


def defined(decoder: Decoder[Any], weights: Weights, rows: Tensor, beta: float) -> Tensor:
    """F_β by its definition, one row and one latent at a time."""
    z, p = decoder.latents(), decoder.params
    logits = weights.get("logits", torch.zeros(len(z), dtype=torch.float64))
    prior = logits.exp() / logits.exp().sum()
    out = []
    for row in rows:
        energies = []
        for one in z:
            x = (row[:1],) if conditional(decoder) else ()
            point = decoder.decode(weights, one[None], *x).flatten()
            price = 0.0
            if isinstance(p, HornLatentParams):
                size = one.abs().sum() if p.regularizer == "l1" else one.square().sum()
                price = p.strength * float(size)
            energies.append(float((row[-2:] - point).square().sum()) + price)
        e = torch.tensor(energies, dtype=torch.float64)
        if beta == 0:
            out.append((prior * e).sum())
        elif math.isinf(beta):
            out.append(e.min())
        else:
            least = e.min()
            factors = torch.expm1(-beta * (e - least))
            out.append(least - torch.log1p((prior * factors).sum()) / beta)
    return torch.stack(out)


@every_decoder
@pytest.mark.parametrize("beta", BETAS)
def test_free_energy_is_that_of_the_definition(decoder: Decoder[Any], beta: float) -> None:
    weights, rows = some(decoder), rows_of(decoder)
    exact = defined(decoder, weights, rows, beta)
    # 1 + u loses digits where u is near −1; the definition above does too.
    torch.testing.assert_close(decoder.free(weights, rows, beta), exact, rtol=1e-9, atol=1e-9)
    narrow = {k: w.float() for k, w in weights.items()}
    near = decoder.free(narrow, rows.float(), beta)
    room = max(1e-5, 1e-6 / beta if 0 < beta < 0.01 else 0.0)
    torch.testing.assert_close(near.double(), exact, rtol=2e-5, atol=10 * room)


@every_decoder
@pytest.mark.parametrize("beta", [0.0, 0.1, 10.0, math.inf])
def test_the_map_shows_the_free_energy_at_its_x(decoder: Decoder[Any], beta: float) -> None:
    weights, view = some(decoder), View(x=0.4)
    y1, y2 = torch.linspace(-4, 5, 5).double(), torch.linspace(-3, 3, 4).double()
    found = decoder.landscape(weights, view, y1, y2, beta).free_energy
    places = torch.stack([y1.repeat(4), y2.repeat_interleave(5)], 1)
    first = torch.full((20, 1), 0.4, dtype=torch.float64)
    rows = torch.cat([first, places], 1) if conditional(decoder) else places
    exact = defined(decoder, weights, rows, beta)
    torch.testing.assert_close(found.flatten(), exact, rtol=1e-7, atol=1e-7)
    at = decoder.at(weights, view, places, beta)
    torch.testing.assert_close(at, exact, rtol=1e-9, atol=1e-9)


@every_decoder
@pytest.mark.parametrize("beta", [0.0, 0.1, 3.0, math.inf])
def test_its_gradient_is_that_of_finite_differences(decoder: Decoder[Any], beta: float) -> None:
    weights, rows = some(decoder), rows_of(decoder)
    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    slopes = torch.autograd.grad(
        decoder.free(leaves, rows, beta).sum(),
        list(leaves.values()),
        allow_unused=True,
        materialize_grads=True,
    )
    for (name, w), slope in zip(weights.items(), slopes, strict=True):
        for i in (0, w.numel() - 1):
            h = torch.zeros_like(w).flatten()
            h[i] = 1e-6
            up, down = ({**weights, name: w + s * h.view_as(w)} for s in (1, -1))
            rise = (decoder.free(up, rows, beta) - decoder.free(down, rows, beta)).sum() / 2e-6
            assert float(slope.flatten()[i]) == pytest.approx(float(rise), rel=1e-4, abs=1e-4), name


@every_decoder
@pytest.mark.parametrize("beta", [0.0, 0.1, 3.0, math.inf])
def test_a_table_holds_every_answer_at_every_x(decoder: Decoder[Any], beta: float) -> None:
    weights, rows = some(decoder), rows_of(decoder)
    answers = torch.randn(4, 2, generator=torch.Generator().manual_seed(1)).double()
    found = decoder.table(weights, rows, answers, beta)
    assert found.shape == (len(rows), 4)
    for i, answer in enumerate(answers):
        column = decoder.free(weights, decoder.replaced(rows, answer.expand(len(rows), 2)), beta)
        torch.testing.assert_close(found[:, i], column, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("beta", [0.0, 2.0, math.inf])
@every_decoder
def test_a_large_table_has_the_same_numbers_and_slopes(
    decoder: Decoder[Any], beta: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, rows = some(decoder), rows_of(decoder)
    answers = torch.randn(5, 2, generator=torch.Generator().manual_seed(1)).double()
    pull = torch.linspace(-1, 2, len(rows) * 5).view(-1, 5).double()

    def both() -> tuple[Tensor, tuple[Tensor, ...]]:
        leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
        table = decoder.table(leaves, rows, answers, beta)
        slopes = torch.autograd.grad(
            (pull * table).sum(), list(leaves.values()), allow_unused=True, materialize_grads=True
        )
        return table.detach(), slopes

    table, slopes = both()
    monkeypatch.setattr("ebmviz.engine.energies.base.decoder.MOST_AT_ONCE", 0)
    large, large_slopes = both()
    torch.testing.assert_close(large, table, rtol=1e-10, atol=1e-10)
    for found, wanted in zip(large_slopes, slopes, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("beta", [0.3, 2.0])
@pytest.mark.parametrize("decoder", [DECODERS[0], DECODERS[5], DECODERS[6]])
def test_the_integral_of_a_decoder_is_pi_over_beta(decoder: Decoder[Any], beta: float) -> None:
    """So the energy loss is maximum likelihood; the prior of a mixture changes nothing."""
    weights = some(decoder)
    reach = float(decoder.points(weights, View(x=0.4)).abs().max()) + 7 / math.sqrt(beta)
    axis = torch.linspace(-reach, reach, 401).double()
    free = decoder.landscape(weights, View(x=0.4), axis, axis, beta).free_energy
    area = float((-beta * free).exp().sum()) * (2 * reach / 400) ** 2
    assert area == pytest.approx(math.pi / beta, rel=1e-6)


@every_decoder
def test_responsibilities_are_the_slopes_of_the_free_energy(decoder: Decoder[Any]) -> None:
    """∂F_β/∂y = Σ_z P(z|x, y) 2(y − g(x, z))."""
    weights, rows = some(decoder), rows_of(decoder)
    y = rows[:, -2:].clone().requires_grad_()
    free = decoder.free(weights, decoder.replaced(rows, y), 0.2)
    (slope,) = torch.autograd.grad(free.sum(), y)
    p = decoder.posterior(weights, rows, 0.2)
    assert torch.allclose(p.sum(1), torch.ones(len(rows)).double())
    x = (rows[:, 0],) if conditional(decoder) else ()
    points = decoder.decode(weights, decoder.latents(), *x).expand(len(rows), -1, 2)
    mean = (p[:, :, None] * 2 * (rows[:, None, -2:] - points)).sum(1)
    torch.testing.assert_close(slope, mean, rtol=1e-9, atol=1e-9)


def test_a_price_on_z_raises_the_free_energy_and_zero_is_free() -> None:
    free, priced = (
        HornLatent(HornLatentParams(latents=49, strength=s, hidden=5)) for s in (0.0, 1.0)
    )
    weights, rows = some(free), rows_of(free, 40)
    assert free.penalty(free.latents()) is None
    assert bool((free.latents() == 0).all(1).any()), "z = 0 costs nothing"
    for beta in (0.5, math.inf):
        low, high = (d.free(weights, rows, beta) for d in (free, priced))
        assert bool((high >= low).all())
        assert float((high - low).mean()) > 0.1


@pytest.mark.parametrize(("d", "most", "n"), [(1, 450, 449), (2, 450, 21), (3, 450, 7), (4, 10, 1)])
def test_the_grid_of_latents_is_the_largest_odd_one(d: int, most: int, n: int) -> None:
    z = HornLatent(HornLatentParams(dimension=d, latents=most)).latents()
    assert z.shape == (n**d, d)
    assert len(z.unique(dim=0)) == n**d
    assert float(z.abs().max()) == (2.0 if n > 1 else 0.0)


def test_a_free_latent_of_two_dimensions_explains_the_plane() -> None:
    """The porcupine: on the map of the scene F falls to nearly nothing, data or not."""
    scene = library.scene("porcupine", CATALOGUE)
    task = problem(scene, torch.device("cpu"))
    state = step.start(task)
    side = torch.linspace(-4, 4, 9)
    places = torch.cartesian_prod(side, side)
    before = task.energy.at(state.weights, scene.view, places, math.inf)
    for _ in range(2):
        state = step.advance(task, state, 64).state
    after = task.energy.at(state.weights, scene.view, places, math.inf)
    assert float(before.median()) > 5
    assert float(after.median()) < 0.5
    assert float((after < 1).float().mean()) > 0.9
    assert float(after[40]) < 1, "the middle, where no datum is"


def test_a_cold_step_of_k_means_moves_centres_towards_the_means_of_their_data() -> None:
    """w_k ← w_k + 2η (n_k/N)(mean − w_k): with η = N/(2 n_k) it would be Lloyd's step."""
    given = {
        "energy.kind": "kmeans",
        "energy.centres": 5,
        "data.kind": "gaussians",
        "data.count": 60,
        "objective.beta": math.inf,
        "optimizer.lr": 0.4,
        "optimizer.batch": 60,
        "device": "cpu",
    }
    scene = build("", "", (), given, CATALOGUE)
    task = problem(scene, torch.device("cpu"))
    state = step.start(task)
    w, y = state.weights["w"].double(), task.data.double()
    owner = (y[:, None] - w).square().sum(2).argmin(1)
    share = torch.nn.functional.one_hot(owner, 5).double()
    wanted = w + 0.4 * 2 / 60 * (share.t() @ y - share.sum(0)[:, None] * w)
    after, _ = step.step(task, state)
    torch.testing.assert_close(after.weights["w"].double(), wanted, rtol=1e-5, atol=1e-6)
    assert replace(scene, {"energy.kind": "mixture"}, CATALOGUE)["energy.centres"] == 5


def test_centres_start_on_different_data() -> None:
    rows = torch.randn(9, 2)
    start = chosen(torch.Generator().manual_seed(0), rows, 9)
    assert sorted(start.tolist()) == sorted(rows.tolist())
    more = chosen(torch.Generator().manual_seed(0), rows, 20)
    assert more.shape == (20, 2)


def test_a_cold_mixture_is_k_means_and_an_even_one_soft_k_means() -> None:
    k_means, mixture = DECODERS[5], Mixture(PrototypeParams(centres=6))
    w, rows = some(k_means), rows_of(k_means)
    even = {**w, "logits": torch.full((6,), 3.0, dtype=torch.float64)}
    for beta in BETAS:
        torch.testing.assert_close(
            mixture.free(even, rows, beta), k_means.free(w, rows, beta), rtol=1e-9, atol=1e-9
        )
    uneven = {**w, "logits": torch.randn(6).double()}
    assert torch.equal(mixture.free(uneven, rows, math.inf), k_means.free(w, rows, math.inf))


def test_the_horn_is_that_of_the_lecture() -> None:
    x = np.array([0.0, 0.5, 1.0])
    wanted = [[2, 1.5], [4.757, 4.757], [11.084, 14.778]]
    assert radii(x) == pytest.approx(np.array(wanted), abs=1e-3)
    clean = HornData(HornDataParams(count=300, noise=0)).points(4)
    assert clean.shape == (300, 3)
    assert 0 <= clean[:, 0].min() < 0.05
    assert 0.95 < clean[:, 0].max() <= 1
    assert ((clean[:, 1:] / radii(clean[:, 0])) ** 2).sum(1) == pytest.approx(np.ones(300))
    noisy = HornData(HornDataParams(count=300)).points(4)
    assert (noisy - clean)[:, 1:].std(0) == pytest.approx([0.05, 0.05], rel=0.15)
    assert np.array_equal(noisy[:, 0], clean[:, 0])


def test_the_radii_take_106_parameters() -> None:
    weights = DECODERS[0].initial(torch.Generator(), torch.zeros(1, 3))
    assert sum(w.numel() for k, w in weights.items() if k.startswith("f.")) == 106


@pytest.mark.parametrize("beta", [1e-6, 1e-3, 0.1, 3.0])
@pytest.mark.parametrize("name", ["vae", "mixture", "ellipse"])
def test_a_hot_map_does_not_show_how_p_was_rounded(name: str, beta: float) -> None:
    """Σp = 1 but for roundings of float32, which 1/β would make 0.1 and more."""
    of = Engine(built_in(name, {"view.beta": beta, "view.resolution": 16, "view.x": 0.0}))
    subject = of.subject()
    y1, y2 = subject.cells(16)
    places = torch.stack(torch.meshgrid(y1, y2, indexing="xy"), 2).flatten(0, 1)
    rows = of.task.energy.rows(of.scene.view, places)
    exact = of.task.energy.free({k: w.double() for k, w in of.weights.items()}, rows.double(), beta)
    close = 3e-6 * max(1.0, float(exact.abs().max()))
    for found in (
        torch.from_numpy(subject.map).flatten(),
        of.task.energy.free(of.weights, rows, beta),
        of.task.energy.value_and_grad(of.weights, of.scene.view, places, beta)[0],
    ):
        torch.testing.assert_close(found.double(), exact, rtol=0, atol=close)
