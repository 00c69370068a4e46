"""The value of a network of one output and its gradient by the input, without autograd.

Some rows at a time, so that all layers stay in the cache: by machine code of its own (`compiled`)
for float32 on the CPU, else by torch alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.energies.base import compiled
from ebmviz.engine.weights import Weights

_ROWS = 2560  # places whose layers stay in the cache together


class _Net(NamedTuple):
    """Hidden layers (in, out) and (out,), and the last one, (in, 1) and (1,)."""

    inner: list[tuple[Tensor, Tensor]]
    last: Tensor
    offset: Tensor


@torch.no_grad()
def network_slope(weights: Weights, name: str, x: Tensor, activation: str) -> tuple[Tensor, Tensor]:
    """The network `name` of one output at x (N, in) -> (N,), and its gradient by x, (N, in)."""
    if (found := compiled.value_and_slope(weights, name, x, activation)) is not None:
        return found
    count = sum(key.startswith(f"{name}.w") for key in weights)
    layers = [(weights[f"{name}.w{i}"].t(), weights[f"{name}.b{i}"]) for i in range(1, count + 1)]
    return _plain(_Net(layers[:-1], *layers[-1]), x, activation)


def _plain(net: _Net, x: Tensor, activation: str) -> tuple[Tensor, Tensor]:
    back = [w.t() for w, _ in net.inner]
    back[-1] = net.last * back[-1]  # where the flow begins
    both = _WITH_SLOPE[activation]
    values, slopes = [], []
    for a in torch.split(x, _ROWS):
        rises = []
        for w, b in net.inner:
            a, rise = both(torch.addmm(b, a, w))
            rises.append(rise)
        values.append(torch.addmm(net.offset, a, net.last)[:, 0])
        flow = rises[-1] @ back[-1]
        for w, rise in zip(back[-2::-1], rises[-2::-1], strict=True):
            flow = flow.mul_(rise) @ w
        slopes.append(flow)
    return torch.cat(values), torch.cat(slopes)


def _silu(z: Tensor) -> tuple[Tensor, Tensor]:
    s = torch.sigmoid(z)
    a = z.mul_(s)
    return a, torch.lerp(a, a.new_ones(()), s)  # s + a − s a, the exponential used twice


def _tanh(z: Tensor) -> tuple[Tensor, Tensor]:
    a = torch.tanh(z)
    return a, torch.addcmul(a.new_ones(()), a, a, value=-1)


def _sigmoid(z: Tensor) -> tuple[Tensor, Tensor]:
    a = torch.sigmoid(z)
    return a, torch.addcmul(a, a, a, value=-1)


def _relu(z: Tensor) -> tuple[Tensor, Tensor]:
    a = z.relu_()
    return a, a.sign()


_WITH_SLOPE: dict[str, Callable[[Tensor], tuple[Tensor, Tensor]]] = {
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "relu": _relu,
    "silu": _silu,
}
"""z, which may be overwritten -> a and ∂a/∂z."""
