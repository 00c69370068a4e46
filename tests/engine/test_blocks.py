"""The block-wise landscape against float64 by the definition, and what it does without memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ebmviz.engine.landscape import blocks
from ebmviz.engine.landscape import points as mixture
from ebmviz.engine.landscape.blocks import by_blocks
from ebmviz.engine.landscape.result import Landscape, Want
from tests.engine.brute import (
    BETAS,
    EVERYTHING,
    INF,
    SHAPES,
    WEIGHTS,
    Case,
    assert_close,
    brute,
    case,
    worst,
)


def run(c: Case, want: Want = EVERYTHING) -> Landscape:
    return by_blocks(c.points, c.bias, c.log_p, c.y1, c.y2, c.beta, want)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    shape=st.sampled_from(SHAPES),
    kind=st.sampled_from(WEIGHTS),
    beta=st.one_of(st.sampled_from(BETAS), st.floats(-8, 7).map(lambda x: 10.0**x)),
    count=st.one_of(st.just(1), st.integers(1, 60), st.integers(1, 2000)),
    width=st.integers(1, 30),
    height=st.integers(1, 30),
    scale=st.sampled_from([1e-3, 0.5, 1.0, 5.0]),
    half=st.sampled_from([1e-2, 2.2, 2.2, 30.0]),
    centre=st.sampled_from([(0.0, 0.0), (0.7, -0.3), (1000.0, -1000.0)]),
    biased=st.booleans(),
    want=st.builds(Want, st.booleans(), st.booleans(), st.booleans()),
    seed=st.integers(0, 2**31),
    budget=st.sampled_from([700, 1 << 18]),
    many=st.sampled_from([30, 1 << 12]),
)
def test_any_case_is_exact(
    shape: str, kind: str, beta: float, want: Want, budget: int, many: int, **rest: Any
) -> None:
    c = case(shape, kind, beta, **rest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "IN_CACHE", budget)
        patch.setattr(blocks, "MANY", many)
        ours = run(c, want)
        if math.isinf(beta):  # where a tie leaves a choice, it must be known
            want = want._replace(nearest=True)
            ours = ours._replace(nearest=run(c, want).nearest)
    assert ours.free_energy.dtype == torch.float32
    assert_close(ours, c, want, 5e-6)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("kind", ["none", "e±50", "some removed"])
def test_float64_keeps_its_digits(beta: float, kind: str) -> None:
    c = case("cloud", kind, beta, biased=True).to(torch.float64)
    ours = run(c)
    assert ours.free_energy.dtype == torch.float64
    assert_close(ours, c, EVERYTHING, 1e-9 if beta >= 1e6 else 1e-12)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("kind", ["none", "mild"])
def test_the_gradient_is_that_of_the_free_energy(beta: float, kind: str) -> None:
    c = case("cloud", kind, beta, biased=True).to(torch.float64)
    y1, y2 = (y.expand(11, 17).clone().requires_grad_() for y in (c.y1, c.y2[:, None]))
    offset = torch.stack([y1, y2], -1)[:, :, None] - c.points
    assert c.bias is not None
    energy = offset.square().sum(-1) + c.bias
    log_p = torch.log_softmax(torch.zeros_like(c.bias) if c.log_p is None else c.log_p, 0)
    if beta == 0:
        free = energy @ log_p.exp()
    elif math.isinf(beta):
        free = energy.amin(-1)
    else:
        free = -torch.logsumexp(log_p - beta * energy, -1) / beta
    free.sum().backward()
    assert y1.grad is not None
    assert y2.grad is not None
    ours = run(c)
    assert worst(ours.gradient, torch.stack([y1.grad, y2.grad])) <= 1e-8


@pytest.mark.parametrize("beta", [1e-6, 1e-3, 0.1, 1.0, 30.0, 1e4])
def test_free_energy_is_mean_energy_less_entropy(beta: float) -> None:
    ours = run(case("cloud", "mild", beta).to(torch.float64))
    assert ours.mean_energy is not None
    assert ours.entropy is not None
    again = ours.mean_energy - ours.entropy / beta
    assert torch.allclose(again, ours.free_energy, rtol=0, atol=1e-9)
    assert bool((ours.free_energy >= ours.mean_energy).all())


def test_entropy_from_hot_to_cold() -> None:
    log_p = torch.tensor([0.2, 0.5, 0.3]).log()
    points, y = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), torch.tensor([0.4])
    want = Want(split=True)
    values = [by_blocks(points, None, log_p, y, y, beta, want).entropy for beta in BETAS]
    entropy = torch.cat([v.flatten() for v in values if v is not None])
    assert entropy[0] == 0
    assert entropy[-1] == log_p[0]
    assert bool((entropy.diff() <= 1e-6).all())


def test_ties_go_to_the_first_point_that_exists() -> None:
    points = torch.tensor([[9.0, 9.0], [1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]])
    zero = torch.zeros(1)
    for beta in BETAS:
        for log_p, first in (
            (None, 1),
            (torch.tensor([-INF, -INF, math.log(0.5), math.log(0.5)]), 2),
            (torch.tensor([-INF, math.log(0.2), -INF, math.log(0.8)]), 1),
            (torch.tensor([-INF, -INF, -INF, 0.0]), 3),
        ):
            ours = by_blocks(points, None, log_p, zero, zero, beta, Want(nearest=True))
            assert ours.nearest is not None
            assert ours.nearest.item() == first


def test_the_limits_are_reached() -> None:
    hot, cold = run(case("cloud", "mild", 1e-35)), run(case("cloud", "mild", 1e35))
    for ours, beta in ((hot, 0.0), (cold, INF)):
        for part, limit in zip(ours, run(case("cloud", "mild", beta)), strict=True):
            assert part is not None
            assert limit is not None
            assert torch.equal(part, limit)


@pytest.mark.parametrize("beta", [1e-29, 1e-12, 1e12, 1e29])
@pytest.mark.parametrize("kind", WEIGHTS)
def test_nothing_overflows(beta: float, kind: str) -> None:
    c = case("outlier", kind, beta, biased=True)
    for part in (*run(c), *run(c, Want())):
        assert part is None or bool(torch.isfinite(part).all())
    assert worst(run(c, Want()).free_energy, brute(c).free_energy) <= 5e-6


@pytest.mark.parametrize("beta", [1e-3, 0.01, 0.1, 0.2])
@pytest.mark.parametrize("kind", WEIGHTS)
def test_a_small_beta_with_large_energies(beta: float, kind: str) -> None:
    c = case("cloud", kind, beta, scale=40.0, half=40.0)
    assert_close(run(c), c, EVERYTHING, 5e-6)
    assert_close(run(c, Want()), c, Want(), 5e-6)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("kind", WEIGHTS)
def test_nothing_waits_for_the_device(beta: float, kind: str) -> None:
    """On the meta device there are shapes but no values: whatever would look at one raises."""
    ours = run(case("cloud", kind, beta, biased=True).to("meta"))
    assert ours.gradient is not None
    assert ours.gradient.shape == (2, 11, 17)
    assert ours.nearest is not None
    assert ours.nearest.dtype == torch.int32
    assert all(part is not None and part.is_meta for part in ours)


def test_no_gradient_graph() -> None:
    c = case("cloud", "none", 1.0)
    assert not by_blocks(
        c.points.requires_grad_(), None, None, c.y1, c.y2, 1.0, Want()
    ).free_energy.requires_grad


# What a CUDA device says, and a CPU.
NO_MEMORY = (
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to …"),
)


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> Callable[[RuntimeError, int], list[int]]:
    """Let blocks of more than `most` elements fail; the list fills with the others' sizes."""

    def limit(error: RuntimeError, most: int) -> list[int]:
        done: list[int] = []
        plain = blocks._block

        def block(known: mixture.Mixture, y1: Tensor, y2: Tensor, *rest: Any) -> Landscape:
            size = len(known.x) * len(y1) * len(y2)
            if size > most:
                raise error
            done.append(size)
            return plain(known, y1, y2, *rest)

        monkeypatch.setattr(blocks, "_block", block)
        return done

    return limit


