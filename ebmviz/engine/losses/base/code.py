"""Losses of what an encoder takes z to be."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Code, Encodes
from ebmviz.engine.losses.base.loss import Loss, P
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Energies, Wrong
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.weights import Weights


class CodeLoss(Loss[P]):
    """Of q(z|y), over which the energy is averaged."""

    formula = "coded"

    def nodes(
        self, normal: Callable[[tuple[int, ...]], Tensor], count: int, dimension: int
    ) -> tuple[Tensor, Tensor]:
        """Standard normal places (S, d) or (N, S, d) and their shares (S,), for N = count rows and
        codes of d = dimension numbers; `normal` draws a shape for this step.
        """
        raise NotImplementedError

    def coded(self, code: Code) -> Tensor:
        """Of the mean energy under q(z|y), its mean and its width -> (N,)."""
        raise NotImplementedError

    def draw(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        assert isinstance(space.energy, Encodes)
        dimension = space.energy.encode(weights, rows[:1])[0].shape[1]
        places, shares = self.nodes(lambda s: space.normal(step, s, rows), len(rows), dimension)
        return Wrong(nodes=(places.to(rows), shares.to(rows)))

    def energies(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, wrong: Wrong
    ) -> Energies:
        assert wrong.nodes is not None
        assert isinstance(space.energy, Encodes)
        code = space.energy.expected(weights, rows, *wrong.nodes)
        return Energies(code.energy, code=code)

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        assert found.code is not None
        return self.coded(found.code)
