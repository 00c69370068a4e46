"""Networks by machine code of their own, where nobody asks how they come to their values."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.llvm.forms import form
from ebmviz.engine.tape.beforehand import current
from ebmviz.engine.weights import Weights

_MANY = 2048  # places from which on the time for each of them counts


def values(weights: Weights, name: str, x: Tensor, activation: str) -> Tensor | None:
    """The network `name` at x (N, in) -> (N, out); None where torch is to find it: with autograd, a
    transform of `torch.func` or a tape at work, not in float32 on the CPU, or at few places.
    """
    if torch.is_grad_enabled() or len(x) < _MANY:
        return None
    found = _found(weights, name, x, activation, False)
    return None if found is None else found[0]


def value_and_slope(
    weights: Weights, name: str, x: Tensor, activation: str
) -> tuple[Tensor, Tensor] | None:
    """That of one output -> (N,), and its gradient by x (N, in); None where it is not in float32 on
    the CPU, or where a transform or a tape is at work.
    """
    found = _found(weights, name, x, activation, True)
    return None if found is None else (found[0][:, 0], found[1])


@torch.no_grad()
def sum_and_slope(
    weights: Weights, name: str, x: Tensor, activation: str, beta: float
) -> tuple[Tensor, Tensor] | None:
    """(1/β) ln Σ e^{βf} of the outputs f -> (N,), and its gradient by x (N, in), 0 < β < ∞; None as
    above.
    """
    last = max(int(key.removeprefix(f"{name}.w")) for key in weights if key.startswith(f"{name}.w"))
    ends = {f"{name}.{kind}{last}": beta * weights[f"{name}.{kind}{last}"] for kind in "wb"}
    found = _found({**weights, **ends}, name, x, activation, True)
    return None if found is None else (torch.logsumexp(found[0], 1) / beta, found[1] / beta)


def _found(
    weights: Weights, name: str, x: Tensor, activation: str, slopes: bool
) -> tuple[Tensor, Tensor] | None:
    followed = current.get() is not None or _transformed()
    if followed or x.device.type != "cpu" or x.dtype != torch.float32:
        return None
    count = sum(key.startswith(f"{name}.w") for key in weights)
    layers = [[weights[f"{name}.{kind}{i}"] for kind in "wb"] for i in range(1, count + 1)]
    if count < 2 or any(part.dtype != torch.float32 for layer in layers for part in layer):
        return None
    made = form((x.shape[1], *(len(b) for _, b in layers)), activation, slopes)
    if made is None:
        return None
    row = torch.cat([part.reshape(-1) for layer in layers for part in layer])
    found, slope = made(row.numpy(), x.detach().numpy(), torch.get_num_threads())
    return torch.from_numpy(found), torch.from_numpy(slope)


def _transformed() -> bool:
    return torch._C._functorch.peek_interpreter_stack() is not None
