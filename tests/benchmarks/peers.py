"""The same free energy map as others would compute it: every place against every point.

Each peer is built as it would be by someone who wants it fast: float32, the same threads as ours,
compiled for the shape before the clock starts. `build(points, y1, y2, beta)` returns what is timed,
a function without arguments that returns (H, W); it raises ImportError where the library is absent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

Work = Callable[[], Any]
CHUNK = 1 << 22  # elements of the chunked form's temporary


def lecture(points: Tensor, y1: Tensor, y2: Tensor, beta: float) -> Work:
    """The practicum's formula: one broadcast over (H, W, K, 2)."""

    def work() -> Tensor:
        y = torch.stack(torch.meshgrid(y1, y2, indexing="xy"), -1)
        energy = (y[:, :, None] - points).square().sum(-1)
        return _soften(energy, beta)

    return work


def chunked(points: Tensor, y1: Tensor, y2: Tensor, beta: float) -> Work:
    """torch.logsumexp over rows, the energies as a sum of two tables, in blocks that fit."""
    step = max(1, CHUNK // (len(y1) * len(points)))

    def work() -> Tensor:
        a = (y1[:, None] - points[:, 0]).square()
        b = (y2[:, None] - points[:, 1]).square()
        rows = [_soften(b[i : i + step, None] + a, beta) for i in range(0, len(y2), step)]
        return torch.cat(rows)

    return work


def compiled(points: Tensor, y1: Tensor, y2: Tensor, beta: float) -> Work:
    """torch.compile of the broadcast formula: one fused loop."""

    def formula(points: Tensor, y1: Tensor, y2: Tensor) -> Tensor:
        dx = y1[None, :, None] - points[:, 0]
        dy = y2[:, None, None] - points[:, 1]
        return _soften(dx * dx + dy * dy, beta)

    torch._dynamo.reset()
    fused = torch.compile(formula, dynamic=False)
    return lambda: fused(points, y1, y2)


def numba(points: Tensor, y1: Tensor, y2: Tensor, beta: float) -> Work:
    """A parallel loop over rows, fast-math, one row of running minima and sums in the cache."""
    import numba as nb

    def loop(p: Any, y1: Any, y2: Any, beta: Any, out: Any) -> None:
        count, width = p.shape[0], y1.shape[0]
        cold = math.isinf(beta)
        shift = np.float32(math.log(count))
        for i in nb.prange(y2.shape[0]):
            least = np.full(width, np.float32(np.inf), np.float32)
            for k in range(count):
                dy = y2[i] - p[k, 1]
                for j in range(width):
                    dx = y1[j] - p[k, 0]
                    least[j] = min(least[j], dx * dx + dy * dy)
            if cold:
                out[i] = least
                continue
            total = np.zeros(width, np.float32)
            for k in range(count):
                dy = y2[i] - p[k, 1]
                for j in range(width):
                    dx = y1[j] - p[k, 0]
                    total[j] += np.exp(beta * (least[j] - dx * dx - dy * dy))
            for j in range(width):
                out[i, j] = least[j] - (np.log(total[j]) - shift) / beta

    nb.set_num_threads(min(torch.get_num_threads(), nb.config.NUMBA_NUM_THREADS))
    compiled: Any = nb.njit(parallel=True, fastmath=True, error_model="numpy")(loop)
    p, a, b = points.numpy(), y1.numpy(), y2.numpy()
    out = np.empty((len(b), len(a)), np.float32)

    def work() -> Any:
        compiled(p, a, b, np.float32(beta), out)
        return out

    return work


def jax(points: Tensor, y1: Tensor, y2: Tensor, beta: float) -> Work:
    """jax.jit of the broadcast formula (XLA; it takes all cores)."""
    import jax as library
    import jax.numpy as jnp

    def formula(p: Any, y1: Any, y2: Any) -> Any:
        dx = y1[None, :, None] - p[:, 0]
        dy = y2[:, None, None] - p[:, 1]
        energy = dx * dx + dy * dy
        if math.isinf(beta):
            return energy.min(-1)
        log_sum = library.nn.logsumexp(-beta * energy, axis=-1)
        return -(log_sum - math.log(p.shape[0])) / beta

    fused = library.jit(formula)
    given = [jnp.asarray(t.numpy()) for t in (points, y1, y2)]
    return lambda: fused(*given).block_until_ready()


def keops(points: Tensor, y1: Tensor, y2: Tensor, beta: float) -> Work:
    """A KeOps reduction over the points; needs a C++ compiler."""
    from pykeops.torch import LazyTensor

    def work() -> Tensor:
        y = torch.stack(torch.meshgrid(y1, y2, indexing="xy"), -1).view(-1, 2)
        energy = ((LazyTensor(y[:, None]) - LazyTensor(points[None])) ** 2).sum(-1)
        if math.isinf(beta):
            return energy.min(1).view(len(y2), len(y1))
        log_sum = (-beta * energy).logsumexp(1).view(len(y2), len(y1))
        return -(log_sum - math.log(len(points))) / beta

    return work


def _soften(energy: Tensor, beta: float) -> Tensor:
    if math.isinf(beta):
        return energy.amin(-1)
    return -(torch.logsumexp(-beta * energy, -1) - math.log(energy.shape[-1])) / beta


PEERS: dict[str, Callable[[Tensor, Tensor, Tensor, float], Work]] = {
    "lecture": lecture,
    "chunked": chunked,
    "torch.compile": compiled,
    "numba": numba,
    "jax": jax,
    "keops": keops,
}
