"""Whatever a hand draws at random has a stream of its own, beside those of the engine."""

from __future__ import annotations

import numpy as np

HANDS = 80
"""Its number; `ebmviz.engine.streams.Stream` has the others."""


def chance(seed: int, serial: int) -> np.random.Generator:
    """A generator for a scene's seed and the number of a stroke."""
    return np.random.default_rng([seed, HANDS, serial])
