"""The landscape on the CPU by the compiled quadtree (`tiles.walk`)."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.landscape.limits import landscape_by
from ebmviz.engine.landscape.points import LOG2E, Mixture
from ebmviz.engine.landscape.result import Landscape, Want
from ebmviz.engine.landscape.tiles.arithmetic import LANES
from ebmviz.engine.landscape.tiles.code import Walk
from ebmviz.engine.landscape.tiles.layout import SIDE, WIDEST

_WARM, _COLD = 1 << 25, 1 << 27
"""Points times places from which a second thread is worth its call, which takes 0.15 ms: at any
finite β, and at ∞.
"""
_NO_INDEX = np.empty((0, 0), np.int32)
_NO_EXTRAS = np.empty((4, 0, 0), np.float32)


def by_tiles(
    walk: Walk,
    points: Tensor,
    bias: Tensor | None,
    log_p: Tensor | None,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    want: Want,
) -> Landscape:
    """What `blocks.by_blocks` returns, for float32 on the CPU and β ≥ ¼ (or 0, ∞).

    It takes as many threads as torch does, where they are worth it. Memory: the results, and per
    thread about 40 K (2 + log2 of the grid's side / 8) bytes.
    """

    def sweep(
        known: Mixture, y1: Tensor, y2: Tensor, beta: float, want: Want, _dtype: torch.dtype
    ) -> Landscape:
        return _sweep(walk, known, y1, y2, beta, want)

    return landscape_by(sweep, points, bias, log_p, y1, y2, beta, want)


def _sweep(
    walk: Walk, known: Mixture, y1: Tensor, y2: Tensor, beta: float, want: Want
) -> Landscape:
    count, shape = len(known.x), (len(y2), len(y1))
    fields = np.zeros((5, count))
    fields[0], fields[1] = known.x.numpy(), known.y.numpy()
    if known.bias is not None:
        fields[2] = fields[3] = known.bias.numpy()
    fields[4] = np.arange(count)
    axes = _padded(y1), _padded(y2)
    least = None
    if want.nearest or math.isinf(beta):
        least = _run(walk, fields, *axes, shape, math.inf, 0.0, 0.0, want._replace(split=False))
    if math.isinf(beta):
        return Landscape(least[0], None, least[1]) if least else Landscape(torch.empty(shape))
    if known.prior is not None:
        fields[2] += known.prior.numpy()
    log_top = -math.log(count) if known.p_max is None else math.log(float(known.p_max))
    # K dropped points of weight e^{−T}, relative to point 0, cost F less than its last bit (and
    # 2⁻²⁴ where β < 1).
    slack = (24 * math.log(2) + math.log(count) + max(0.0, -math.log(beta))) / beta
    more = want.gradient or want.split
    free, _, extras = _run(
        walk, fields, *axes, shape, beta * LOG2E, slack, -log_top / beta, Want(split=more)
    )
    return Landscape(
        free,
        extras[:2] if want.gradient else None,
        least[1] if least else None,
        extras[2] if want.split else None,
        extras[3] if want.split else None,
    )


def _run(
    walk: Walk,
    fields: Array,
    y1: Array,
    y2: Array,
    shape: tuple[int, int],
    scale: float,
    slack: float,
    shift: float,
    want: Want,
) -> tuple[Tensor, Tensor, Tensor]:
    """F, index and extras, the last two empty unless wanted (`nearest`, `split`)."""
    height, width = -(-shape[0] // SIDE) * SIDE, -(-shape[1] // LANES) * LANES
    out = np.empty((height, width), np.float32)
    index = np.empty((height, width), np.int32) if want.nearest else _NO_INDEX
    extras = np.empty((4, height, width), np.float32) if want.split else _NO_EXTRAS
    work = fields.shape[1] * height * width
    threads = torch.get_num_threads() if work > (_COLD if math.isinf(scale) else _WARM) else 1
    axes = y1, y2, y1.astype(np.float32), y2.astype(np.float32)
    task = (fields, *axes, scale, slack, shift, out, index, extras)
    others = [_pool().submit(walk, *task, i, threads) for i in range(1, threads)]
    walk(*task, 0, threads)
    for other in others:
        other.result()
    whole = (height, width) == shape
    parts = [torch.from_numpy(part) for part in (out, index, extras)]
    if not whole:
        parts = [part[..., : shape[0], : shape[1]].contiguous() for part in parts]
    return parts[0], parts[1], parts[2]


def _padded(axis: Tensor) -> Array:
    """float64, its last value repeated to a multiple of WIDEST."""
    count = len(axis)
    padded = np.empty(-(-count // WIDEST) * WIDEST)
    padded[:count] = axis.numpy()
    padded[count:] = padded[count - 1]
    return padded


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="tiles")
