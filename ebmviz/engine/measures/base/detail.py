"""How fine a frame is."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_SIDE = 32  # cells: coarser than this is no picture


@dataclass(frozen=True)
class Detail:
    """How fine a frame is: cells per side are the view's resolution / divisor.

    lines: contours through every cell, not only through as many as a moving picture allows.
    """

    divisor: int = 1
    lines: bool = True

    def side(self, resolution: int) -> int:
        """Cells per side, at least LEAST_SIDE unless the resolution itself is lower."""
        return max(math.ceil(resolution / self.divisor), min(resolution, LEAST_SIDE))


FULL = Detail()
