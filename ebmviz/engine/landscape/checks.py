"""Checks of what the landscape functions are given.

On a GPU only shapes and types are looked at: to look at the numbers would stall the queue.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor


def check_beta(beta: float) -> float:
    """β as a float in [0, ∞], or ValueError. Beyond 1e30 it is ∞: float32 could not hold βE."""
    value = float(beta)
    if not value >= 0.0:  # also refuses NaN
        raise ValueError(f"beta must be a number in [0, inf], not {value}.")
    return value if value < 1e30 else math.inf


def check_finite(name: str, values: Tensor) -> None:
    """ValueError unless every element is finite."""
    if values.device.type != "cpu":
        return
    if not np.isfinite(values.detach().numpy()).all():
        raise ValueError(f"{name} must be finite numbers (no NaN, no infinity).")


def check_matrix(name: str, values: Tensor, columns: int | None = None) -> None:
    """ValueError unless `values` is a float (N, columns) matrix with at least one row."""
    if values.dim() != 2 or (columns is not None and values.shape[1] != columns):
        wanted = "D" if columns is None else str(columns)
        raise ValueError(f"{name} must have shape (N, {wanted}), not {tuple(values.shape)}.")
    if values.shape[0] == 0 or values.shape[1] == 0:
        raise ValueError(f"{name} must not be empty, but its shape is {tuple(values.shape)}.")
    if values.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"{name} must be float32 or float64, not {values.dtype}.")


def check_axis(name: str, values: Tensor) -> None:
    """ValueError unless `values` is a non-empty vector of finite, ascending coordinates."""
    if values.dim() != 1 or values.shape[0] == 0:
        raise ValueError(f"{name} must be a non-empty vector, not of shape {tuple(values.shape)}.")
    if values.device.type != "cpu":
        return
    places = values.detach().numpy()
    ends = math.isfinite(places[0]) and math.isfinite(places[-1])
    if ends and (places[1:] >= places[:-1]).all():
        return
    check_finite(name, values)
    raise ValueError(f"{name} must be ascending.")


def check_log_weights(log_weights: Tensor, count: int) -> None:
    """ValueError unless `log_weights` is (count,), without NaN or +inf, and somewhere finite."""
    if log_weights.shape != (count,):
        raise ValueError(
            f"log_weights must have shape ({count},), one per point, "
            f"not {tuple(log_weights.shape)}."
        )
    if log_weights.device.type != "cpu":
        return
    top = log_weights.max().item()  # NaN wins a max
    if math.isnan(top) or top == math.inf:
        raise ValueError("log_weights must not contain NaN or +infinity.")
    if top == -math.inf:
        raise ValueError("log_weights are all -infinity: no point is left.")


def check_plane(points: Tensor, origin: Tensor, axes: Tensor) -> None:
    """ValueError unless `origin` (D,) and `axes` (2, D), orthonormal, are a plane of the points'
    space.
    """
    size = points.shape[1]
    if size < 2:
        raise ValueError(f"a plane needs points with two coordinates or more, not {size}.")
    if origin.shape != (size,) or axes.shape != (2, size):
        raise ValueError(
            f"origin and axes must have shapes ({size},) and (2, {size}), "
            f"not {tuple(origin.shape)} and {tuple(axes.shape)}."
        )
    check_finite("origin", origin)
    if axes.device.type != "cpu":
        return
    wide = axes.double()
    if not torch.allclose(wide @ wide.t(), torch.eye(2).double(), rtol=0, atol=1e-5):
        raise ValueError("axes must be orthonormal: two unit vectors at a right angle.")
