"""How far apart two predictions are."""

from __future__ import annotations

from torch import Tensor

DISTANCES = {"l1": "L1", "half-square": "½ L2²"}


def distance(difference: Tensor, kind: str) -> Tensor:
    """‖d‖₁ or ½‖d‖² over the last axis."""
    return difference.abs().sum(-1) if kind == "l1" else 0.5 * difference.square().sum(-1)


def script_distance(difference: str, kind: str) -> str:
    """The same as Python, of a difference that is."""
    if kind == "l1":
        return f"({difference}).abs().sum(1)"
    return f"0.5 * ({difference}).square().sum(1)"
