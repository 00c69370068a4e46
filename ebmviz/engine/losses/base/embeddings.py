"""Losses of embeddings."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Embeds
from ebmviz.engine.losses.base.loss import Loss, P
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Energies, Wrong
from ebmviz.engine.weights import Weights


class EmbeddingLoss(Loss[P]):
    """Not of energies, but of both embeddings of the batch."""

    formula = "embedded"

    def embedded(self, x: Tensor, y: Tensor) -> Tensor:
        """h(x) and h(y), (N, d) each -> (N,). Its mean is the loss of the batch; a row of it may
        depend on the others.
        """
        raise NotImplementedError

    def energies(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, wrong: Wrong
    ) -> Energies:
        energy = space.energy
        assert isinstance(energy, Embeds)
        right = energy.free(weights, rows, self.params.beta)
        return Energies(right, embeddings=energy.embed(weights, rows))

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        assert found.embeddings is not None
        return self.embedded(*found.embeddings)
