"""softmin_β over points, for every place of a grid, in one GPU kernel: nothing of size K·H·W is
ever stored.

Import on demand: triton is not installed everywhere, and takes a while to load.
"""

# mypy: ignore-errors
# triton has no types, and reads annotations as its own.

from __future__ import annotations

import triton
import triton.language as tl

LOG2E: tl.constexpr = tl.constexpr(1.4426950408889634)


@triton.jit
def _expm1(t):
    """e^t − 1 for float32 t ≤ 0, accurate relative to itself: a Taylor polynomial down to −½."""
    series = 1.0 + t * (1.0 / 8.0)
    series = 1.0 + t * (1.0 / 7.0) * series
    series = 1.0 + t * (1.0 / 6.0) * series
    series = 1.0 + t * (1.0 / 5.0) * series
    series = 1.0 + t * (1.0 / 4.0) * series
    series = 1.0 + t * (1.0 / 3.0) * series
    series = 1.0 + t * (1.0 / 2.0) * series
    return tl.where(t > -0.5, t * series, tl.exp2(t * LOG2E) - 1.0)


@triton.jit
def _log1p(u):
    """ln(1 + u) for float64 u > −1: what 1 + u rounds away is divided out again (W. Kahan)."""
    whole = 1.0 + u
    lost = whole == 1.0
    away = tl.where(lost, 1.0, whole - 1.0)
    return tl.where(lost, u, tl.log(whole) * (u / away))


# The sizes change with every scene and window: they are not worth a compilation each.
@triton.jit(do_not_specialize=["count", "width", "places"])
def softmin(
    x_ptr,
    y_ptr,
    bias_ptr,
    prior_ptr,
    p_ptr,
    p_max_ptr,
    y1_ptr,
    y2_ptr,
    free_ptr,
    gradient_ptr,
    nearest_ptr,
    mean_ptr,
    entropy_ptr,
    count,
    width,
    places,
    beta,
    WARM: tl.constexpr,
    HOT: tl.constexpr,
    GRADIENT: tl.constexpr,
    NEAREST: tl.constexpr,
    SPLIT: tl.constexpr,
    BLOCK_K: tl.constexpr,
    BLOCK_N: tl.constexpr,
):
    """BLOCK_N places against all `count` points, twice: for the least energies, then for the sums.

    The arrays of points and axes share one float type, in which energies are formed; their
    exponentials are float32, and sums over tiles float64. WARM: β is finite; HOT: it is so small
    that the sum of p_k expm1(…) is needed. Explicit fma: left to the compiler, it could round an
    energy otherwise in the second pass, and β times an ulp can be anything.
    """
    place = tl.program_id(0).to(tl.int64) * BLOCK_N + tl.arange(0, BLOCK_N)
    inside = place < places
    y1 = tl.load(y1_ptr + place % width, mask=inside, other=0.0)
    y2 = tl.load(y2_ptr + place // width, mask=inside, other=0.0)
    k = tl.arange(0, BLOCK_K)

    least = tl.full([BLOCK_N], float("inf"), y1.dtype)  # of E
    shift = least  # of E + prior
    nearest = tl.zeros([BLOCK_N], tl.int32)
    for start in range(0, count, BLOCK_K):
        real = start + k < count
        x = tl.load(x_ptr + start + k, mask=real, other=0.0)
        y = tl.load(y_ptr + start + k, mask=real, other=0.0)
        constant = tl.load(bias_ptr + start + k, mask=real, other=float("inf"))
        d1 = y1[None, :] - x[:, None]
        d2 = y2[None, :] - y[:, None]
        energy = tl.fma(d1, d1, tl.fma(d2, d2, constant[:, None]))
        if NEAREST:
            low, index = tl.min(energy, axis=0, return_indices=True)
            nearest = tl.where(low < least, start + index, nearest)
            least = tl.minimum(low, least)
        elif HOT or not WARM:
            least = tl.minimum(tl.min(energy, axis=0), least)
        if WARM:
            prior = tl.load(prior_ptr + start + k, mask=real, other=0.0)
            shift = tl.minimum(tl.min(energy + prior[:, None], axis=0), shift)
    if NEAREST:
        tl.store(nearest_ptr + place, nearest, mask=inside)

    if WARM:
        total = tl.zeros([BLOCK_N], tl.float64)
        lowered = tl.zeros([BLOCK_N], tl.float64)
        rise = tl.zeros([BLOCK_N], tl.float64)
        pull1 = tl.zeros([BLOCK_N], tl.float64)
        pull2 = tl.zeros([BLOCK_N], tl.float64)
        for start in range(0, count, BLOCK_K):
            real = start + k < count
            x = tl.load(x_ptr + start + k, mask=real, other=0.0)
            y = tl.load(y_ptr + start + k, mask=real, other=0.0)
            constant = tl.load(bias_ptr + start + k, mask=real, other=float("inf"))
            prior = tl.load(prior_ptr + start + k, mask=real, other=0.0)
            d1 = y1[None, :] - x[:, None]
            d2 = y2[None, :] - y[:, None]
            energy = tl.fma(d1, d1, tl.fma(d2, d2, constant[:, None]))
            above = energy + prior[:, None] - shift[None, :]
            term = tl.exp2((above * (-beta * LOG2E)).to(tl.float32))
            total += tl.sum(term, axis=0).to(tl.float64)
            if HOT:
                above = energy - least[None, :]
                p = tl.load(p_ptr + start + k, mask=real, other=0.0)
                # Beyond `count` the energy is infinite and p = 0: −1 · 0.
                part = p[:, None].to(tl.float32) * _expm1((above * -beta).to(tl.float32))
                lowered += tl.sum(part, axis=0).to(tl.float64)
            elif SPLIT:
                above = above - prior[:, None]  # exact where one point has all the weight
            if SPLIT:
                above = tl.where(real[:, None], above, 0.0)
                rise += tl.sum(term * above.to(tl.float32), axis=0).to(tl.float64)
            if GRADIENT:
                pull1 += tl.sum(term * d1.to(tl.float32), axis=0).to(tl.float64)
                pull2 += tl.sum(term * d2.to(tl.float32), axis=0).to(tl.float64)

        shift = shift.to(tl.float64)
        log_z = tl.log(total * tl.load(p_max_ptr).to(tl.float64))
        if HOT:
            least = least.to(tl.float64)
            log_z = tl.where(lowered > -0.5, _log1p(lowered), log_z + (least - shift) * beta)
            shift = least
        free = shift - log_z / beta
        tl.store(free_ptr + place, free.to(tl.float32), mask=inside)
        if GRADIENT:
            factor = 2.0 / total
            tl.store(gradient_ptr + place, (pull1 * factor).to(tl.float32), mask=inside)
            tl.store(gradient_ptr + places + place, (pull2 * factor).to(tl.float32), mask=inside)
        if SPLIT:
            rise = rise / total
            tl.store(mean_ptr + place, (shift + rise).to(tl.float32), mask=inside)
            entropy = tl.minimum(log_z + rise * beta, 0.0)
            tl.store(entropy_ptr + place, entropy.to(tl.float32), mask=inside)
    else:
        tl.store(free_ptr + place, least.to(tl.float32), mask=inside)
