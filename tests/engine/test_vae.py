"""The variational free energy against brute force over z in float64."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.core.scene import Scene, replace
from ebmviz.engine.energies.base import variational as v
from ebmviz.engine.energies.base.capabilities import Code, Encodes
from ebmviz.engine.energies.vae import VAE, VAEParams
from ebmviz.engine.losses.base.wrong import Wrong
from ebmviz.engine.losses.variational import Variational, VariationalParams
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.theory.information import posterior_kl
from ebmviz.engine.training.lab_groups import per_lane, plan
from ebmviz.engine.training.objective import Objective, objective
from ebmviz.engine.weights import Weights
from tests.scenes import CATALOGUE, built_in

ROWS = torch.tensor([[1.0, 0.7], [-0.4, 0.1], [0.2, -1.3]], dtype=torch.float64)
BETAS = (0.5, 3.0, 20.0)


def scene(name: str = "vae", **changes: object) -> Scene:
    """The built-in scene; `a__b` stands for the path a.b."""
    return built_in(name, changes, view__resolution=16)


def model(**params: Any) -> tuple[VAE, Weights]:
    """A VAE of random float64 weights whose codes differ."""
    energy = VAE(VAEParams(**params))
    rng = torch.Generator().manual_seed(4)
    weights = {k: w.double() for k, w in energy.initial(rng, ROWS.float()).items()}
    return energy, {k: 1.5 * w for k, w in weights.items()}


def brute(energy: VAE, weights: Weights, rows: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """E(y, z) and ln q(z|y) of cells, (N, K), over a fine line z."""
    mean, s = energy.encode(weights, rows)
    energies = energy.energies(weights, rows, z)
    return energies, torch.log_softmax(-((z - mean) ** 2) / (2 * s**2), 1)


@pytest.mark.parametrize("beta", BETAS)
def test_the_gap_to_f_is_the_divergence_from_the_posterior(beta: float) -> None:
    """β(F̃ − F) = KL(q‖q*), with q* by brute force over a fine z: nowhere negative."""
    energy, weights = model(latents=4001, extent=10.0)
    z = energy.latents()
    energies, log_q = brute(energy, weights, ROWS, z)
    log_p = energy.log_weights(weights)
    posterior = torch.log_softmax(log_p - beta * energies, 1)
    wanted = posterior_kl(log_q, posterior)
    code, free = v.exact(energy, weights, ROWS), energy.free(weights, ROWS, beta)
    torch.testing.assert_close(v.gap(code, free, beta), wanted, rtol=0, atol=1e-6)
    above = beta * (v.variational(code, beta) - free)
    torch.testing.assert_close(above, wanted, rtol=0, atol=1e-6)
    assert bool((wanted > 1e-3).all())


def test_the_gap_has_its_limits() -> None:
    """Hot, the posterior is the prior; cold, no Gaussian comes near it."""
    energy, weights = model(latents=4001, extent=10.0)
    code = v.exact(energy, weights, ROWS)
    torch.testing.assert_close(v.gap(code, energy.free(weights, ROWS, 0.0), 0.0), v.prior_kl(code))
    cold = energy.free(weights, ROWS, math.inf)
    assert bool(v.gap(code, cold, math.inf).isinf().all())
    assert torch.equal(v.variational(code, math.inf), code.energy)
    assert bool((code.energy > cold).all())


@pytest.mark.parametrize("dimension", [1, 2])
def test_hermite_is_exact_for_polynomials(dimension: int) -> None:
    """⟨1⟩ = 1, ⟨u²⟩ = 1, ⟨u⁴⟩ = 3, ⟨u⁶⟩ = 15 and, of two axes, ⟨u²w⁴⟩ = 3; odd ones vanish."""
    nodes, shares = v.hermite(4, dimension)
    assert nodes.shape == (4**dimension, dimension)
    u, w = nodes[:, 0], nodes[:, -1]
    for power, moment in {0: 1.0, 1: 0.0, 2: 1.0, 3: 0.0, 4: 3.0, 6: 15.0}.items():
        assert float((shares * u**power).sum()) == pytest.approx(moment, abs=1e-12)
    if dimension == 2:
        assert float((shares * u**2 * w**4).sum()) == pytest.approx(3, abs=1e-12)


def test_the_quadrature_is_the_mean_over_q() -> None:
    energy, weights = model()
    z = torch.linspace(-12, 12, 20_001, dtype=torch.float64)
    energies, log_q = brute(energy, weights, ROWS, z)
    wanted = (log_q.exp() * energies).sum(1)
    torch.testing.assert_close(v.exact(energy, weights, ROWS).energy, wanted, rtol=0, atol=1e-9)


def test_a_code_of_two_numbers_is_averaged_over_both() -> None:
    energy, weights = model(code=2, latents=81)
    mean, s = energy.encode(weights, ROWS)
    u = torch.linspace(-7, 7, 141, dtype=torch.float64)
    pair = torch.cartesian_prod(u, u)
    share = torch.softmax(-0.5 * pair.square().sum(1), 0)
    for i, row in enumerate(ROWS):
        points = energy.decode(weights, mean[i] + s[i] * pair)
        wanted = (share * (row - points).square().sum(1)).sum()
        found = v.exact(energy, weights, row[None])
        assert float(found.energy) == pytest.approx(float(wanted), abs=1e-8)
        divergence = 0.5 * (mean[i] ** 2 + s[i] ** 2 - 2 * s[i].log() - 1).sum()
        assert float(v.prior_kl(found)) == pytest.approx(float(divergence), abs=1e-12)


def test_the_latents_are_an_odd_grid_around_zero() -> None:
    line = VAE(VAEParams(latents=100, extent=3.0)).latents()
    assert line.shape == (99,)
    assert (float(line[0]), float(line[49]), float(line[-1])) == (-3, 0, 3)
    plane = VAE(VAEParams(code=2, latents=100)).latents()
    assert plane.shape == (81, 2)
    assert plane[40].tolist() == [0, 0]


def test_its_prior_is_normal() -> None:
    energy, weights = model(latents=2001, extent=8.0)
    p, z = energy.log_weights(weights).exp(), energy.latents()
    moments = [float((p * z**k).sum()) for k in (0, 1, 2, 4)]
    assert moments == pytest.approx([1, 0, 1, 3], abs=1e-9)


def test_a_fixed_width_is_that_of_all_codes() -> None:
    energy, weights = model(width="fixed", s=0.25)
    mean, s = energy.encode(weights, ROWS)
    assert torch.equal(s, torch.full_like(mean, 0.25))


def trained(energy: Any, **params: Any) -> tuple[Objective, Weights]:
    loss: Any = Variational(VariationalParams(**params))
    _, weights = model(**params_of(energy))
    return objective(energy, loss, registry.regularizer(scene()), ROWS, 3), weights


def params_of(energy: VAE) -> dict[str, object]:
    return {name: getattr(energy.params, name) for name in energy.params.__struct_fields__}


def value(task: Objective, weights: Weights, step: int = 0) -> Tensor:
    wrong = task.draw(weights, ROWS, step)
    return task.value(task.energies(weights, ROWS, wrong), wrong)


@pytest.mark.parametrize("expectation", ["sample", "quadrature"])
@pytest.mark.parametrize("beta", [2.0, math.inf])
def test_the_slope_of_the_loss_is_that_of_finite_differences(expectation: str, beta: float) -> None:
    task, weights = trained(
        VAE(VAEParams(hidden=6)), expectation=expectation, beta=beta, springs=0.3
    )
    rng = torch.Generator().manual_seed(9)
    along = {k: torch.randn(w.shape, generator=rng).double() for k, w in weights.items()}
    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    slopes = torch.autograd.grad(value(task, leaves), list(leaves.values()))
    slope = sum(float((g * along[k]).sum()) for g, k in zip(slopes, leaves, strict=True))
    h = 1e-6
    ends = [value(task, {k: w + t * along[k] for k, w in weights.items()}) for t in (h, -h)]
    assert float(ends[0] - ends[1]) / (2 * h) == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_samples_estimate_what_the_quadrature_finds() -> None:
    energy = VAE(VAEParams())
    sampled, weights = trained(energy, draws=256)
    wanted, _ = trained(energy, expectation="quadrature", nodes=32)
    each = torch.stack([value(sampled, weights, step) for step in range(60)])
    error = float(each.std() / len(each) ** 0.5)
    assert float(each.mean()) == pytest.approx(float(value(wanted, weights)), abs=4 * error)
    assert error < 0.05
    assert torch.equal(value(sampled, weights, 5), each[5]), "by (seed, step) alone"


def test_springs_pull_only_where_they_are_added() -> None:
    """γ‖m‖² per datum, and nothing else: neither F nor F̃ knows of them."""
    code = Code(torch.tensor([0.5, 1.0]), torch.tensor([[1.0, -2.0], [0.5, 0.0]]), torch.ones(2, 2))
    loose, tied = (
        Variational(VariationalParams(beta=4.0, springs=g)).coded(code) for g in (0.0, 0.3)
    )
    torch.testing.assert_close(tied - loose, torch.tensor([1.5, 0.075]))
    # s = 1: KL = ½‖m‖².
    torch.testing.assert_close(loose, torch.tensor([0.5 + 2.5 / 4, 1.0 + 0.125 / 4]))


def test_without_the_divergence_the_balls_fly_apart_and_springs_hold_them() -> None:
    """LeCun 2023: codes of a fixed size move away from each other, unless something ties them."""
    reach = {}
    given: dict[str, dict[str, Any]] = {
        "free": {"objective.beta": "inf"},
        "springs": {"objective.beta": "inf", "objective.springs": 0.1},
        "prior": {"objective.beta": 8.0},
    }
    for name, more in given.items():
        engine = Engine(
            scene(
                "vae-balls",
                energy__width="fixed",
                energy__s=0.5,
                energy__latents=81,
                energy__hidden=16,
                **{k.replace(".", "__"): x for k, x in more.items()},
            )
        )
        engine.train(120)
        assert isinstance(engine.task.energy, Encodes)
        mean, _ = engine.task.energy.encode(engine.state.weights, engine.task.data)
        reach[name] = float(mean.square().sum(1).mean().sqrt())
    assert reach["free"] > 1.5 * max(reach["springs"], reach["prior"])
    assert reach["free"] > 3


def test_training_brings_the_encoder_to_the_posterior() -> None:
    engine = Engine(scene())
    before, after = (gaps(engine, steps) for steps in (0, 150))
    assert float(before.mean()) > 3 * float(after.mean())
    assert bool((after > -1e-6).all())


def gaps(engine: Engine, steps: int) -> Tensor:
    engine.train(steps)
    weights = {k: w.double() for k, w in engine.state.weights.items()}
    energy, rows = engine.task.energy, engine.task.data.double()
    beta = engine.task.loss.params.beta
    assert isinstance(energy, Encodes)
    with torch.no_grad():
        return v.gap(v.exact(energy, weights, rows), energy.free(weights, rows, beta), beta)


def test_the_map_can_show_it() -> None:
    chosen = scene(view__picture="variational", view__beta=5.0)
    engine = Engine(chosen)
    found = engine.snapshot(("map", "gradient", "tilde", "section"))
    subject = engine.subject()
    y1, y2 = subject.cells(16)
    places = torch.stack([y1.repeat(16), y2.repeat_interleave(16)], 1)
    energy = engine.task.energy
    assert isinstance(energy, Encodes)
    with torch.no_grad():
        code = v.exact(energy, engine.weights, places)
    wanted = v.variational(code, 5.0).view(16, 16).numpy()
    assert found.arrays["map"] == pytest.approx(wanted, rel=1e-4, abs=1e-4)
    own = found.arrays["section"][-1]
    assert (found.arrays["tilde"] >= own - 1e-5).all()
    slopes = Engine(replace(chosen, {"view.arrows": "descent"}, CATALOGUE)).snapshot(("gradient",))
    assert slopes.arrays["gradient"].shape == (25 * 17, 2)


def test_the_map_of_other_energies_is_their_energy() -> None:
    other = {"energy.kind": "ellipse", "view.resolution": 16}
    plain = Engine(replace(scene(), other, CATALOGUE)).snapshot(("map",)).arrays["map"]
    asked = replace(scene(view__picture="variational"), other, CATALOGUE)
    assert (Engine(asked).snapshot(("map", "tilde")).arrays["map"] == plain).all()


def test_the_loss_lab_trains_it_as_it_would_train_alone() -> None:
    """In a group of its own, beside the exact free energy."""
    tasks = [Engine(scene(objective__loss=kind)).task for kind in ("energy", "variational")]
    weights = Engine(scene()).state.weights
    rows = tasks[0].data[:7]
    groups = plan(tasks, weights, rows)
    assert [g.lanes for g in groups] == [(0,), (1,)]
    stacked = {k: w[None] for k, w in weights.items()}
    found = per_lane(groups[1], tasks, stacked, rows, 4)
    own = tasks[1].objective
    wrong: Wrong = own.draw(weights, rows, 4)
    torch.testing.assert_close(found[0], own.value(own.energies(weights, rows, wrong), wrong))
