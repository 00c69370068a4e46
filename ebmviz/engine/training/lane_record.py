"""Where the lanes of a lab have been, in a few looks from the start on."""

from __future__ import annotations

import torch
from torch import Tensor

_MOST = 16


class LaneRecord:
    """Weights (L, P) at looks that lie ever further apart: when there are too many, every second
    goes.
    """

    def __init__(self) -> None:
        self._looks: list[tuple[int, Tensor]] = []

    def add(self, step: int, flat: Tensor) -> None:
        """All lanes after `step`, if the last look is long enough ago."""
        apart = self._looks[1][0] - self._looks[0][0] if len(self._looks) > 1 else 0
        if self._looks and step < self._looks[-1][0] + max(apart, 1):
            return
        looks = [*self._looks, (step, flat)]
        self._looks = looks[::2] if len(looks) > _MOST else looks

    def on(self, device: torch.device) -> LaneRecord:
        """The same looks there."""
        other = LaneRecord()
        other._looks = [(step, flat.to(device)) for step, flat in self._looks]
        return other

    def nearest(self, step: int) -> Tensor | None:
        """The look nearest to `step`; None where that is no look at about then."""
        at, flat = min(self._looks, key=lambda look: abs(look[0] - step), default=(-1, None))
        return flat if abs(at - step) <= step / 4 else None
