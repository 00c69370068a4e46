"""Decoders at β = ∞: the best latent alone is what a slope is found at."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.prototypes import PrototypeParams
from ebmviz.engine.energies.ellipse import Ellipse, EllipseParams
from ebmviz.engine.energies.kmeans import KMeans
from ebmviz.engine.landscape import least
from ebmviz.engine.model import build
from ebmviz.engine.training import step
from tests.engine.test_decoders import every_decoder, rows_of, some
from tests.scenes import built_in


@every_decoder
@pytest.mark.parametrize("at_once", [1 << 20, 20])
def test_the_coldest_slope_is_that_of_the_least_energy(
    decoder: Decoder[Any], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """∂ min_z E: found at the best latent alone, with many rows in parts."""
    weights, rows = some(decoder), rows_of(decoder, 9).double()
    leaves = {k: w.requires_grad_() for k, w in weights.items()}
    y = rows.clone().requires_grad_()
    energy = decoder.energies(leaves, y).amin(1)
    inputs = (*leaves.values(), y)
    wanted = torch.autograd.grad(energy.square().sum(), inputs, allow_unused=True)
    monkeypatch.setattr(least, "AT_ONCE", at_once)
    free = decoder.free(leaves, y, math.inf)
    found = torch.autograd.grad(free.square().sum(), inputs, allow_unused=True)
    torch.testing.assert_close(free, energy)
    for one, other in zip(found, wanted, strict=True):
        zero = torch.zeros(())  # of a weight that has no part in it
        pair = (zero if slope is None else slope for slope in (one, other))
        torch.testing.assert_close(*torch.broadcast_tensors(*pair), check_dtype=False)


@pytest.mark.parametrize(
    "kind", [Ellipse(EllipseParams(latents=13)), KMeans(PrototypeParams(centres=6))]
)
def test_a_pull_of_some_points_is_that_of_all(kind: Decoder[Any]) -> None:
    """At β = ∞ closed forms pull the nearest points alone, of one model and of lanes."""
    rng = torch.Generator().manual_seed(5)
    z, lanes = kind.latents(), 3
    weights = [some(kind) for _ in range(lanes)]
    for number, each in enumerate(weights):
        each.update({k: w + number for k, w in each.items()})
    which = torch.randint(0, len(z), (lanes, 6), generator=rng)
    which[:, 1] = which[:, 0]  # one that is nearest to two
    flow = torch.randn(lanes, 6, 2, generator=rng, dtype=torch.float64)
    stacked = {k: torch.stack([w[k] for w in weights]) for k in weights[0]}
    points, pull_each = kind.bound_each_chosen(z)(stacked)
    together = pull_each(flow, which)
    for lane, own in enumerate(weights):
        one, pull = kind.bound_chosen(z)(own)
        torch.testing.assert_close(one, points[lane])
        whole, pull_whole = kind.bound(z)(own)
        torch.testing.assert_close(one, whole)
        still = torch.zeros_like(whole)
        for at, along in zip(which[lane], flow[lane], strict=True):
            still[at] += along
        for name, wanted in pull_whole(still).items():
            torch.testing.assert_close(pull(flow[lane], which[lane])[name], wanted)
            torch.testing.assert_close(together[name][lane], wanted)


def test_many_data_are_gone_through_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step never holds the energies of all data and all latents at once."""
    scene = built_in("ellipse", {"optimizer.batch": 24})
    task = build.problem(scene, torch.device("cpu"))
    weights = step.start(task).weights
    loss, wanted = task.gradient(weights, task.data, 0)
    held: list[int] = []
    of = least.argmin

    def watched(energy: Callable[[Tensor], Tensor], rows: Tensor, width: int) -> Tensor:
        def counted(some: Tensor) -> Tensor:
            found = energy(some)
            held.append(found.numel())
            return found

        return of(counted, rows, width)

    monkeypatch.setattr(least, "argmin", watched)
    monkeypatch.setattr(least, "AT_ONCE", 100)
    other, found = task.gradient(weights, task.data, 0)
    assert sum(held) == 24 * 48
    assert max(held) <= 100
    assert torch.equal(loss, other)
    assert torch.equal(found["w"], wanted["w"])
