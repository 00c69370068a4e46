"""Wrong answers, the two stages of an objective, and the regularisers, against brute force."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.losses.base.pair import PairLoss
from ebmviz.engine.losses.base.wrong import NOWHERE, Wrong
from ebmviz.engine.model import build
from ebmviz.engine.regularizers.regularizer import Regularizer, RegularizerParams
from ebmviz.engine.training import step as training
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights
from tests.scenes import assembled


def task(energy: str = "implicit", **given: object) -> Problem:
    """A small problem; `objective__beta` stands for `objective.beta`."""
    labelled = energy in ("binary", "multiclass")
    data = "blobs" if labelled else "parabola"
    small = {} if energy == "ellipse" else {"energy__hidden": 5, "energy__layers": 1}
    scene = assembled(
        {**small, **given}, data__kind=data, data__count=24, energy__kind=energy, seed=3
    )
    return build.problem(scene, torch.device("cpu"))


def fresh(of: Problem) -> tuple[Weights, Tensor]:
    """Its weights and rows as float64."""
    weights = {k: w.double() for k, w in training.start(of).weights.items()}
    return weights, of.data.double()


# wrong answers ------------------------------------------------------------------------

DRAWS = [
    ("hinge", "uniform", "implicit"),
    ("hinge", "noise", "implicit"),
    ("hinge", "uniform", "unconditional"),
    ("nll", "uniform", "implicit"),
    ("infonce", "uniform", "unconditional"),
    ("hinge", "uniform", "multiclass"),
]


@pytest.mark.parametrize(("loss", "negatives", "energy"), DRAWS)
def test_draws_depend_on_seed_and_step_alone(loss: str, negatives: str, energy: str) -> None:
    given: dict[str, object] = {"objective.loss": loss, "objective.negatives": negatives}
    one, same = task(energy, **given), task(energy, **given)
    other = task(energy, **given, seed=4)
    weights, rows = fresh(one)

    def answers(of: Problem, step: int) -> Tensor:
        wrong = of.objective.draw(weights, rows, step)
        found = wrong.each if wrong.each is not None else wrong.every
        assert found is not None
        return found

    first = answers(one, 5)
    torch.testing.assert_close(answers(same, 5), first, rtol=0, atol=0)
    assert not torch.equal(answers(one, 6), first)
    assert not torch.equal(answers(other, 5), first)


@pytest.mark.parametrize("energy", ["implicit", "unconditional"])
@pytest.mark.parametrize("negatives", ["uniform", "grid", "offending"])
def test_answers_lie_within_reach_of_the_data(energy: str, negatives: str) -> None:
    found = task(
        energy, objective__loss="hinge", objective__negatives=negatives, objective__reach=0.25
    )
    weights, rows = fresh(found)
    wrong = found.objective.draw(weights, rows, 0)
    answers = wrong.each if wrong.each is not None else wrong.every
    assert answers is not None
    y = rows[:, -found.energy.answer :]
    room = 0.25 * (y.amax(0) - y.amin(0))
    low, high = y.amin(0) - room, y.amax(0) + room
    assert (answers >= low - 1e-6).all()
    assert (answers <= high + 1e-6).all()
    if negatives != "uniform":  # and the grid fills the box
        cell = (high - low) / 32
        torch.testing.assert_close(answers.amin(0), low + cell / 2, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(answers.amax(0), high - cell / 2, rtol=1e-5, atol=1e-5)
        assert len(answers) == 32**found.energy.answer


@pytest.mark.parametrize("loss", ["hinge", "mee"])
def test_answers_within_the_ball_are_not_wrong(loss: str) -> None:
    found = task("unconditional", objective__loss=loss, objective__epsilon=0.3)
    weights, rows = fresh(found)
    own = found.objective
    wrong = own.draw(weights, rows, 0)
    assert wrong.every is not None
    assert wrong.near is not None
    distance = np.linalg.norm(rows[:, None].numpy() - wrong.every.numpy(), axis=2)
    np.testing.assert_array_equal(wrong.near.numpy(), distance <= 0.3)
    assert 0 < wrong.near.sum() < wrong.near.numel()
    answers, energies = own.offending(own.energies(weights, rows, wrong), wrong, rows)
    assert (torch.linalg.vector_norm(answers - rows, dim=1) > 0.3).all()
    table = found.energy.table(weights, rows, wrong.every, math.inf).numpy()
    np.testing.assert_allclose(energies.numpy(), np.where(distance > 0.3, table, np.inf).min(1))


@pytest.mark.parametrize("negatives", ["uniform", "offending"])
def test_wrong_classes_are_all_classes_but_the_right_one(negatives: str) -> None:
    found = task("multiclass", objective__loss="hinge", objective__negatives=negatives)
    weights, rows = fresh(found)
    own, count = found.objective, found.energy.classes(weights)
    assert count > 2
    seen = set()
    for step in range(8):
        wrong = own.draw(weights, rows, step)
        answers, _ = own.offending(own.energies(weights, rows, wrong), wrong, rows)
        assert (answers != rows[:, -1:]).all()
        seen |= set(answers.flatten().tolist())
    assert seen <= set(range(count))
    assert negatives == "offending" or seen == set(range(count))


def test_a_sample_estimates_the_integral_of_the_grid() -> None:
    def loss(**given: object) -> float:
        found = task("implicit", objective__loss="nll", **given)
        weights, rows = fresh(found)
        own = found.objective
        wrong = own.draw(weights, rows, 0)
        return float(own.value(own.energies(weights, rows, wrong), wrong))

    exact = loss(objective__answers=256)
    assert loss(objective__answers=64) == pytest.approx(exact, abs=1e-3)
    sampled = loss(objective__negatives="uniform", objective__samples=4096)
    assert sampled == pytest.approx(exact, abs=1e-2)


# the loss -----------------------------------------------------------------------------


@pytest.mark.parametrize("beta", [0.0, 0.7, math.inf])
@pytest.mark.parametrize("energy", ["unconditional", "multiclass"])
def test_expected_wrong_answers_are_weighed_by_their_probability(energy: str, beta: float) -> None:
    found = task(energy, objective__loss="log", objective__negatives="grid", objective__beta=beta)
    weights, rows = fresh(found)
    own = found.objective
    wrong = own.draw(weights, rows, 0)
    assert wrong.every is not None
    assert wrong.near is not None
    value = own.loss.per_row(own.energies(weights, rows, wrong), wrong).numpy()
    right = found.energy.free(weights, rows, beta).numpy()
    table = found.energy.table(weights, rows, wrong.every, beta).numpy()
    for i in range(len(rows)):
        far = table[i][~wrong.near[i].numpy()]
        if math.isinf(beta):
            p = (far == far.min()) / (far == far.min()).sum()
        else:
            p = np.exp(-beta * far) / np.exp(-beta * far).sum()
        assert value[i] == pytest.approx((p * np.log1p(np.exp(right[i] - far))).sum(), rel=1e-9)


@pytest.mark.parametrize("negatives", ["offending", "grid"])
@pytest.mark.parametrize(
    "loss", ["hinge", "log", "lvq2", "mce", "square-square", "square-exponential", "simple"]
)
def test_where_nothing_is_wrong_only_the_data_count(loss: str, negatives: str) -> None:
    found = task(
        objective__loss=loss,
        objective__epsilon=100,
        objective__negatives=negatives,
        objective__beta=1.0,
    )
    rows = found.data
    weights = {k: w.requires_grad_() for k, w in training.start(found).weights.items()}
    own = found.objective
    wrong = own.draw(weights, rows, 0)
    energies = own.energies(weights, rows, wrong)
    value = own.loss.per_row(energies, wrong)
    assert isinstance(found.loss, PairLoss)
    alone = found.loss.pair(energies.right, torch.full_like(energies.right, NOWHERE))
    torch.testing.assert_close(value, alone)
    slopes = torch.autograd.grad(value.sum(), list(weights.values()), allow_unused=True)
    assert all(s is None or bool(s.isfinite().all()) for s in slopes)
    answers, low = own.offending(energies, wrong, rows)
    torch.testing.assert_close(answers, rows[:, 1:])
    torch.testing.assert_close(low, energies.right)


PARTS = [
    ("hinge", "offending"),
    ("hinge", "uniform"),
    ("log", "grid"),
    ("nll", "grid"),
    ("infonce", "uniform"),
]


@pytest.mark.parametrize(("loss", "negatives"), PARTS)
@pytest.mark.parametrize("energy", ["implicit", "unconditional", "multiclass", "ellipse"])
def test_stacked_weights_give_what_each_gives(energy: str, loss: str, negatives: str) -> None:
    if energy == "multiclass" and (loss, negatives) == ("infonce", "uniform"):
        negatives = "grid"  # its answers are all classes
    found = task(
        energy,
        objective__loss=loss,
        objective__negatives=negatives,
        objective__beta=1.5,
        objective__answers=8,
        regularizer__gradient=0.0 if energy == "ellipse" else 0.1,
        regularizer__magnitude=0.2,
        regularizer__decay=0.3,
    )
    weights, rows = fresh(found)
    own = found.objective
    wrong = own.draw(weights, rows, 2)
    lanes = [{k: w * (1 + 0.2 * i) for k, w in weights.items()} for i in range(3)]
    stacked = {k: torch.stack([lane[k] for lane in lanes]) for k in weights}

    def parts(lane: Weights) -> dict[str, Tensor]:
        energies = own.energies(lane, rows, wrong)
        named = {k: p for k, p in energies._asdict().items() if p is not None}
        return {**named, "loss": own.value(energies, wrong)}

    together = torch.func.vmap(parts)(stacked)
    for i, lane in enumerate(lanes):
        alone = parts(lane)
        assert alone.keys() == together.keys()
        for name, part in alone.items():
            torch.testing.assert_close(together[name][i], part, rtol=1e-9, atol=1e-11)


# regularisers -------------------------------------------------------------------------


def pull(found: Problem, weights: Weights, rows: Tensor) -> tuple[float, Wrong]:
    own = found.objective
    wrong = own.draw(weights, rows, 0)
    added = own.energies(weights, rows, wrong).pull
    assert added is not None
    return float(added), wrong


@pytest.mark.parametrize("loss", ["energy", "hinge", "nll"])
@pytest.mark.parametrize("energy", ["implicit", "unconditional"])
def test_the_gradient_penalty(energy: str, loss: str) -> None:
    """γ ⟨‖∂F/∂y‖²⟩, by differences; and doubling γ doubles it."""
    noise = {"objective.negatives": "uniform"} if loss == "hinge" else {}
    found = task(energy, objective__loss=loss, regularizer__gradient=0.5, **noise)
    weights, rows = fresh(found)
    added, wrong = pull(found, weights, rows)
    places = rows
    if wrong.each is not None:
        places = torch.cat([rows, found.energy.replaced(rows, wrong.each)])
    elif wrong.every is not None:
        some = wrong.every[[i * len(wrong.every) // len(rows) for i in range(len(rows))]]
        places = torch.cat([rows, found.energy.replaced(rows, some)])
    h, total = 1e-5, torch.zeros(len(places), dtype=torch.float64)
    for column in range(2 - found.energy.answer, 2):
        step = torch.zeros_like(places)
        step[:, column] = h
        ahead, behind = (found.energy.free(weights, places + k * step, 1.0) for k in (1, -1))
        total += ((ahead - behind) / (2 * h)).square()
    assert added == pytest.approx(0.5 * float(total.mean()), rel=1e-5)
    twice = task(energy, objective__loss=loss, regularizer__gradient=1.0, **noise)
    assert pull(twice, weights, rows)[0] == pytest.approx(2 * added)


def test_the_energy_magnitude_penalty() -> None:
    found = task("unconditional", objective__loss="hinge", regularizer__magnitude=0.5)
    weights, rows = fresh(found)
    added, wrong = pull(found, weights, rows)
    assert wrong.every is not None
    right = found.energy.free(weights, rows, math.inf).square().mean()
    every = found.energy.free(weights, wrong.every, math.inf).square().mean()
    assert added == pytest.approx(0.5 * float(right + every) / 2)


def test_weight_decay() -> None:
    found = task("unconditional", objective__loss="energy", regularizer__decay=0.25)
    weights, rows = fresh(found)
    wanted = 0.25 * sum(float((w**2).sum()) for w in weights.values())
    assert pull(found, weights, rows)[0] == pytest.approx(wanted)


def test_clipping_keeps_every_weight_within() -> None:
    found = task(objective__loss="square-square", regularizer__clip=0.05, optimizer__lr=0.5)
    state = training.advance(found, training.start(found), 5).state
    largest = max(float(w.abs().max()) for w in state.weights.values())
    assert largest == pytest.approx(0.05)


def kept(weights: Weights, **params: Any) -> Weights:
    return Regularizer(RegularizerParams(**params)).kept_in(weights)


def test_the_spectral_norm_bounds_each_layer() -> None:
    generator = torch.Generator().manual_seed(1)
    wide = torch.randn(7, 4, generator=generator, dtype=torch.float64)
    bias = torch.full((7,), 9.0, dtype=torch.float64)
    bound = kept({"w": wide, "b": bias, "small": 0.01 * wide}, spectral=1.5)
    assert np.linalg.svd(bound["w"].numpy())[1][0] == pytest.approx(1.5)
    np.testing.assert_allclose(bound["w"] / bound["w"][0, 0], wide / wide[0, 0])
    torch.testing.assert_close(bound["b"], bias)  # of a bias there is no norm to bound
    torch.testing.assert_close(bound["small"], 0.01 * wide)


def test_nothing_is_kept_in_where_all_is_off() -> None:
    weights = {"w": torch.full((2, 2), 1e6)}
    assert kept(weights) is weights
