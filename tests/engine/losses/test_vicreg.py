"""The non-contrastive loss against its formula in numpy, and what it asks of an energy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Embeds
from ebmviz.engine.losses.vicreg import VICReg, VICRegParams
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine

CATALOGUE = registry.catalogue()


def pair(count: int = 12, size: int = 4) -> tuple[Tensor, Tensor]:
    rng = torch.Generator().manual_seed(6)
    shape = torch.tensor([0.2, 0.7, 1.3, 2.0], dtype=torch.float64)[:size]
    x = torch.randn(count, size, generator=rng).double() * shape
    return x, x + 0.3 * torch.randn(count, size, generator=rng).double()


def by_hand(x: Array, y: Array, mu: float, nu: float) -> float:
    """Bardes, Ponce and LeCun 2022, equations 1 to 6, the weight of the invariance being 1."""
    n, d = x.shape
    total = float(((x - y) ** 2).sum() / n)
    for h in (x, y):
        std = np.sqrt(np.var(h, axis=0, ddof=1) + 1e-4)
        total += mu * float(np.maximum(0, 1 - std).sum()) / d
        c = np.cov(h.T)
        total += nu * float((c**2).sum() - (np.diag(c) ** 2).sum()) / d
    return total


@pytest.mark.parametrize(("mu", "nu"), [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (2.5, 0.04)])
def test_it_is_its_formula(mu: float, nu: float) -> None:
    x, y = pair()
    found = VICReg(VICRegParams(variance=mu, covariance=nu)).embedded(x, y)
    assert found.shape == (12,)
    assert float(found.mean()) == pytest.approx(by_hand(x.numpy(), y.numpy(), mu, nu), rel=1e-12)


def test_its_slope_is_that_of_finite_differences() -> None:
    x, y = pair()
    loss = VICReg(VICRegParams(variance=1.3, covariance=0.4))
    given = (x.requires_grad_(), y.requires_grad_())
    assert torch.autograd.gradcheck(lambda a, b: loss.embedded(a, b).mean(), given)


def test_what_has_collapsed_costs_both_hinges() -> None:
    h = torch.full((8, 3), 0.7, dtype=torch.float64, requires_grad=True)
    value = VICReg(VICRegParams(variance=1.0, covariance=1.0)).embedded(h, h).mean()
    assert float(value.detach()) == pytest.approx(2 * (1 - math.sqrt(1e-4)))
    (slope,) = torch.autograd.grad(value, h)
    assert bool(slope.isfinite().all())


def test_a_batch_of_one_is_no_fault() -> None:
    x, y = pair(1)
    value = VICReg(VICRegParams()).embedded(x, y)
    assert bool(value.isfinite().all())


def test_numbers_that_spread_and_differ_cost_nothing() -> None:
    h = torch.tensor([[2.0, 2.0], [2.0, -2.0], [-2.0, 2.0], [-2.0, -2.0]])
    assert float(VICReg(VICRegParams(covariance=1.0)).embedded(h, h).mean()) == 0


def test_a_step_minimises_it() -> None:
    """The loss that training reports is the formula on the batch's embeddings."""
    base = library.scene("joint-embedding", CATALOGUE)
    changes = {"device": "cpu", "objective.variance": 0.8, "objective.covariance": 0.3}
    engine = Engine(replace(base, {**changes, "optimizer.batch": 10_000}, CATALOGUE))
    assert isinstance(engine.task.energy, Embeds)
    x, y = engine.task.energy.embed(engine.weights, engine.task.data)
    before = by_hand(x.double().numpy(), y.double().numpy(), 0.8, 0.3)
    engine.train(1)
    assert engine.metrics()["loss"] == pytest.approx(before, rel=1e-5)
    engine.train(50)
    assert engine.metrics()["loss"] < 0.5 * before


def test_it_is_offered_where_there_are_embeddings_and_says_why_not_elsewhere() -> None:
    base = library.scene("unconditional", CATALOGUE)
    with pytest.raises(UserError, match="embeddings"):
        replace(base, {"objective.loss": "non-contrastive"}, CATALOGUE)
    implicit = library.scene("implicit-regression", CATALOGUE)
    engine = Engine(
        replace(implicit, {"device": "cpu", "objective.loss": "non-contrastive"}, CATALOGUE)
    )
    assert engine.train(20) == 20


def test_other_losses_never_embed() -> None:
    base = library.scene("joint-embedding", CATALOGUE)
    engine = Engine(replace(base, {"device": "cpu", "objective.loss": "hinge"}, CATALOGUE))
    task, rows = engine.task, engine.task.data[:5]
    wrong = task.objective.draw(engine.weights, rows, 0)
    assert task.objective.energies(engine.weights, rows, wrong).embeddings is None
