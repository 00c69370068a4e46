"""R̂ and ESS against ArviZ, and what the draws of chains may count."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ebmviz.core.snapshot import Array
from ebmviz.engine.sampling.diagnostics import effective_size, split_r_hat, standing
from ebmviz.engine.sampling.draws import LEAST, Draws


def arviz() -> Any:
    """The reference, where it is needed alone: both processes would spend 1.5 s on it."""
    from arviz_stats.base import array_stats  # type: ignore[attr-defined]

    return array_stats


def autoregression(steps: int, chains: int, rho: float, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    x = np.empty((steps, chains))
    x[0] = rng.normal(size=chains)
    for t in range(1, steps):
        x[t] = rho * x[t - 1] + math.sqrt(1 - rho**2) * rng.normal(size=chains)
    return x


@pytest.mark.parametrize("steps", [16, 21, 33, 100, 257])
@pytest.mark.parametrize("chains", [2, 5, 64])
@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.7, 0.97, 0.999])
def test_both_are_those_of_arviz_in_slow_and_short_chains_too(
    steps: int, chains: int, rho: float
) -> None:
    x = autoregression(steps, chains, rho, steps + chains)
    array_stats = arviz()
    size = array_stats.ess(x, chain_axis=1, draw_axis=0, method="bulk")
    r_hat = array_stats.rhat(x, chain_axis=1, draw_axis=0, method="rank")
    assert effective_size(x) == pytest.approx(float(size), rel=1e-9)
    assert split_r_hat(x) == pytest.approx(float(r_hat), rel=1e-9)


@pytest.mark.parametrize("kind", ["heavy", "wide", "refused", "apart"])
def test_heavy_tails_other_widths_and_ties_are_those_of_arviz(kind: str) -> None:
    rng = np.random.default_rng(4)
    x = rng.standard_cauchy((90, 6)) if kind == "heavy" else autoregression(90, 6, 0.5)
    if kind == "wide":
        x[:, 3:] *= 4
    if kind == "refused":  # a chain stays where it is in two steps of three
        x = np.repeat(x[:30], 3, 0).round(1)
    if kind == "apart":
        x[:, 0] += 3
    array_stats = arviz()
    size = array_stats.ess(x, chain_axis=1, draw_axis=0, method="bulk")
    r_hat = array_stats.rhat(x, chain_axis=1, draw_axis=0, method="rank")
    assert effective_size(x) == pytest.approx(float(size), rel=1e-9)
    assert split_r_hat(x) == pytest.approx(float(r_hat), rel=1e-9)
    assert kind not in ("wide", "apart") or split_r_hat(x) > 1.05


def test_chains_that_stand_are_counted() -> None:
    x = np.random.default_rng(0).normal(size=(40, 7, 2))
    x[:, 2] = x[0, 2]
    x[:, 5, 0] = 1.0  # moves along the other axis
    assert standing(x) == 1
    assert split_r_hat(np.broadcast_to(np.arange(3.0), (20, 3))) == math.inf
    assert math.isnan(split_r_hat(np.ones((20, 3))))
    assert math.isnan(effective_size(np.ones((20, 3))))


def run(x: Array) -> Draws:
    draws = Draws()
    for row in x:
        draws.add(row)
    return draws


def test_the_first_half_is_warm_up_and_few_draws_say_nothing() -> None:
    x = np.random.default_rng(1).normal(size=(200, 8, 2))
    for steps in (1, 2, 30, 2 * LEAST - 1):
        mixing = run(x[:steps]).mixing()
        assert mixing is None or mixing.r_hat is mixing.size is None
    x[:60] += 50  # a start far away, forgotten
    mixing = run(x[:128]).mixing()
    assert mixing is not None
    assert (mixing.draws, mixing.chains, mixing.stride) == (64, 8, 1)
    axes = x[64:128, :, 0], x[64:128, :, 1]
    assert mixing.r_hat == max(split_r_hat(axis) for axis in axes)
    assert mixing.size == min(effective_size(axis) for axis in axes)


def test_a_long_run_is_thinned_evenly_and_looking_changes_nothing() -> None:
    x = np.random.default_rng(2).normal(size=(9000, 64, 2)).astype(np.float32)
    draws, looked = Draws(), Draws()
    for row in x:
        draws.add(row)
        looked.add(row)
        looked.mixing()
    mixing = draws.mixing()
    assert mixing == looked.mixing()
    assert draws.steps == 9000
    assert mixing is not None
    assert mixing.stride == 16
    assert 240 < mixing.draws <= 512
    # Even steps apart: the last is at most a sixteenth of the run old.
    kept = x[15::16][:, :, 0]
    most = len(kept) // 32 * 32
    axis = kept[most // 2 : most]
    assert mixing.draws == len(axis)
    assert mixing.r_hat is not None
    assert mixing.r_hat >= split_r_hat(axis)


def test_the_axis_along_which_nothing_moves_has_no_say() -> None:
    x = np.random.default_rng(3).normal(size=(100, 5, 2))
    x[..., 1] = 0.25
    mixing = run(x).mixing()
    assert mixing is not None
    assert mixing.standing == 0
    assert mixing.r_hat is not None
    assert mixing.r_hat < 1.1
