"""What a measure is: the need of a figure that it meets, and a function that meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from ebmviz.core.errors import UserError
from ebmviz.core.params import ParamSet
from ebmviz.core.snapshot import Array
from ebmviz.core.traits import Over
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.measures.base.subject import Subject

_NEED = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class Measure:
    """Arrays of a model by name; metrics and labels are left in the subject. One that makes no
    sense for an energy (a manifold, where there is none) gives no arrays.

    energy: what the energy must be, all of these classes, else the function is not asked. over:
    what its map must be over, any of these. walks: whether it is of the chains, and so moves with
    them while the rest stands. of: what it looks at, an energy's model if nothing else is said.
    Raises UserError of a need, a class or a map that is none.
    """

    need: str
    arrays: Callable[[Any], dict[str, Array]]
    walks: bool = False
    of: type[Looked] = Subject
    energy: tuple[type, ...] = ()
    over: tuple[Over, ...] = ()

    def __post_init__(self) -> None:
        at = f"measure “{self.need}”"
        if not _NEED.fullmatch(self.need):
            raise UserError(f"{at}: a need is of small letters, digits and hyphens")
        if not isinstance(self.energy, tuple) or not all(isinstance(e, type) for e in self.energy):
            raise UserError(f"{at}: energy= is of classes, such as (Decoder,)")
        if not isinstance(self.over, tuple) or not {*self.over} <= {*get_args(Over)}:
            raise UserError(f'{at}: over= is of {", ".join(get_args(Over))}, such as ("y",)')
        if not callable(self.arrays):
            raise UserError(f"{at}: it has no function that gives its arrays")

    def fits(self, energy: Energy[ParamSet]) -> bool:
        """Whether it can be measured of an energy."""
        able = all(isinstance(energy, each) for each in self.energy)
        return able and (not self.over or energy.over in self.over)
