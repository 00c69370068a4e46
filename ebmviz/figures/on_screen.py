"""What is on the screen of a scene, as facts that its controls depend on."""

from __future__ import annotations

import msgspec

from ebmviz.core.scene import Scene
from ebmviz.figures.slots import cards

_CARD = "card="
WALKING = "walking"
"""The fact that chains walk: β and the box of Z are of their density, whatever is shown of them."""


def seen(scene: Scene, walking: bool) -> Scene:
    """The scene with "card=NAME" for every side card that stands there, whether asked for or not
    and for no other, and with `WALKING` chains.
    """
    facts = {fact for fact in scene.facts if not fact.startswith(_CARD)}
    facts |= {f"{_CARD}{figure.name}" for figure in cards(scene)}
    if walking and "chains" in scene.facts:
        facts.add(WALKING)
    return msgspec.structs.replace(scene, facts=frozenset(facts))
