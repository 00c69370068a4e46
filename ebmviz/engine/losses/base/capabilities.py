"""What losses do to energies, one class each: a loss inherits what it does, and its traits follow.

Code that needs one asks `isinstance(loss, Contrastive)`.
"""

from __future__ import annotations

from ebmviz.engine.capability import Capability


class Contrastive(Capability, trait="contrastive"):
    """It pushes wrong answers up."""


class Thermal(Capability, trait="thermal"):
    """It looks at β itself; others only through F_β."""


class Relative(Capability, trait="relative"):
    """It is of differences alone: F + c(x) leaves it as it is, for any c."""


class Marginless(Capability, trait="marginless"):
    """Equal energies of right and wrong answers cost nothing."""


class Likelihood(Capability, trait="likelihood"):
    """Its gradient is, or estimates, that of −ln P of the data over β."""


class FromModel(Capability, trait="sampled"):
    """Its wrong answers are samples of one model: lanes of the lab cannot share them."""
