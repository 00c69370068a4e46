"""The optimisers equal those of torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.engine.model import registry
from ebmviz.engine.optimizers.base.optimizer import Optimizer

OPTIMIZERS: dict[str, type[Optimizer[Any]]] = {
    c.kind: c for c in registry.COMPONENTS if issubclass(c, Optimizer)
}

TORCHES: dict[str, Callable[[list[Tensor], Any], torch.optim.Optimizer]] = {
    "sgd": lambda w, p: torch.optim.SGD(w, lr=p.lr),
    "momentum": lambda w, p: torch.optim.SGD(w, lr=p.lr, momentum=p.momentum),
    "adam": lambda w, p: torch.optim.Adam(w, lr=p.lr, betas=(p.beta1, p.beta2), eps=1e-8),
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize(("dtype", "rel"), [(torch.float64, 1e-12), (torch.float32, 2e-5)])
def test_optimisers_equal_those_of_torch(kind: str, dtype: torch.dtype, rel: float) -> None:
    cls = OPTIMIZERS[kind]
    ours = cls(cls.Params(lr=0.05))
    rng = torch.Generator().manual_seed(4)
    weights = {
        "w": torch.randn(2, generator=rng, dtype=dtype),
        "v": torch.randn(3, 2, generator=rng, dtype=dtype),
    }
    theirs = {k: w.clone().requires_grad_() for k, w in weights.items()}
    reference = TORCHES[kind](list(theirs.values()), ours.params)
    slots = ours.init(weights)
    for step in range(1, 51):
        gradients = {k: torch.randn(w.shape, generator=rng).to(dtype) for k, w in weights.items()}
        before = {k: w.clone() for k, w in (weights | slots).items()}
        given = weights | slots
        weights, slots = ours.update(weights, gradients, slots, step)
        assert all(torch.equal(given[k], before[k]) for k in given), "arguments were changed"
        for k, w in theirs.items():
            w.grad = gradients[k]
        reference.step()
    for k, w in weights.items():
        torch.testing.assert_close(w, theirs[k].detach(), rtol=rel, atol=rel)
