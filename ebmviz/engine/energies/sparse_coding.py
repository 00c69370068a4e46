"""Sparse coding, by ISTA or by a learned encoder."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, choice, integer, real
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Atoms, Auxiliary
from ebmviz.engine.energies.base.reconstruction import Reconstruction
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_LISTA = ("energy.inference=lista",)


_SCRIPT = """
    def initial(generator, rows):
        w = torch.randn(‹k›, 2, generator=generator)
        return {"w": w / w.norm(dim=1, keepdim=True)}


    def atoms(w):
        # the columns of W, each at most of length 1
        return w["w"] * w["w"].square().sum(1, keepdim=True).clamp(min=1).rsqrt()


    def code(w, y):
        # ž = argmin_z E(y, z) by ISTA: a step down the gradient, then towards zero by λ/L
        a = atoms(w)
        c = a.T @ a  # its largest eigenvalue is L
        half = 0.5 * (c[0, 0] - c[1, 1])
        length = 0.5 * (c[0, 0] + c[1, 1]) + (half.square() + c[0, 1].square() + 1e-12).sqrt()
        z = torch.zeros(len(y), ‹k›)
        for _ in range(‹t›):
            z = z - (z @ a - y) @ a.T / length
            z = z - z.clamp(-‹sparsity› / length, ‹sparsity› / length)
        return z


    def free_energy(w, rows, beta):
        # E(y, ž) = ½‖y − Wž‖² + λ‖ž‖₁
        z = code(w, rows)
        return 0.5 * (rows - z @ atoms(w)).square().sum(1) + ‹sparsity› * z.abs().sum(1)
