"""Lanes of the same data, seed and first weights: they differ in the loss, or in the rate too."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Auxiliary
from ebmviz.engine.training.batches import next_batch
from ebmviz.engine.training.lab_groups import per_lane, plan
from ebmviz.engine.training.lanes.stack import Stack
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights


class LossLanes(Stack):
    """All see the same batches; those whose losses allow it share wrong answers and evaluations."""

    def _arrange(self) -> Sequence[Problem]:
        rows = next_batch(self.head, self._clock)[0]
        self._groups = plan(self.tasks, self._named(self._flat[0]), rows)
        lanes = [lane for group in self._groups for lane in group.lanes]
        self._order = [lanes.index(lane) for lane in range(len(lanes))]
        return self.tasks[:1]

    def _gradient(self, flat: Tensor, rows: Tensor, step: int) -> tuple[Tensor, Tensor]:
        rows = rows[0]
        losses, slopes = [], []
        for group in self._groups:
            own = flat if len(self._groups) == 1 else flat[list(group.lanes)]
            with torch.enable_grad():
                leaves = {k: w.requires_grad_() for k, w in self._named(own.detach()).items()}
                each = per_lane(group, self.tasks, leaves, rows, step)
                more = self._all_auxiliary(leaves, rows)
                total = each.sum() if more is None else each.sum() + more
                found = torch.autograd.grad(
                    total, list(leaves.values()), allow_unused=True, materialize_grads=True
                )
            losses.append(each.detach())
            slopes.append(torch.cat([slope.flatten(1) for slope in found], 1))
        if len(self._groups) == 1:
            return losses[0], slopes[0]
        return torch.cat(losses)[self._order], torch.cat(slopes)[self._order]

    def _all_auxiliary(self, weights: Weights, rows: Tensor) -> Tensor | None:
        """The sum over stacked weights of a loss that some energies have of their own."""
        if not isinstance(self.head.energy, Auxiliary):
            return None

        def own(lane: Weights) -> Tensor:
            more = self._auxiliary(lane, rows)
            return rows.new_zeros(()) if more is None else more

        out: Tensor = torch.func.vmap(own)(weights)
        return out.sum()
