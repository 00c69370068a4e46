"""A loss, to begin with: copy it to ebmviz/engine/losses/, or load it with --plugin.

A loss is of a family, which asks for one method: DataLoss for `alone(E_C)`, PairLoss for
`pair(E_C, E_I)` with one negative ŷ per datum, EveryLoss for `over(…)` of all candidate answers.
Works here as it stands; rename the file, the classes and `kind`, then change the formula.
"""

from __future__ import annotations

from typing import Annotated

from torch import Tensor

from ebmviz.core.params import Affects, real
from ebmviz.engine.losses.base.capabilities import Contrastive, Relative
from ebmviz.engine.losses.base.pair import MarginParams, PairLoss


# Parameters: each field is a slider in the panel, a path of --set, an entry of session files.
# MarginParams brings the training β, where ŷ come from, and the margin m.
class PowerHingeParams(MarginParams, frozen=True):
    power: Annotated[
        float,
        real(
            "Power",
            symbol="p",
            help="1 is the hinge; 2 pushes in proportion to what is missing",
            affects=Affects.TRAIN,  # the next step takes it up; a loss never resets a model
            low=1,
            high=6,
        ),
    ] = 2.0


# The docstring is what the panel shows: title, a sentence that says what it is good for,
# the formula (`_x` lowers, `^x` raises), and whose it is. Beside its family a loss inherits what
# it does: Contrastive pushes ŷ up, Relative is the same for E + c, Marginless has no margin.
class PowerHinge(Contrastive, Relative, PairLoss[PowerHingeParams]):
    """Power of the hinge

    Pushes the harder, the more of the margin m is missing.
    Formula: L = ([m + E(y) − E(ŷ)]^+)^p
    Source: mathematics.md §3, with a power of the hinge
    """

    kind = "power-hinge"  # its name in --set objective.loss=… and in session files
    order = 1000  # its place in the menu, the lowest first
    Params = PowerHingeParams

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        """ℓ(E_C, E_I), elementwise, differentiable, for any float type."""
        return (self.params.margin + right - wrong).clamp(min=0) ** self.params.power