@pytest.mark.parametrize("error", NO_MEMORY)
@pytest.mark.parametrize(("width", "height"), [(17, 11), (300, 1), (1, 300)])
@pytest.mark.parametrize("most", [40, 100, 1000])
def test_without_memory_blocks_are_halved(
    scarce: Callable[[RuntimeError, int], list[int]],
    error: RuntimeError,
    width: int,
    height: int,
    most: int,
) -> None:
    c = case("cloud", "mild", 3.0, width=width, height=height)
    whole = run(c)
    done = scarce(error, most)
    for ours, expected in zip(run(c), whole, strict=True):
        assert ours is not None
        assert expected is not None
        assert torch.allclose(ours, expected, rtol=1e-6, atol=1e-6)
    assert sum(done) == 40 * width * height
    assert max(done) > most // 5  # no smaller than needed


@pytest.mark.parametrize("error", NO_MEMORY)
def test_not_enough_for_a_single_place(
    scarce: Callable[[RuntimeError, int], list[int]], error: RuntimeError
) -> None:
    done = scarce(error, 39)
    with pytest.raises(type(error), match="memory"):
        run(case("cloud", "none", 3.0))
    assert done == []


def test_other_errors_are_not_tried_again(
    scarce: Callable[[RuntimeError, int], list[int]],
) -> None:
    scarce(RuntimeError("unspecified launch failure"), 1000)
    with pytest.raises(RuntimeError, match="launch"):
        run(case("cloud", "none", 3.0))
