"""Energies of which nothing is known but how to compute them: F and ∇F on a grid, by blocks.

A network F_w(y) has no structure over the grid that a product or a tree could use: every place is
evaluated, so what can be saved is memory traffic (blocks whose temporaries stay in the cache) and
places (`ebmviz.engine.server.budget`).
Source: LeCun et al. 2006 for energies over a finite set of answers and their softmin.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from ebmviz.engine.landscape.checks import check_beta, check_log_weights
from ebmviz.engine.landscape.memory import IN_CACHE, ON_DEVICE, in_parts
from ebmviz.engine.landscape.result import Landscape
from ebmviz.engine.landscape.softmin import softmin

Energy = Callable[[Tensor], Tensor]
"""Energies at places y (N, 2): (N,), or (N, K) over K answers or latents. Row n may depend on
nothing but y_n, which batch normalisation, for one, does not keep to.
"""

WIDTH = 128


def direct_landscape(
    energy: Energy,
    y1: Tensor,
    y2: Tensor,
    beta: float = math.inf,
    log_weights: Tensor | None = None,
    *,
    gradient: bool = False,
    width: int = WIDTH,
) -> Landscape:
    """F, and on request ∇F, of any torch function on the grid y1 (W,) × y2 (H,), in any order.

    Where `energy` returns (N,), that is F. Where it returns (N, K), F_β = −(1/β) ln Σ_k p_k
    e^{−βE_k} as everywhere: the mean at β = 0, the minimum at ∞, log_weights (K,) = ln p_k or None
    for 1/K; then ∇F = Σ_k P(k|y) ∇E_k. beta in [0, ∞]; it and log_weights are not looked at
    otherwise. Returns F (H, W) and ∇F (2, H, W) or None, in the units, dtype and device of what
    `energy` returns, without a graph. The gradient is autograd's; where E is flat or has a kink, it
    is what autograd says there.

    Blocks of 2¹⁸ / width places (2²⁵ / width off the CPU), `width` being the most numbers that
    `energy` holds per place: the widest layer, or K. A block that finds no memory is halved. The
    result does not depend on the blocks beyond rounding. Nothing here waits for a GPU.

    Raises ValueError for axes that are no vectors, energies of another shape or cut off from y, a
    negative or NaN beta and log_weights that do not fit; torch.OutOfMemoryError (RuntimeError on a
    CPU) when a single place finds no memory; and what `energy` raises.
    """
    beta = check_beta(beta)
    for name, axis in (("y1", y1), ("y2", y2)):
        if axis.dim() != 1 or len(axis) == 0:
            raise ValueError(f"{name} must be a non-empty vector, not {tuple(axis.shape)}.")
    work = partial(_block, energy, y1, y2, beta, log_weights, gradient)
    held = IN_CACHE if y1.device.type == "cpu" else ON_DEVICE
    count = len(y1) * len(y2)
    free = slope = None
    for part, (values, slopes) in in_parts(count, held // max(1, width), work):
        if free is None:
            free = values.new_empty(count)
            slope = None if slopes is None else slopes.new_empty(2, count)
        free[part] = values
        if slope is not None and slopes is not None:
            slope[:, part] = slopes.t()
    assert free is not None
    shape = (len(y2), len(y1))
    return Landscape(free.view(shape), None if slope is None else slope.view(2, *shape))


def _block(
    energy: Energy,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    log_weights: Tensor | None,
    gradient: bool,
    part: slice,
) -> tuple[Tensor, Tensor | None]:
    """F (n,) and ∇F (n, 2) at places counted along the rows of the grid."""
    if not gradient:
        with torch.no_grad():
            y = _places(y1, y2, part)
            return _softmin(energy(y), y, beta, log_weights)[0], None
    with torch.inference_mode(False), torch.enable_grad():
        y = _places(y1, y2, part).requires_grad_()
        values = energy(y)
        if not values.requires_grad:
            raise ValueError("the energy must depend on y through torch, to have a gradient.")
        free, posterior = _softmin(values.detach(), y, beta, log_weights, True)
        flow = torch.ones_like(values) if posterior is None else posterior
        (slope,) = torch.autograd.grad((values * flow).sum(), y)  # see lagrangian.stationary
    return free, slope


def _places(y1: Tensor, y2: Tensor, part: slice) -> Tensor:
    index = torch.arange(part.start, part.stop, device=y1.device)
    return torch.stack([y1[index % len(y1)], y2[index // len(y1)]], 1)


def _softmin(
    values: Tensor, y: Tensor, beta: float, log_weights: Tensor | None, share: bool = False
) -> tuple[Tensor, Tensor | None]:
    """F, and P(k|y) where there are answers and it is asked for."""
    if values.dim() not in (1, 2) or len(values) != len(y) or values.numel() == 0:
        raise ValueError(
            f"the energy must return ({len(y)},) or ({len(y)}, K) for {len(y)} places, "
            f"not {tuple(values.shape)}."
        )
    if values.dim() == 1:
        return values, None
    if log_weights is not None:
        check_log_weights(log_weights, values.shape[1])
    return softmin(values, beta, log_weights, share)
