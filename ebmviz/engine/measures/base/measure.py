"""What a measure is: the need of a figure that it meets, and a function that meets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ebmviz.core.params import ParamSet
from ebmviz.core.snapshot import Array
from ebmviz.core.traits import Over
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.measures.base.subject import Subject


@dataclass(frozen=True)
class Measure:
    """Arrays of a model by name; metrics and labels are left in the subject. One that makes no
    sense for an energy (a manifold, where there is none) gives no arrays.

    energy: what the energy must be, all of these classes, else the function is not asked. over:
    what its map must be over, any of these. walks: whether it is of the chains, and so moves with
    them while the rest stands. of: what it looks at, an energy's model if nothing else is said.
    """

    need: str
    arrays: Callable[[Any], dict[str, Array]]
    walks: bool = False
    of: type[Looked] = Subject
    energy: tuple[type, ...] = ()
    over: tuple[Over, ...] = ()

    def fits(self, energy: Energy[ParamSet]) -> bool:
        """Whether it can be measured of an energy."""
        able = all(isinstance(energy, each) for each in self.energy)
        return able and (not self.over or energy.over in self.over)
