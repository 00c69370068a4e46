"""What a measure is: the need of a figure that it meets, and a function that meets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.subject import Subject


@dataclass(frozen=True)
class Measure:
    """Arrays of a model by name; metrics and labels are left in the subject. One that makes no
    sense for an energy (a manifold, where there is none) gives no arrays.

    walks: whether it is of the chains, and so moves with them while the rest stands.
    """

    need: str
    arrays: Callable[[Subject], dict[str, Array]]
    walks: bool = False
