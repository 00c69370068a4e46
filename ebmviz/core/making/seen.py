"""A scene as another one is looked at."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.scene import Scene, build

_OF_THE_RUN = ("view.bookmarks", "view.lanes", "view.losses", "view.lane")  # its steps, its lab


def seen_as(
    scene: Scene, other: Scene, catalogue: Catalogue, parts: tuple[str, ...] = ("view.",)
) -> Scene:
    """A scene under the view of another: all values of these parts, as far as it can have them."""
    seen = {k: v for k, v in other.values.items() if k.startswith(parts) and k not in _OF_THE_RUN}
    base = {**scene.values, **seen}
    return build(scene.name, scene.title, scene.figures, {}, catalogue, base)
