"""A network for an energy of x and y."""

from __future__ import annotations

from ebmviz.engine.energies.base.free_network import FreeNetwork


class Conditional(FreeNetwork):
    """Network over x and y

    Can take any shape over x and y, with several answers to one x. The loss has to shape all of it.
    Formula: E(x, y) = f_w(x, y)
    Source: LeCun et al. 2006, §2
    """

    kind = "conditional"
    order = 100
    answer = 1
    over = "xy"
