"""Lanes of one objective: they differ in seeds, and so in data, first weights and the order of the
batches, in the noise of the data, or in the rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from ebmviz.engine.energies.base.decoder import ChosenPull, Pull
from ebmviz.engine.landscape.softmin import softmin
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.wrong import Wrong
from ebmviz.engine.training.lanes.stack import Stack
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights

_TENSORS = ("each", "every", "near", "nodes")


class AlikeLanes(Stack):
    """Each its own rows and wrong answers, where its seed or data are its own; all go through the
    energy and the loss together.
    """

    def _arrange(self) -> Sequence[Problem]:
        head = self.head
        self._shared = all(t.data is head.data and t.seed == head.seed for t in self.tasks)
        closed = head.manifold if isinstance(head.loss, DataLoss) else None
        self._decoded = closed.bound_each(head.z) if closed else None
        cold = closed is not None and math.isinf(head.loss.params.beta)
        self._chosen = closed.bound_each_chosen(head.z) if closed and cold else None
        return self.tasks[:1] if self._shared else self.tasks

    def _gradient(self, flat: Tensor, rows: Tensor, step: int) -> tuple[Tensor, Tensor]:
        if self._decoded is None:
            return self._through_autograd(flat, rows, step)
        if self._chosen is not None:
            return self._of_nearest(flat, rows, self._chosen)
        return self._of_manifold(flat, rows, self._decoded)

    def _of_manifold(
        self, flat: Tensor, rows: Tensor, decoded: Callable[[Weights], tuple[Tensor, Pull]]
    ) -> tuple[Tensor, Tensor]:
        """Losses of the data alone on a set of points: in closed form, as one lane's."""
        loss = self.head.loss
        assert isinstance(loss, DataLoss)
        points, pull = decoded(self._named(flat))
        # An axis first: torch is slow at vectors of two numbers.
        targets, sources = rows.movedim(-1, 0), points.movedim(-1, 0).contiguous()
        arrows = targets.unsqueeze(3) - sources.unsqueeze(2)  # (2, L, N, K)
        first, *others = arrows.unbind(0)
        energy = first * first
        for along in others:
            energy.addcmul_(along, along)
        free, posterior = softmin(energy.flatten(0, 1), loss.params.beta, None, share=True)
        assert posterior is not None
        value, slope = loss.with_slopes(free.view(energy.shape[:2]))
        flow = posterior.view(energy.shape) * (-2 * slope).unsqueeze(2)
        on_points = arrows.mul_(flow).sum(2).movedim(0, -1)
        found = pull(on_points)
        return value, torch.cat([part.flatten(1) for part in found.values()], 1)

    def _of_nearest(
        self,
        flat: Tensor,
        rows: Tensor,
        decoded: Callable[[Weights], tuple[Tensor, ChosenPull]],
    ) -> tuple[Tensor, Tensor]:
        """The same at β = ∞, where the nearest point of each datum is all that matters."""
        loss = self.head.loss
        assert isinstance(loss, DataLoss)
        points, pull = decoded(self._named(flat))
        lanes, count, _ = points.shape
        targets, sources = rows.movedim(-1, 0), points.movedim(-1, 0)
        apart = (targets.unsqueeze(3) - sources.unsqueeze(2)).square()  # (2, L, N, K)
        nearest = (apart[0] + apart[1]).argmin(2)
        begins = count * torch.arange(lanes, device=nearest.device)[:, None]
        chosen = points.flatten(0, 1)[(nearest + begins).flatten()].view(*nearest.shape, 2)
        away = rows - chosen
        value, slope = loss.with_slopes(away.square().sum(2))
        found = pull(-2 * slope.unsqueeze(2) * away, nearest)
        return value, torch.cat([part.flatten(1) for part in found.values()], 1)

    def _through_autograd(self, flat: Tensor, rows: Tensor, step: int) -> tuple[Tensor, Tensor]:
        example = self._named(flat[0])
        drawers = self.tasks[:1] if self._shared else self.tasks
        drawn = [
            t.objective.draw(example, own, step)
            for t, own in zip(drawers, rows.unbind(0), strict=True)
        ]
        wrong, over = _stacked(drawn, self._shared)
        own_rows = rows[0] if self._shared else rows
        with torch.enable_grad():
            leaves = {k: w.requires_grad_() for k, w in self._named(flat.detach()).items()}
            each, more = torch.func.vmap(self._one, (0, None if self._shared else 0, over))(
                leaves, own_rows, wrong
            )
            found = torch.autograd.grad(
                (each + more).sum(),
                list(leaves.values()),
                allow_unused=True,
                materialize_grads=True,
            )
        return each.detach(), torch.cat([slope.flatten(1) for slope in found], 1)

    def _one(self, weights: Weights, rows: Tensor, wrong: dict[str, Any]) -> tuple[Tensor, Tensor]:
        """The loss of a lane, and the energy's own."""
        objective, answers = self.head.objective, Wrong(**wrong)
        value = objective.value(objective.energies(weights, rows, answers), answers)
        more = self._auxiliary(weights, rows)
        return value, torch.zeros_like(value) if more is None else more


def _stacked(drawn: list[Wrong], shared: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of wrong answers that there are, over all lanes, and the axis of each that counts
    these: None for what they share.
    """
    first = drawn[0]
    there = [name for name in _TENSORS if getattr(first, name) is not None]
    if shared:
        parts = {name: getattr(first, name) for name in there}
        return {**parts, "log_cell": first.log_cell}, dict.fromkeys((*parts, "log_cell"))
    parts = {name: _over([getattr(each, name) for each in drawn]) for name in there}
    cells = torch.tensor([each.log_cell for each in drawn])
    return {**parts, "log_cell": cells}, dict.fromkeys((*parts, "log_cell"), 0)


def _over(parts: list[Any]) -> Any:
    if isinstance(parts[0], Tensor):
        return torch.stack(parts)
    return tuple(torch.stack(some) for some in zip(*parts, strict=True))
