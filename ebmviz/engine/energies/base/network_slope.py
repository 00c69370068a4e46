"""The value of a network of one output and its gradient by the input, without autograd.

Some rows at a time, so that all layers stay in the cache: by the compiled kernels of
`ebmviz.engine.landscape.kernels.layers` for float32 on the CPU, else by torch alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.landscape.kernels import loader
from ebmviz.engine.weights import Weights

if TYPE_CHECKING:
    from ebmviz.engine.landscape.kernels.layers import Layers

_ROWS = 2560  # places whose layers stay in the cache together


class _Net(NamedTuple):
    """Hidden layers (in, out) and (out,), and the last one, (in, 1) and (1,)."""

    inner: list[tuple[Tensor, Tensor]]
    last: Tensor
    offset: Tensor


@torch.no_grad()
def network_slope(weights: Weights, name: str, x: Tensor, activation: str) -> tuple[Tensor, Tensor]:
    """The network `name` of one output at x (N, in) -> (N,), and its gradient by x, (N, in)."""
    count = sum(key.startswith(f"{name}.w") for key in weights)
    layers = [(weights[f"{name}.w{i}"].t(), weights[f"{name}.b{i}"]) for i in range(1, count + 1)]
    net = _Net(layers[:-1], *layers[-1])
    if x.device.type == "cpu" and x.dtype == torch.float32 and (kernels := loader.layers()):
        return _compiled(kernels, net, x, activation)
    return _plain(net, x, activation)


def _compiled(kernels: Layers, net: _Net, x: Tensor, activation: str) -> tuple[Tensor, Tensor]:
    from ebmviz.engine.landscape.kernels.layers import KINDS

    kind, rows = KINDS[activation], max(1, min(_ROWS, len(x)))
    first = net.inner[0][0].contiguous().numpy()
    biases = [b.numpy() for _, b in net.inner]
    last, offset = net.last[:, 0].contiguous().numpy(), float(net.offset)
    # Per hidden layer its values and its slopes: nothing is allocated on the way.
    room = [(x.new_empty(rows, len(b)), x.new_empty(rows, len(b))) for b in biases]
    value, slope = x.new_empty(len(x)), x.new_empty(x.shape)
    for start in range(0, len(x), rows):
        some = slice(start, start + rows)
        y = x[some].contiguous()
        here = [(a[: len(y)], rise[: len(y)]) for a, rise in room]
        flat = [(a.numpy(), rise.numpy()) for a, rise in here]
        kernels.enter(y.numpy(), first, biases[0], *flat[0], kind)
        for i in range(1, len(here)):
            torch.mm(here[i - 1][0], net.inner[i][0], out=here[i][0])
            kernels.activate(flat[i][0], biases[i], flat[i][1], kind)
        kernels.turn(*flat[-1], last, offset, value[some].numpy())
        for i in range(len(here) - 1, 0, -1):
            if i < len(here) - 1:
                here[i][0].mul_(here[i][1])
            torch.mm(here[i][0], net.inner[i][0].t(), out=here[i - 1][0])
        if len(here) == 1:
            here[0][1].fill_(1)  # `turn` has multiplied by it
        kernels.gather(*flat[0], first, slope[some].numpy())
    return value, slope


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
