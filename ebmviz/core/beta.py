"""Where an inverse temperature counts as one of its two limits."""

from __future__ import annotations

import math

LEAST, MOST = 1e-30, 1e30
"""β beyond these is 0 and ∞: float32 could not hold 1/β, or βE. There F_β is its limit to all
digits as long as energies differ by less than 1/LEAST and more than 1/MOST.
"""


def tempered(beta: float) -> float:
    """β ≥ 0, or its limit 0 or ∞ where it is beyond what can be computed with."""
    return 0.0 if beta < LEAST else math.inf if beta > MOST else beta
