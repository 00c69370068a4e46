"""The landscape on a CUDA GPU by one fused kernel (`fused`)."""

from __future__ import annotations

import importlib.util
import logging
import math
import os
from contextlib import nullcontext
from functools import cache

import torch
from torch import Tensor

from ebmviz.engine.landscape.limits import landscape_by
from ebmviz.engine.landscape.points import HOT, Mixture
from ebmviz.engine.landscape.result import Landscape, Want

PLACES = 256  # of the grid, to one program: two to a thread, which halves the loads of points
POINTS, WIDE_POINTS = 16, 8  # looked at at once, in float32 and in float64


def available(points: Tensor) -> bool:
    """Whether `by_kernel` serves these points: float32 on a CUDA device for which triton compiles.

    In a process with TRITON_INTERPRET=1 CPU tensors are served, slowly, by triton's interpreter.
    The first question about a device compiles and runs the kernel once; where that fails (no C
    compiler, an old GPU), the log says why and the answer stays no.
    """
    served = "cpu" if os.environ.get("TRITON_INTERPRET") == "1" else "cuda"
    return points.dtype == torch.float32 and points.device.type == served and _runs(points.device)


def by_kernel(
    points: Tensor,
    bias: Tensor | None,
    log_p: Tensor | None,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    want: Want,
) -> Landscape:
    """What `blocks.by_blocks` returns, within 1e-5, at about the cost of writing it.

    Arguments as there, but points float32 and `available`. |error| ≤ 1e-5 max(1, |value|), of the
    gradient 1e-5 max(1, √⟨E⟩). F alone takes float32 energies; gradient, mean energy and entropy
    take float64 ones, of which a consumer's GPU does fewer. Memory: the results. Nothing waits for
    the GPU. Raises what triton and CUDA raise.
    """
    with torch.no_grad():
        return landscape_by(_sweep, points, bias, log_p, y1, y2, beta, want)


def _sweep(
    known: Mixture, y1: Tensor, y2: Tensor, beta: float, want: Want, dtype: torch.dtype
) -> Landscape:
    from ebmviz.engine.landscape.fused import softmin

    warm = beta < math.inf
    gradient, split = warm and want.gradient, warm and want.split
    shape = (len(y2), len(y1))
    free = y1.new_empty(shape, dtype=dtype)
    result = Landscape(
        free,
        y1.new_empty((2, *shape), dtype=dtype) if gradient else None,
        y1.new_empty(shape, dtype=torch.int32) if want.nearest else None,
        y1.new_empty(shape, dtype=dtype) if split else None,
        y1.new_empty(shape, dtype=dtype) if split else None,
    )
    count = len(known.x)
    none = torch.zeros_like(known.x)
    even = torch.full_like(known.x, 1 / count)
    places = free.numel()
    device = torch.cuda.device(y1.device) if y1.is_cuda else nullcontext()
    with device:  # triton launches on the current one
        softmin[(-(-places // PLACES),)](
            known.x,
            known.y,
            none if known.bias is None else known.bias,
            none if known.prior is None else known.prior,
            even if known.p is None else known.p,
            even if known.p_max is None else known.p_max,
            y1.contiguous(),
            y2.contiguous(),
            *(free if part is None else part for part in result),  # a stand-in, not written to
            count,
            len(y1),
            places,
            beta if warm else 1.0,
            WARM=warm,
            HOT=beta < HOT,
            GRADIENT=gradient,
            NEAREST=want.nearest,
            SPLIT=split,
            BLOCK_K=WIDE_POINTS if known.x.dtype == torch.float64 else POINTS,
            BLOCK_N=PLACES,
            enable_fp_fusion=True,
        )
    return result


@cache
def _runs(device: torch.device) -> bool:
    """Whether the kernel compiles and starts there."""
    if importlib.util.find_spec("triton") is None:
        return False
    one = torch.zeros(1, 2, device=device)
    try:
        by_kernel(one, None, None, one[0, :1], one[0, :1], 1.0, Want())
    except Exception as error:  # whatever triton, its compilers and the driver raise
        logging.getLogger(__name__).warning("No fused kernel on %s: %s", device, error)
        return False
    return True
