"""Losses of the right answer alone."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.losses.base.loss import Loss, P
from ebmviz.engine.losses.base.wrong import Energies, Wrong


class DataLoss(Loss[P]):
    """ℓ(E_C): it looks at nothing beside the data."""

    formula = "alone"

    def alone(self, right: Tensor) -> Tensor:
        """ℓ(E_C), (N,) -> (N,)."""
        raise NotImplementedError

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        return self.alone(found.right)

    def of_pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return self.alone(right)

    def with_slope(self, data_energy: Tensor) -> tuple[Tensor, Tensor]:
        """The mean loss of F of the data (N,), and ∂L/∂F (N,)."""
        with torch.enable_grad():
            leaf = data_energy.detach().requires_grad_()
            loss = self.alone(leaf).mean()
            (slope,) = torch.autograd.grad(loss, leaf)
        return loss.detach(), slope

    def with_slopes(self, data_energy: Tensor) -> tuple[Tensor, Tensor]:
        """The same of L lanes: F (L, N) to (L,) and (L, N)."""
        with torch.enable_grad():
            leaf = data_energy.detach().requires_grad_()
            losses = self.alone(leaf).mean(1)
            (slopes,) = torch.autograd.grad(losses.sum(), leaf)
        return losses.detach(), slopes
