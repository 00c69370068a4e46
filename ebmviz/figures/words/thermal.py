"""What a β means: which average over the latent the free energy is, and at which temperature."""

from __future__ import annotations

import math

from ebmviz.figures.words.text import number

HOT, WARM, COLD = "hot (mean)", "warm (marginal)", "cold (minimum)"


def regime(beta: float) -> str:
    """The three kinds of softmin_β: the mean at β = 0, the minimum at ∞, a marginal between."""
    if beta == 0:
        return HOT
    return COLD if math.isinf(beta) else WARM


def temperature(beta: float) -> str:
    """T = 1/(k_B β), in units of an energy over k_B."""
    if beta == 0:
        return "T = ∞"
    return "T = 0" if math.isinf(beta) else f"T = {number(1 / beta)}/k_B"


def name(of: str, beta: float) -> str:
    """softmin_β[of], with the β of a limit written out."""
    if math.isinf(beta):
        return f"softmin_∞[{of}]"
    return f"softmin_0[{of}]" if beta == 0 else f"softmin_β[{of}]"
