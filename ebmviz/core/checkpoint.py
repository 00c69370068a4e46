"""What a checkpoint says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core.snapshot import Array


def steps(weights: Mapping[str, Array]) -> int:
    """Training steps behind these weights, 0 where they do not say."""
    counter = weights.get("train/step")
    if counter is None or counter.size != 1 or counter.dtype.kind not in "iu":
        return 0
    return int(counter.flat[0])
