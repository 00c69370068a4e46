"""What a landscape function returns, and what it may be asked for."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Want(NamedTuple):
    """What is computed beside F: its gradient, the nearest point, F split as ⟨E⟩ and entropy."""

    gradient: bool = False
    nearest: bool = False
    split: bool = False


class Landscape(NamedTuple):
    """F_β over a grid y1 (W,) × y2 (H,), and what else was asked for (None: it was not).

    P(k|y) = p_k e^{−β(E_k − F)} is the softargmax, p the normalised prior (1/K without weights).
    F = ⟨E⟩ − entropy/β at every finite β > 0 (math of LeCun et al. 2006: F = ⟨E⟩ + KL(P‖p)/β).
    """

    free_energy: Tensor
    """(H, W), in the units of E: ≥ 0, at least ⟨E⟩."""
    gradient: Tensor | None = None
    """(2, H, W): ∂F/∂y1 and ∂F/∂y2, = Σ_k P(k|y) 2(y − p_k); at β = ∞ 2(y − p_nearest)."""
    nearest: Tensor | None = None
    """(H, W), int32: the point of least energy (p counts only as present or not), the first of
    ties up to rounding.
    """
    mean_energy: Tensor | None = None
    """(H, W): ⟨E⟩ under P(k|y), with the points' constant energies; at β = ∞ the least energy."""
    entropy: Tensor | None = None
    """(H, W), nats: −KL(P‖p) = −Σ_k P ln(P/p_k), in [ln min p, 0]; 0 at β = 0, ln p_nearest at ∞.

    It is the entropy of P relative to the prior, hence never positive. With the uniform prior it is
    the Shannon entropy less ln K.
    """
