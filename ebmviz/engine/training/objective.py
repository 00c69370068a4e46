"""What a step minimises: the loss over right and wrong answers, and the regularisers.

Two stages, so that many losses can share the first (the lab): `energies`, of the network, and
`value`, of those numbers alone. Everything random is drawn beforehand, by (seed, step): a step
depends on nothing else, and `torch.func.vmap` can go over stacked weights.
Source: LeCun et al. 2006, §2.2; mathematics.md §3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.core.params import ParamSet
from ebmviz.engine.energies.base.capabilities import Continuous
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.losses.base.loss import Loss, LossParams
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Energies, Wrong
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.regularizers.regularizer import Regularizer
from ebmviz.engine.training.box import widened
from ebmviz.engine.weights import Weights


@dataclass(frozen=True)
class Objective:
    """A loss, the answers that it looks at, and what is added to it."""

    loss: Loss[LossParams]
    space: AnswerSpace
    regularizer: Regularizer

    @property
    def energy(self) -> Energy[ParamSet]:
        return self.space.energy

    def fresh(self) -> Slots:
        """What chains go on from, before the first step."""
        return self.loss.fresh(self.space)

    def draw(self, weights: Weights, rows: Tensor, step: int, slots: Slots | None = None) -> Wrong:
        """The wrong answers for a batch of rows (N, D) at a step; slots: as `fresh` made them, and
        the last step left them.
        """
        return self.loss.draw(self.space, weights, rows, step, slots or {})

    def energies(self, weights: Weights, rows: Tensor, wrong: Wrong) -> Energies:
        """Stage one: everything that depends on the weights."""
        found = self.loss.energies(self.space, weights, rows, wrong)
        parts = (
            self.regularizer.of_weights(weights),
            self._magnitude(found),
            self._gradient(weights, rows, wrong),
        )
        there = [part for part in parts if part is not None]
        return found._replace(pull=sum(there[1:], there[0])) if there else found

    def value(self, found: Energies, wrong: Wrong) -> Tensor:
        """Stage two: the mean loss."""
        loss = self.loss.per_row(found, wrong).mean()
        return loss if found.pull is None else loss + found.pull

    def offending(self, found: Energies, wrong: Wrong, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The wrong answer that the loss pushes up most for each datum (N, A), and its energy (N,);
        the right answer where no other counts as wrong.
        """
        return self.loss.offending(self.space, found, wrong, rows)

    def _magnitude(self, found: Energies) -> Tensor | None:
        """α ⟨E²⟩, of all energies that the loss looks at alike."""
        alpha = self.regularizer.params.magnitude
        if not alpha > 0:
            return None
        there = (part for part in (found.right, found.one, found.every) if part is not None)
        mean: Tensor = torch.stack([part.square().mean() for part in there]).mean()
        return alpha * mean

    def _gradient(self, weights: Weights, rows: Tensor, wrong: Wrong) -> Tensor | None:
        """γ ⟨‖∇_y F‖²⟩ at the data and at the wrong answers."""
        energy, beta, gamma = self.energy, self.loss.params.beta, self.regularizer.params.gradient
        if not gamma > 0 or not isinstance(energy, Continuous):
            return None
        places = rows
        if wrong.each is not None:
            places = torch.cat([rows, energy.replaced(rows, wrong.each)])
        elif wrong.every is not None:  # one for each datum, spread over all
            spread = torch.arange(len(rows), device=rows.device) * len(wrong.every) // len(rows)
            places = torch.cat([rows, energy.replaced(rows, wrong.every[spread])])

        def total(y: Tensor) -> Tensor:
            return energy.free(weights, energy.replaced(places, y), beta).sum()

        again = any(w.requires_grad for w in weights.values())
        return gamma * _slope(total, self.space.answers(places), again).square().sum(1).mean()


def _slope(total: Callable[[Tensor], Tensor], at: Tensor, again: bool) -> Tensor:
    """∇ total (N, A); again: it will itself be differentiated, by the weights."""
    try:
        leaf = at.detach().requires_grad_()
    except RuntimeError:  # lanes go through `vmap`, which refuses leaves
        through: Tensor = torch.func.grad(total)(at)  # loads torch's compiler: seconds, once
        return through
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(total(leaf), leaf, create_graph=again)
    return slope


def objective(
    energy: Energy[ParamSet],
    loss: Loss[LossParams],
    regularizer: Regularizer,
    rows: Tensor,
    seed: int,
) -> Objective:
    """For data rows (N, D): answers, or samples of x, come from their range, widened on each side
    by the reach.
    """
    y = loss.trained(rows, energy.answer)
    low, high = widened(y.amin(0), y.amax(0), getattr(loss.params, "reach", 0.0))
    return Objective(loss, AnswerSpace(energy, low, high, seed), regularizer)
