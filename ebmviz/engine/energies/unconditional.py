"""A network for an energy."""

from __future__ import annotations

from ebmviz.engine.energies.base.free_network import FreeNetwork


class Unconditional(FreeNetwork):
    """Network over y

    Can take any shape: nothing in the architecture keeps it from going flat.
    Formula: E(y) = f_w(y)
    Source: LeCun et al. 2006, §2
    """

    kind = "unconditional"
    order = 140
    over = "y"
