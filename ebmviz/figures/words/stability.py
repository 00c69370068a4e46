"""From which step on a sampler is unstable: marks for its sliders.

On a quadratic of curvature λ a Langevin step y ← y − h λ y grows beyond h = 2/λ, and a leapfrog
step beyond ε = 2/√λ. Whoever decides after every Langevin step (MALA, parallel tempering) refuses
what flies away and has no such limit. Source: mathematics.md §4; of the leapfrog step Neal 2011.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ebmviz.core.scene import Scene
from ebmviz.figures.words import text


class Mark(NamedTuple):
    """A value from which on a slider's others are bad, and why: a sentence without its stop."""

    at: float
    says: str


def marks(scene: Scene, limit: float) -> dict[str, Mark]:
    """The marks by path. limit: the metric `sampler_limit`, 2/λ in the box of Z; ∞ where it is
    unknown or there is none, and then nothing is marked.
    """
    if not 0 < limit < math.inf or "chains" not in scene.facts:
        return {}
    if "unadjusted" in scene.facts and "control:sampler.step" in scene.facts:
        says = f"Unstable beyond h = 2/λ = {text.number(limit)}, in the box of Z"
        return {"sampler.step": Mark(limit, says)}
    if "leapfrog" in scene.facts:
        leap = math.sqrt(2 * limit)
        says = f"Unstable, so mostly refused, beyond ε = 2/√λ = {text.number(leap)}"
        return {"sampler.leap": Mark(leap, f"{says}, in the box of Z")}
    return {}
