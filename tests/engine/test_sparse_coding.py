"""Sparse coding against its optimality conditions and an exhaustive search of all supports."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.sparse_coding import (
    SparseCoding,
    SparseCodingParams,
    _lipschitz,
    shrink,
)
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.weights import Weights

CATALOGUE = registry.catalogue()


def model(**params: Any) -> SparseCoding:
    return SparseCoding(SparseCodingParams(**params))


def weights(of: SparseCoding, seed: int = 3) -> Weights:
    """Float64 weights whose atoms are inside, on and outside the unit ball."""
    rng = torch.Generator().manual_seed(seed)
    fresh = {k: w.double() for k, w in of.initial(rng, torch.zeros(1, 2)).items()}
    length = torch.linspace(0.6, 1.4, of.params.code, dtype=torch.float64)
    return {**fresh, "w": fresh["w"] * length[:, None]}


def places(count: int = 12) -> Tensor:
    return 1.5 * torch.randn(count, 2, generator=torch.Generator().manual_seed(5)).double()


def brute(atoms: Array, y: Array, price: float) -> float:
    """min_z ½‖y − Wz‖² + λ‖z‖₁ over all supports of at most two atoms and their signs.

    In the plane no more are needed: with three, one can be given up at no loss.
    """
    best = 0.5 * float(y @ y)
    for size in (1, 2):
        for support in itertools.combinations(range(len(atoms)), size):
            w = atoms[list(support)]
            for signs in itertools.product((-1.0, 1.0), repeat=size):
                z = np.linalg.solve(w @ w.T, w @ y - price * np.array(signs))
                e = 0.5 * float(((y - z @ w) ** 2).sum()) + price * float(np.abs(z).sum())
                best = min(best, e)
    return best


def test_shrink_is_the_proximal_map_of_the_absolute_value() -> None:
    z = torch.tensor([-2.0, -0.5, -0.1, 0.0, 0.3, 1.0], dtype=torch.float64)
    found = shrink(z, torch.tensor(0.4, dtype=torch.float64))
    grid = torch.linspace(-3, 3, 600_001, dtype=torch.float64)
    for at, got in zip(z, found, strict=True):
        best = grid[(0.5 * (grid - at).square() + 0.4 * grid.abs()).argmin()]
        assert float(got) == pytest.approx(float(best), abs=1e-5)


def test_atoms_stay_in_the_unit_ball_and_within_keep_their_length() -> None:
    of = model(code=5)
    w = weights(of)
    lengths, raw = of.atoms(w).norm(dim=1), w["w"].norm(dim=1)
    torch.testing.assert_close(lengths, raw.clamp(max=1.0))


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_step_is_one_over_the_largest_eigenvalue(count: int) -> None:
    atoms = model(code=count).atoms(weights(model(code=count)))
    exact = torch.linalg.matrix_norm(atoms @ atoms.t(), 2)
    assert float(exact) <= float(_lipschitz(atoms)) <= float(exact) + 2e-6


def test_ista_never_raises_the_energy() -> None:
    w, y = weights(model(code=4)), places()
    last = 0.5 * y.square().sum(1)  # z = 0
    for count in range(1, 60):
        of = model(code=4, iterations=count)
        now = of.free(w, y, 1.0)
        assert bool((now <= last + 1e-12).all()), count
        last = now


@pytest.mark.parametrize("price", [0.05, 0.3, 1.0])
def test_the_fixed_point_of_ista_is_the_minimum(price: float) -> None:
    of = model(code=3, sparsity=price, iterations=1000)
    w, y = weights(of), places()
    z, atoms = of.code(w, y), of.atoms(w)
    pull = (y - z @ atoms) @ atoms.t()  # W'(y − Wz)
    assert float(pull.abs().max()) <= price + 1e-6
    used = z.abs() > 1e-6
    assert bool(used.any())
    torch.testing.assert_close(pull[used], price * z.sign()[used], atol=1e-6, rtol=0)
    expected = [brute(atoms.numpy(), row.numpy(), price) for row in y]
    np.testing.assert_allclose(of.free(w, y, 1.0).numpy(), expected, rtol=1e-7)


def test_the_slope_of_f_is_what_is_left_unexplained() -> None:
    """The envelope theorem: ∂F/∂y = ∂E/∂y at ž = y − Wž."""
    of = model(code=3, iterations=1000)
    w, y = weights(of), places().requires_grad_()
    (slope,) = torch.autograd.grad(of.free(w, y, 1.0).sum(), y)
    torch.testing.assert_close(slope, (y - of.reconstruct(w, y)).detach(), atol=1e-6, rtol=0)


def test_without_a_price_everything_is_reconstructed() -> None:
    of = model(code=3, sparsity=0.0, iterations=1000)
    assert float(of.free(weights(of), places(), 1.0).max()) < 1e-8


# the learned encoder ------------------------------------------------------------------


def test_lista_starts_out_as_ista() -> None:
    learned = model(code=4, inference="lista", layers=6)
    rng = torch.Generator().manual_seed(3)
    w = {k: v.double() for k, v in learned.initial(rng, torch.zeros(1, 2)).items()}
    exact = model(code=4, iterations=6)
    torch.testing.assert_close(
        learned.code(w, places()), exact.code(w, places()), atol=1e-5, rtol=0
    )


def test_lista_is_its_formula() -> None:
    of = model(code=4, inference="lista", layers=3)
    rng = torch.Generator().manual_seed(8)
    w = {k: v + 0.1 * torch.randn(v.shape, generator=rng) for k, v in weights(of).items()}
    n = {k: v.numpy() for k, v in w.items()}
    for row, found in zip(places().numpy(), of.code(w, places()).numpy(), strict=True):
        z = np.zeros(4)
        for _ in range(3):
            before = n["e"] @ row + n["s"] @ z
            z = np.sign(before) * np.maximum(np.abs(before) - np.maximum(n["theta"], 0), 0)
        np.testing.assert_allclose(found, z, atol=1e-12)


def test_target_propagation_moves_the_encoder_and_not_the_atoms() -> None:
    of = model(code=4, inference="lista", layers=2, target=0.7, iterations=1000)
    w = {k: v.requires_grad_() for k, v in weights(of).items()}
    y = places()
    loss = of.auxiliary(w, y)
    assert loss is not None
    slopes = torch.autograd.grad(loss, [w["e"], w["s"], w["theta"], w["w"]], allow_unused=True)
    assert slopes[3] is None
    assert all(float(s.abs().max()) > 0 for s in slopes[:3] if s is not None)
    guess = of.lista(w, y).detach()
    best = of.ista(w, y, near=guess).detach()
    assert float(loss.detach()) == pytest.approx(
        float(0.35 * (best - guess).square().sum(1).mean())
    )

    def total(z: Tensor) -> Tensor:
        return of.energies(w, y, z) + 0.35 * (z - guess).square().sum(1)

    least = total(best).detach()
    rng = torch.Generator().manual_seed(2)
    for size in (1e-3, 0.1, 1.0):
        other = total(best + size * torch.randn(best.shape, generator=rng)).detach()
        assert bool((least <= other + 1e-12).all())


def test_nothing_is_propagated_where_nothing_is_learned() -> None:
    for of in (model(code=3), model(code=3, inference="lista", target=0.0)):
        assert of.auxiliary(weights(of), places()) is None


def test_training_brings_lista_close_to_ista() -> None:
    base = library.scene("sparse-coding", CATALOGUE)
    changes = {"device": "cpu", "energy.inference": "lista", "energy.layers": 2}
    engine = Engine(replace(base, changes, CATALOGUE))
    of, rows = engine.task.energy, engine.task.data
    assert isinstance(of, SparseCoding)

    def apart() -> float:
        z, best = of.lista(engine.weights, rows), of.ista(engine.weights, rows)
        return float((z - best).square().sum(1).mean())

    before = apart()
    engine.train(400)
    assert apart() < 0.25 * before


def test_training_finds_the_lines_of_the_data() -> None:
    base = library.scene("sparse-coding", CATALOGUE)
    engine = Engine(replace(base, {"device": "cpu", "energy.iterations": 20}, CATALOGUE))
    engine.train(150)
    atoms = engine.snapshot(("reconstruction",)).arrays["atoms"]
    angle = np.mod(np.arctan2(atoms[:, 1], atoms[:, 0]), np.pi)
    expected = np.mod(0.3 + np.pi * np.arange(3) / 3, np.pi)
    np.testing.assert_allclose(np.sort(angle), np.sort(expected), atol=0.06)
    np.testing.assert_allclose(np.hypot(*atoms.T), 1, atol=1e-5)


def test_the_chain_of_the_probe_ends_at_its_reconstruction() -> None:
    engine = Engine(
        replace(library.scene("sparse-coding", CATALOGUE), {"device": "cpu"}, CATALOGUE)
    )
    a = engine.snapshot(("reconstruction",)).arrays
    assert a["atoms_chain"][0].tolist() == [0, 0]
    np.testing.assert_allclose(a["atoms_chain"][-1], a["recon"][0], atol=1e-6)
    steps = np.hypot(*np.diff(a["atoms_chain"], axis=0).T)
    assert steps[0] == steps.max()