"""


class SparseCodingParams(ParamSet, frozen=True):
    code: Annotated[
        int,
        integer(
            "Atoms",
            symbol="K",
            help="Directions in the dictionary; more than two make it overcomplete",
            affects=Affects.BUILD,
            low=1,
            high=64,
            slider=(1, 16),
        ),
    ] = 3
    sparsity: Annotated[
        float,
        real(
            "Sparsity",
            symbol="λ",
            help="Price of each unit of code; at 0 everything is reconstructed, and F is flat",
            affects=Affects.TRAIN,
            low=0,
            high=100,
            slider=(0.0, 2.0),
        ),
    ] = 0.3
    inference: Annotated[
        str,
        choice(
            "Inference",
            {"ista": "ISTA, min over z", "lista": "LISTA, learned"},
            help="LISTA unrolls ISTA to a few layers and learns them: fast, and not quite ž",
            affects=Affects.TRAIN,
        ),
    ] = "ista"
    iterations: Annotated[
        int,
        integer(
            "Iterations",
            symbol="T",
            help="Steps of ISTA, for ž",
            affects=Affects.TRAIN,
            low=1,
            high=1000,
            slider=(1, 100),
        ),
    ] = 40
    layers: Annotated[
        int,
        integer(
            "Layers",
            help="Steps of LISTA, for z̃",
            affects=Affects.TRAIN,
            low=1,
            high=100,
            slider=(1, 10),
            when=_LISTA,
        ),
    ] = 3
    target: Annotated[
        float,
        real(
            "Target weight",
            symbol="α",
            help="Weight of D(ž, z̃) = ½‖ž − z̃‖², from which the encoder learns, beside E itself",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 4.0),
            when=_LISTA,
        ),
    ] = 1.0


class SparseCoding(
    Atoms[SparseCodingParams],
    Auxiliary[SparseCodingParams],
    Reconstruction[SparseCodingParams],
):
    """Sparse coding

    A few atoms explain each y, at a price: directions of low price are valleys. Atoms stay in the
    unit ball, or long ones would make every code small. LISTA starts out as ISTA.
    Formula: E(y, z) = ½ ‖y − Wz‖^2 + λ‖z‖_1
    Source: Olshausen and Field 1996; Daubechies et al. 2004 (ISTA); Gregor and LeCun 2010 (LISTA)
    """

    kind = "sparse-coding"
    order = 210
    Params = SparseCodingParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        p = self.params
        atoms = torch.randn(p.code, 2, generator=generator)
        atoms = atoms / atoms.norm(dim=1, keepdim=True)
        length = _lipschitz(atoms)
        return {
            "w": atoms,
            "e": atoms / length,
            "s": torch.eye(p.code) - atoms @ atoms.t() / length,
            "theta": (p.sparsity / length).expand(p.code).clone(),
        }

    def script(self, view: View) -> str:
        p = self.params
        if p.inference != "ista":
            return ""
        return piece(_SCRIPT, k=p.code, sparsity=p.sparsity, t=p.iterations)

    def atoms(self, weights: Weights) -> Tensor:
        """The columns of W, (K, 2), each at most of length 1."""
        w = weights["w"]
        return w * w.square().sum(1, keepdim=True).clamp(min=1.0).rsqrt()

    def energies(self, weights: Weights, rows: Tensor, z: Tensor) -> Tensor:
        """E(y, z) of rows (N, 2) and codes (N, K): (N,)."""
        missed = 0.5 * (rows - self.decode(weights, z)).square().sum(1)
        return missed + self.params.sparsity * z.abs().sum(1)

    def prices(self, rows: Tensor) -> dict[str, float]:
        """A unit atom takes a code as long as y."""
        length = rows[:, -2:].norm(dim=1).mean()
        return {"energy.sparsity": self.params.sparsity * float(length)}

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        return self.energies(weights, rows, self.code(weights, rows))

    def decode(self, weights: Weights, z: Tensor) -> Tensor:
        return z @ self.atoms(weights)

    def code(self, weights: Weights, rows: Tensor) -> Tensor:
        if self.params.inference == "lista":
            return self.lista(weights, rows)
        return self.ista(weights, rows)

    def curve(self, weights: Weights, rows: Tensor) -> Tensor | None:
        return None  # a single atom is drawn as one

    def ista(self, weights: Weights, rows: Tensor, near: Tensor | None = None) -> Tensor:
        """argmin_z E(y, z), (N, K), by proximal steps from z = 0; E never rises.

        near z̃ (N, K): of E + ½α‖z − z̃‖² instead, starting there.
        """
        p, atoms = self.params, self.atoms(weights)
        pull = 0.0 if near is None else p.target
        length = _lipschitz(atoms) + pull
        seen, z = rows @ atoms.t(), rows.new_zeros(len(rows), p.code)
        if near is not None:
            seen, z = seen + pull * near, near
        # z − ∇/L = Sz + W'y/L, as LISTA has it
        keep = (
            torch.eye(p.code, dtype=atoms.dtype, device=atoms.device) * (1 - pull / length)
            - atoms @ atoms.t() / length
        )
        seen, threshold = seen / length, p.sparsity / length
        for _ in range(p.iterations):
            z = shrink(seen + z @ keep, threshold)
        return z

    def lista(self, weights: Weights, rows: Tensor) -> Tensor:
        """z̃, (N, K): z ← shrink_θ(W_e y + Sz), a few times from z = 0."""
        theta = weights["theta"].clamp(min=0)
        seen = rows @ weights["e"].t()
        z = shrink(seen, theta)
        for _ in range(self.params.layers - 1):
            z = shrink(seen + z @ weights["s"].t(), theta)
        return z

    def auxiliary(self, weights: Weights, rows: Tensor) -> Tensor | None:
        """Target propagation: ½α‖ž − z̃‖², ž = argmin_z E(y, z) + ½α‖z − z̃‖² held fixed."""
        if self.params.inference != "lista" or self.params.target == 0:
            return None
        guess = self.lista(weights, rows)
        best = self.ista(weights, rows, near=guess.detach()).detach()
        return 0.5 * self.params.target * (best - guess).square().sum(1).mean()


def shrink(z: Tensor, threshold: Tensor) -> Tensor:
    """Towards zero by the threshold, and to zero within it: the proximal map of ‖·‖₁."""
    return z - z.clamp(-threshold, threshold)


def _lipschitz(atoms: Tensor) -> Tensor:
    """‖W'W‖₂ from the 2 × 2 matrix WW', from above and differentiable, positive always."""
    c = atoms.t() @ atoms
    half = 0.5 * (c[0, 0] - c[1, 1])
    return 0.5 * (c[0, 0] + c[1, 1]) + (half.square() + c[0, 1].square() + 1e-12).sqrt()
