"""The free energy in closed form under the transforms of torch.func, as the loss lab and the
gradient penalty use it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from ebmviz.engine.energies.base import decoder
from ebmviz.engine.landscape.scattered import unchecked
from ebmviz.engine.landscape.softmin import soft_minimum
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.problem import TrainState
from tests.scenes import built_in
from tests.slow import slow

BETAS = [0.0, 0.05, 2.0, math.inf]


def cloud(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def free(points: Tensor, y: Tensor, logits: Tensor, beta: float) -> Tensor:
    return unchecked(points, y, beta, torch.log_softmax(logits, 0))


def plain(points: Tensor, y: Tensor, logits: Tensor, beta: float) -> Tensor:
    energy = (y[:, None] - points).square().sum(-1)
    return soft_minimum(energy, beta, torch.log_softmax(logits, 0))


# Few places keep P(k|y) and the arrows for the way back, many keep nothing.
@pytest.mark.parametrize("count", [3, 9000])
@pytest.mark.parametrize("beta", BETAS)
def test_over_stacked_weights_and_their_gradients(beta: float, count: int) -> None:
    points, logits, y = cloud(4, 40, 2), cloud(4, 40, seed=1), cloud(count, 2, seed=2)
    found = torch.func.vmap(free, (0, None, 0, None))(points, y, logits, beta)
    wanted = torch.stack([plain(p, y, w, beta) for p, w in zip(points, logits, strict=True)])
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-9)

    def slopes(of: Callable[..., Tensor]) -> tuple[Tensor, ...]:
        def total(points: Tensor, logits: Tensor, y: Tensor) -> Tensor:
            return of(points, y, logits, beta).square().sum()

        by_all = torch.func.grad(total, (0, 1, 2))
        return torch.func.vmap(by_all, (0, 0, None))(points, logits, y)

    for mine, theirs in zip(slopes(free), slopes(plain), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", [slow("mixture"), "kmeans", "ellipse-warm", "horn"])
@pytest.mark.parametrize("lab", [False, True])
def test_large_decoders_train_as_small_ones_do(
    name: str, lab: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a size the energies are not held at once: the same numbers come of it, also under
    many losses and with the gradient penalty.
    """
    few = {"regularizer.gradient": 0.1, "optimizer.batch": 6, "view.lab": lab}
    scene = built_in(name, few, objective__beta=3.0)
    found = []
    for most in (1 << 30, 1):
        monkeypatch.setattr(decoder, "MOST_AT_ONCE", most)
        engine = Engine(scene)
        engine.train(2)
        found.append(engine.lab.values if engine.lab else weights(engine.state))
    torch.testing.assert_close(found[0], found[1], rtol=1e-4, atol=1e-5)
    assert bool(found[0].isfinite().all())


def weights(state: TrainState) -> Tensor:
    return torch.cat([w.flatten() for w in state.weights.values()])
