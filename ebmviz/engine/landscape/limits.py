"""The landscape at β = 0 and ∞ in closed form, and every β between by a sweep over the points."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ebmviz.core.beta import LEAST, MOST
from ebmviz.engine.landscape.points import Mixture, exact_dtype, mixture, working_dtype
from ebmviz.engine.landscape.result import Landscape, Want

Sweep = Callable[[Mixture, Tensor, Tensor, float, Want, torch.dtype], Landscape]
"""(points, y1, y2, beta, want, the results' dtype). At a finite β all that is wanted; at ∞ only the
least energy and, if wanted, its index (not yet `owner`'s).
"""


def landscape_by(
    sweep: Sweep,
    points: Tensor,
    bias: Tensor | None,
    log_p: Tensor | None,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    want: Want,
) -> Landscape:
    """The landscape, by closed forms where there are any and by `sweep` for the rest.

    Arguments as in `ebmviz.engine.landscape.blocks.by_blocks`.
    """
    finite = LEAST <= beta <= MOST
    dtype = working_dtype(points, beta, want)
    known = mixture(points, bias, log_p, beta if finite else math.inf, dtype)
    y1, y2 = y1.to(dtype), y2.to(dtype)
    if finite:
        out = sweep(known, y1, y2, beta, want, points.dtype)
    elif beta > MOST:
        indexed = want._replace(nearest=want.nearest or want.gradient or want.split)
        out = sweep(known, y1, y2, math.inf, indexed, points.dtype)
        out = _at_nearest(known, y1, y2, out, want)
    else:
        out = _at_mean(points, bias, log_p, y1, y2, want)
        if want.nearest:
            least = sweep(known, y1, y2, math.inf, Want(nearest=True), points.dtype)
            out = out._replace(nearest=least.nearest)
    if not want.nearest or out.nearest is None or known.owner is None:
        return out
    owners = known.owner.to(torch.int32).index_select(0, out.nearest.flatten())
    return out._replace(nearest=owners.view_as(out.nearest))


def _at_mean(
    points: Tensor, bias: Tensor | None, log_p: Tensor | None, y1: Tensor, y2: Tensor, want: Want
) -> Landscape:
    """β = 0: ‖y − ⟨p⟩‖² + Var p + ⟨bias⟩."""
    dtype = exact_dtype(points)
    known = mixture(points, bias, log_p, math.inf, dtype)

    def mean(values: Tensor) -> Tensor:
        return values.mean() if known.p is None else (known.p * values).sum()

    x, y = known.x - known.x[:1], known.y - known.y[:1]  # this origin keeps the digits far out
    centre = mean(x), mean(y)
    spread = mean((x - centre[0]).square() + (y - centre[1]).square())
    if known.bias is not None:
        spread = spread + mean(known.bias)
    pull1 = y1.to(dtype) - known.x[:1] - centre[0]
    pull2 = y2.to(dtype) - known.y[:1] - centre[1]
    out = ((pull2.square() + spread)[:, None] + pull1.square()).to(points.dtype)
    result = Landscape(out)
    if want.gradient:
        result = result._replace(gradient=_arrows(pull1[None, :], pull2[:, None], out))
    if want.split:
        result = result._replace(mean_energy=out.clone(), entropy=torch.zeros_like(out))
    return result


def _at_nearest(known: Mixture, y1: Tensor, y2: Tensor, least: Landscape, want: Want) -> Landscape:
    """β = ∞, where all is known once the nearest point is."""
    out, index = least.free_energy, least.nearest
    if index is None:
        return least
    flat = index.flatten()
    if want.gradient:
        x, y = (axis.index_select(0, flat).view_as(out) for axis in (known.x, known.y))
        least = least._replace(gradient=_arrows(y1 - x, y2[:, None] - y, out))
    if want.split:
        if known.owner is None or known.log_p is None:
            entropy = torch.full_like(out, -math.log(len(known.x)))
        else:
            chosen = known.owner.index_select(0, flat)
            entropy = known.log_p.index_select(0, chosen).view_as(out)
        least = least._replace(mean_energy=out.clone(), entropy=entropy)
    return least if want.nearest else least._replace(nearest=None)


def _arrows(pull1: Tensor, pull2: Tensor, like: Tensor) -> Tensor:
    """2 (y − p), (2, H, W)."""
    return torch.stack([pull1.expand_as(like), pull2.expand_as(like)]).mul_(2).to(like.dtype)
