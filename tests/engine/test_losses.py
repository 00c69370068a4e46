"""Each loss against its formula in float64, and the facts of mathematics.md §3."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor

from ebmviz.core.params import ParamSet
from ebmviz.engine.losses.base.every import EveryLoss
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.losses.base.pair import OneWrong
from ebmviz.engine.losses.energy import EnergyLoss
from ebmviz.engine.losses.hinge import Hinge
from ebmviz.engine.losses.infonce import InfoNCE
from ebmviz.engine.losses.log import Log
from ebmviz.engine.losses.lvq2 import LVQ2
from ebmviz.engine.losses.mce import MCE
from ebmviz.engine.losses.mee import MEE
from ebmviz.engine.losses.nll import NLL
from ebmviz.engine.losses.perceptron import Perceptron
from ebmviz.engine.losses.simple import Simple
from ebmviz.engine.losses.square_exponential import SquareExponential
from ebmviz.engine.losses.square_square import SquareSquare
from ebmviz.engine.model import registry

Floats = npt.NDArray[np.float64]
AnyLoss = Any  # of any family

RNG = np.random.default_rng(5)
RIGHT, WRONG = RNG.normal(1, 2, 40), RNG.normal(1, 2, 40)
TABLE = RNG.normal(1, 2, (40, 6))
NEAR = RNG.random((40, 6)) < 0.3
NEAR[0], NEAR[1] = True, False

PAIRS = [Hinge, Log, LVQ2, MCE, SquareSquare, SquareExponential, Simple]
OVERS = [Perceptron, NLL, MEE, InfoNCE]


def make(cls: type[AnyLoss], **params: object) -> AnyLoss:
    return cls(cls.Params(**params))


def tensor(values: Floats) -> Tensor:
    return torch.from_numpy(values)


def named(cls: type) -> str:
    return cls.__name__


def paired(loss: AnyLoss, right: Floats, wrong: Floats) -> Floats:
    return loss.pair(tensor(right), tensor(wrong)).numpy()


def over(loss: AnyLoss, right: Floats, table: Floats, near: npt.NDArray[np.bool_]) -> Floats:
    return loss.over(tensor(right), tensor(table), torch.from_numpy(near), 0.0).numpy()


# formulas -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "formula"),
    [
        (make(Hinge, margin=0.7), lambda c, i: np.maximum(0, 0.7 + c - i)),
        (make(Log), lambda c, i: np.log(1 + np.exp(c - i))),
        (make(MCE), lambda c, i: 1 / (1 + np.exp(i - c))),
        (
            make(SquareSquare, margin=3),
            lambda c, i: np.maximum(0, c) ** 2 + np.maximum(0, 3 - i) ** 2,
        ),
        (make(SquareExponential, gamma=1.7), lambda c, i: c**2 + 1.7 * np.exp(-i)),
        (make(Simple, margin=2), lambda c, i: np.maximum(0, c) + np.maximum(0, 2 - i)),
    ],
    ids=["hinge", "log", "mce", "square-square", "square-exponential", "simple"],
)
def test_a_loss_of_two_energies(loss: AnyLoss, formula: Callable[[Floats, Floats], Floats]) -> None:
    np.testing.assert_allclose(paired(loss, RIGHT, WRONG), formula(RIGHT, WRONG), rtol=1e-12)
    # The loss plane shows that very function.
    plane = loss.of_pair(tensor(RIGHT), tensor(WRONG)).numpy()
    np.testing.assert_array_equal(plane, paired(loss, RIGHT, WRONG))


def test_lvq2() -> None:
    c, i = np.abs(RIGHT) + 0.01, np.abs(WRONG) + 0.01
    wanted = np.minimum(1, np.maximum(0, (c - i) / (0.5 * i)))
    np.testing.assert_allclose(paired(make(LVQ2, delta=0.5), c, i), wanted, rtol=1e-12)
    assert 0 < (wanted == 0).sum() < 40
    assert ((wanted > 0) & (wanted < 1)).any()
    assert (wanted == 1).any()


def test_the_energy_loss() -> None:
    loss = make(EnergyLoss)
    np.testing.assert_array_equal(loss.alone(tensor(RIGHT)).numpy(), RIGHT)
    mean, slope = loss.with_slope(tensor(RIGHT))
    assert float(mean) == pytest.approx(RIGHT.mean())
    np.testing.assert_allclose(slope.numpy(), np.full(40, 1 / 40))


def test_the_perceptron_counts_the_right_answer_among_all() -> None:
    least = np.minimum(RIGHT, TABLE.min(1))
    np.testing.assert_array_equal(over(make(Perceptron), RIGHT, TABLE, NEAR), RIGHT - least)


@pytest.mark.parametrize("beta", [0.1, 1.0, 7.0])
def test_nll_is_the_mean_over_the_volume(beta: float) -> None:
    log_cell = math.log(0.3)
    z = (np.exp(-beta * TABLE) * 0.3).sum(1)
    loss = make(NLL, beta=beta)
    found = loss.over(tensor(RIGHT), tensor(TABLE), torch.from_numpy(NEAR), log_cell)
    np.testing.assert_allclose(found.numpy(), RIGHT + np.log(z) / beta, rtol=1e-12)


@pytest.mark.parametrize("beta", [0.1, 1.0, 7.0])
def test_near_answers_are_no_rivals(beta: float) -> None:
    rivals = np.where(NEAR, 0, np.exp(-beta * TABLE)).sum(1)
    p = np.exp(-beta * RIGHT) / (np.exp(-beta * RIGHT) + rivals)
    mee = over(make(MEE, beta=beta), RIGHT, TABLE, NEAR)
    np.testing.assert_allclose(mee, 1 - p, rtol=1e-9, atol=1e-15)
    nce = over(make(InfoNCE, beta=beta), RIGHT, TABLE, NEAR)
    np.testing.assert_allclose(nce, -np.log(p), rtol=1e-9, atol=1e-15)
    assert mee[0] == nce[0] == 0, "all are near: nothing is wrong"


# facts of mathematics.md ---------------------------------------------------------------------


def test_nll_goes_to_the_perceptron_as_beta_grows() -> None:
    every = np.concatenate([RIGHT[:, None], TABLE], 1)  # the right answer is one of all
    near = np.zeros(every.shape, bool)
    perceptron = over(make(Perceptron), RIGHT, every, near)
    for beta in (10.0, 100.0, 1e4):
        distance = over(make(NLL, beta=beta), RIGHT, every, near) - perceptron
        assert distance.min() >= -1e-12
        assert distance.max() <= math.log(7) / beta
    np.testing.assert_array_equal(over(make(NLL, beta=math.inf), RIGHT, every, near), perceptron)


def test_nll_of_two_answers_is_the_log_loss() -> None:
    nll = make(NLL, beta=1).of_pair(tensor(RIGHT), tensor(WRONG))
    log = make(Log).of_pair(tensor(RIGHT), tensor(WRONG))
    torch.testing.assert_close(nll, log, rtol=1e-12, atol=1e-14)
    beta = 2.5
    nll = make(NLL, beta=beta).of_pair(tensor(RIGHT), tensor(WRONG))
    log = make(Log).of_pair(beta * tensor(RIGHT), beta * tensor(WRONG)) / beta
    torch.testing.assert_close(nll, log, rtol=1e-12, atol=1e-14)
    nce = make(InfoNCE, beta=1).of_pair(tensor(RIGHT), tensor(WRONG))
    torch.testing.assert_close(nce, make(Log).of_pair(tensor(RIGHT), tensor(WRONG)))
    mee = make(MEE, beta=1).of_pair(tensor(RIGHT), tensor(WRONG))
    torch.testing.assert_close(mee, make(MCE).of_pair(tensor(RIGHT), tensor(WRONG)))


def test_for_regression_three_losses_are_one_up_to_a_constant() -> None:
    """E = ½(G − y)² over the whole line: the minimum is 0 and the integral does not know G."""
    answers, cell = np.arange(-12, 12, 0.01), 0.01
    g, y, beta = RNG.uniform(-1, 1, 40), RNG.uniform(-1, 1, 40), 1.5
    right = 0.5 * (g - y) ** 2
    table = 0.5 * (g[:, None] - answers) ** 2
    near = np.zeros(table.shape, bool)
    nll = make(NLL, beta=beta)
    found = nll.over(tensor(right), tensor(table), torch.from_numpy(near), math.log(cell)).numpy()
    constant = 0.5 * math.log(2 * math.pi / beta) / beta
    np.testing.assert_allclose(found - right, constant, rtol=1e-9)
    exact = np.concatenate([table, np.zeros((40, 1))], 1)  # y = G itself
    perceptron = over(make(Perceptron), right, exact, np.zeros(exact.shape, bool))
    np.testing.assert_array_equal(perceptron, right)


@pytest.mark.parametrize("y", [-1.0, 1.0])
def test_the_binary_forms(y: float) -> None:
    """E(y) = −yG."""
    g = RNG.normal(0, 2, 40)
    right, wrong = -y * g, y * g
    both = np.stack([right, wrong], 1)
    near = np.tile([True, False], (40, 1))
    perceptron = over(make(Perceptron), right, both, near)
    np.testing.assert_allclose(perceptron, (np.sign(g) - y) * g, rtol=1e-12)
    hinge = paired(make(Hinge, margin=0.4), right, wrong)
    np.testing.assert_allclose(hinge, np.maximum(0, 0.4 - 2 * y * g), atol=1e-12)
    nll = over(make(NLL, beta=1), right, both, near)
    np.testing.assert_allclose(nll, np.log(1 + np.exp(-2 * y * g)), rtol=1e-9, atol=1e-14)


def test_nll_pushes_every_answer_as_hard_as_it_is_probable() -> None:
    beta = 1.3
    every = tensor(TABLE).requires_grad_()
    near = torch.zeros(TABLE.shape, dtype=torch.bool)
    make(NLL, beta=beta).over(every[:, 0], every, near, 0.0).sum().backward()
    p = np.exp(-beta * TABLE)
    p /= p.sum(1, keepdims=True)
    assert every.grad is not None
    np.testing.assert_allclose(every.grad[:, 0].numpy(), 1 - p[:, 0], rtol=1e-12)
    np.testing.assert_allclose(every.grad[:, 1:].numpy(), -p[:, 1:], rtol=1e-12)


@pytest.mark.parametrize("cls", [Hinge, Log, MCE, SquareSquare, SquareExponential, Simple, NLL])
def test_a_loss_with_a_margin_is_good(cls: type[AnyLoss]) -> None:
    """Some point beyond the margin beats every point before it (LeCun et al. 2006, condition 2)."""
    axis = torch.linspace(0, 12, 241, dtype=torch.float64)
    right, wrong = torch.meshgrid(axis, axis, indexing="xy")
    value = make(cls).of_pair(right, wrong)
    assert value[wrong > right + 0.5].min() < value[wrong <= right + 0.5].min()


@pytest.mark.parametrize("cls", [Perceptron, LVQ2, EnergyLoss])
def test_a_loss_without_one_is_content_where_all_is_flat(cls: type[AnyLoss]) -> None:
    axis = torch.linspace(0, 12, 241, dtype=torch.float64)
    right, wrong = torch.meshgrid(axis, axis, indexing="xy")
    value = make(cls).of_pair(right, wrong)
    assert value[0, 0] == value.min()


# slopes -------------------------------------------------------------------------------


def slope_of(value: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    leaf = at.clone().requires_grad_()
    (found,) = torch.autograd.grad(value(leaf).sum(), leaf)
    return found


@pytest.mark.parametrize("cls", [*PAIRS, *OVERS, EnergyLoss], ids=named)
def test_slopes_are_those_of_finite_differences(cls: type[AnyLoss]) -> None:
    loss = make(cls)
    at = tensor(np.abs(np.stack([RIGHT, WRONG])) + 0.1)

    def value(pair: Tensor) -> Tensor:
        return loss.of_pair(pair[0], pair[1])

    found, h = slope_of(value, at), 1e-6
    for k in (0, 1):
        step = torch.zeros_like(at)
        step[k] = h
        wanted = (value(at + step) - value(at - step)) / (2 * h)
        torch.testing.assert_close(found[k], wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("cls", [*PAIRS, *OVERS, EnergyLoss], ids=named)
def test_extreme_energies_give_numbers(cls: type[AnyLoss], dtype: torch.dtype) -> None:
    loss = make(cls)
    lowest = 0.0 if "nonnegative" in loss.requires else -1e4
    ends = torch.tensor([lowest, lowest / 2, 0.0, 1e-30, 1.0, 1e4, 1e30], dtype=dtype)
    pairs = torch.cartesian_prod(ends[:-1], ends)  # E_I is 1e30 where no answer is wrong
    value = loss.of_pair(pairs[:, 0], pairs[:, 1])
    assert value.isfinite().all()
    slope = slope_of(lambda p: loss.of_pair(p[:, 0], p[:, 1]), pairs)
    assert not slope.isnan().any()


@pytest.mark.parametrize("cls", OVERS, ids=named)
def test_all_near_gives_numbers(cls: type[AnyLoss]) -> None:
    table = tensor(TABLE).requires_grad_()
    near = torch.ones(TABLE.shape, dtype=torch.bool)
    value = make(cls).over(tensor(RIGHT), table, near, 0.0)
    (slope,) = torch.autograd.grad(value.sum(), table)
    assert value.isfinite().all()
    assert slope.isfinite().all()


# what is offered ----------------------------------------------------------------------


def test_the_menu_is_in_the_order_of_the_tutorial() -> None:
    """Whatever else there is, and wherever its file is found: by what each says of its place."""
    wanted = ["energy", "perceptron", "hinge", "log", "lvq2", "mce"]
    wanted += ["square-square", "square-exponential", "simple", "nll", "mee", "infonce"]
    losses = [c for c in registry.COMPONENTS if issubclass(c, Loss)]
    places = {c.kind: c.order for c in losses}
    assert len(set(places.values())) == len(losses), "two claim one place"
    assert sorted(wanted, key=places.__getitem__) == wanted
    assert list(registry.catalogue().kinds("objective")) == sorted(places, key=places.__getitem__)


def test_a_ratio_of_energies_needs_energies_of_one_sign() -> None:
    catalogue = registry.catalogue()
    lvq2 = catalogue.component("objective", "lvq2")
    assert "divides" in lvq2.refused_by(catalogue.component("energy", "unconditional"))
    assert not lvq2.refused_by(catalogue.component("energy", "implicit"))


def test_losses_say_what_they_look_at() -> None:
    for cls in (c for c in registry.COMPONENTS if issubclass(c, Loss)):
        assert ("contrastive" in cls.traits) == issubclass(cls, OneWrong | EveryLoss), cls.kind
        assert issubclass(cls.Params, ParamSet)
