"""Regularisers of network energies: all can be switched on and off while training.

Source: mathematics.md §4 ("canyon"); Gulrajani et al. 2017 (gradient penalty); Miyato et al. 2018
(spectral norm); Du and Mordatch 2019 (energy magnitudes).
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, real
from ebmviz.engine.component import Component
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_NETWORK = ("network",)
_MOST = torch.finfo(torch.float32).max  # a bound above it is none: no weight is larger


class RegularizerParams(ParamSet, frozen=True):
    decay: Annotated[
        float,
        real(
            "Weight decay",
            symbol="λ_w",
            help="Adds λ_w ‖w‖² to the loss; 0 is off",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 0.1),
            when=_NETWORK,
        ),
    ] = 0.0
    clip: Annotated[
        float,
        real(
            "Clipping",
            symbol="c",
            help="Keeps every weight within ± c after each step; ∞ is off",
            affects=Affects.TRAIN,
            low=1e-3,
            inf=True,
            slider=(0.01, 10.0),
            log=True,
            when=_NETWORK,
        ),
    ] = float("inf")
    spectral: Annotated[
        float,
        real(
            "Spectral norm",
            symbol="σ",
            help="Scales each layer down to at most this largest singular value; ∞ is off",
            affects=Affects.TRAIN,
            low=1e-3,
            inf=True,
            slider=(0.1, 10.0),
            log=True,
            when=_NETWORK,
        ),
    ] = float("inf")
    gradient: Annotated[
        float,
        real(
            "Gradient",
            symbol="γ",
            help="Adds γ ⟨‖∂F/∂y‖²⟩ at data and negatives ŷ to the loss; 0 is off",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 1.0),
            when=(*_NETWORK, "continuous"),
            unless=("fixed-shape", "energy.distance=l1"),  # |∂F/∂y| = 1, whatever the weights
        ),
    ] = 0.0
    magnitude: Annotated[
        float,
        real(
            "Magnitude",
            symbol="α",
            help="Adds α ⟨E²⟩ at data and negatives ŷ to the loss; 0 is off",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 1.0),
            when=_NETWORK,
        ),
    ] = 0.0


_SCRIPT_CLIP = """
    for v in w.values():
        v.clamp_(-‹c›, ‹c›)
"""
_SCRIPT_SPECTRAL = """
    for v in w.values():  # each layer, down to a largest singular value
        if v.dim() == 2:
            norm = torch.linalg.matrix_norm(v, 2)
            v.mul_((‹most› / norm.clamp(min=1e-12)).clamp(max=1))
"""


class Regularizer(Component[RegularizerParams]):
    """Regularisers

    Each keeps the walls of the landscape from growing without bound; all are off at first.
    Formula: L + λ_w ‖w‖^2 + γ ⟨‖∂F/∂y‖^2⟩ + α ⟨E^2⟩
    Source: Gulrajani et al. 2017; Miyato et al. 2018; Du and Mordatch 2019
    """

    part = "regularizer"
    kind = "regularizer"
    order = 10
    Params = RegularizerParams

    def of_weights(self, weights: Weights) -> Tensor | None:
        """λ_w ‖w‖², over all weights."""
        if self.params.decay == 0:
            return None
        return self.params.decay * torch.stack([w.square().sum() for w in weights.values()]).sum()

    def script(self, lines: str) -> str:
        """Its part of a program that stands alone, after the lines of a loss: what is added to its
        value; then, after a line of dashes, keep(w), what is done after a step.
        """
        p, out = self.params, ""
        if p.decay:
            out += f"value = value + {p.decay!r} * sum(v.square().sum() for v in w.values())\n"
        if p.magnitude:
            # Not of what is found in others.
            known = {name: f"\n{name} = " in f"\n{lines}" for name in ("right", "wrong", "every")}
            known["wrong"] &= "wrong = every" not in lines
            there = [name for name, found in known.items() if found]
            squares = [f"{name}.square().mean()" for name in there]
            squares = squares or ["free_energy(w, batch, BETA).square().mean()"]
            mean = f"({' + '.join(squares)}) / {len(squares)}" if squares[1:] else squares[0]
            out += f"value = value + {p.magnitude!r} * {mean}  # α ⟨E²⟩\n"
        kept = (p.clip <= _MOST) * piece(_SCRIPT_CLIP, c=p.clip)
        kept += (p.spectral <= _MOST) * piece(_SCRIPT_SPECTRAL, most=p.spectral)
        return out + (f"---\n{kept}" if kept else "")

    @property
    def keeps(self) -> bool:
        """Whether `kept_in` does anything."""
        return min(self.params.clip, self.params.spectral) <= _MOST

    def kept_in(self, weights: Weights) -> Weights:
        """Weights after a step, clipped and scaled down where they must be."""
        bound, most = self.params.clip, self.params.spectral
        if bound <= _MOST:
            weights = {k: w.clamp(-bound, bound) for k, w in weights.items()}
        if most <= _MOST:
            weights = {k: _scaled(w, most) if w.dim() == 2 else w for k, w in weights.items()}
        return weights


def _scaled(matrix: Tensor, most: float) -> Tensor:
    finite = torch.nan_to_num(matrix, posinf=0.0, neginf=0.0)  # no norm is found of others
    norm = torch.linalg.matrix_norm(finite, 2)
    return matrix * torch.clamp(most / norm.clamp(min=1e-12), max=1.0)
