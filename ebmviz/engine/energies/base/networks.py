"""Multi-layer perceptrons as pure functions of named weights.

Layer i of network `name` has the weights `name.wi` (out, in) and `name.bi` (out,).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, choice, integer
from ebmviz.engine.energies.base import compiled
from ebmviz.engine.source import ACTIVATIONS as SOURCES
from ebmviz.engine.weights import Weights

_MANY = 4096  # numbers from which on the time per number counts


def _tanh(x: Tensor) -> Tensor:
    """tanh; of many numbers, where no slope is asked for, by torch's sigmoid, which takes a quarter
    of the time of its tanh on the CPU (within 2e-7 instead of 3e-8). It looks at no value of x, so
    that `torch.func.vmap` can follow.
    """
    exact = torch.is_grad_enabled() or x.dtype != torch.float32 or x.device.type != "cpu"
    if exact or x.numel() < _MANY:
        return torch.tanh(x)
    return torch.sigmoid(x * 2).mul_(2).sub_(1)


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": _tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "silu": torch.nn.functional.silu,
}


class NetworkParams(ParamSet, frozen=True):
    hidden: Annotated[
        int,
        integer(
            "Hidden units",
            symbol="h",
            help="Units of each hidden layer",
            affects=Affects.BUILD,
            low=1,
            high=512,
            slider=(1, 128),
        ),
    ] = 32
    layers: Annotated[
        int,
        integer(
            "Hidden layers",
            affects=Affects.BUILD,
            low=1,
            high=6,
            slider=(1, 4),
        ),
    ] = 2
    activation: Annotated[
        str,
        choice(
            "Activation",
            {"tanh": "tanh", "sigmoid": "Sigmoid", "relu": "ReLU", "silu": "SiLU"},
            affects=Affects.BUILD,
        ),
    ] = "tanh"

    @property
    def script_act(self) -> str:
        """The activation, as a script calls it."""
        return SOURCES[self.activation]

    def sizes(self, inputs: int, outputs: int) -> list[int]:
        """Units of every layer, the input's and the output's included."""
        return [inputs, *[self.hidden] * self.layers, outputs]


def initial(generator: torch.Generator, name: str, sizes: Sequence[int]) -> Weights:
    """Uniform in ± 1/√in, as torch.nn.Linear is initialised."""
    out: Weights = {}
    for i, (n, m) in enumerate(itertools.pairwise(sizes), 1):
        bound = 1 / math.sqrt(n)
        out[f"{name}.w{i}"] = (2 * torch.rand(m, n, generator=generator) - 1) * bound
        out[f"{name}.b{i}"] = (2 * torch.rand(m, generator=generator) - 1) * bound
    return out


def network(weights: Weights, name: str, x: Tensor, activation: str) -> Tensor:
    """The network `name` at x (N, in) -> (N, out); the last layer is linear."""
    if (found := compiled.values(weights, name, x, activation)) is not None:
        return found
    act = ACTIVATIONS[activation]
    i = 1
    while True:
        x = torch.nn.functional.linear(x, weights[f"{name}.w{i}"], weights[f"{name}.b{i}"])
        i += 1
        if f"{name}.w{i}" not in weights:
            return x
        x = act(x)
