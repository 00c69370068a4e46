"""What the view's two "fit" actions ask for: pure functions of scene and frame."""

from __future__ import annotations

import math

from ebmviz.core import library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.samples import samples_of
from ebmviz.core.scene import Scene
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.words import level
from ebmviz.files import opening
from ebmviz.ui.views import orbit

_PATHS = ("view.window", "view.cut", "view.probe", *orbit.PATHS)


def anew(scene: Scene, catalogue: Catalogue) -> Scene:
    """The built-in scene that a scene has begun as."""
    try:
        return library.scene(scene.name, catalogue)
    except UserError:  # a session of a scene that this version does not have
        return library.scene("ellipse", catalogue)


def home(scene: Scene, catalogue: Catalogue) -> dict[str, object]:
    """Window, camera, cut and probe as the scene began, or around the user's own points."""
    base = anew(scene, catalogue)
    made = samples_of(scene)
    own = opening.around(made) if made is not None else {}
    return {path: own.get(path, base[path]) for path in _PATHS}


def camera(scene: Scene, catalogue: Catalogue) -> dict[str, object]:
    """The camera with which the scene began."""
    base = anew(scene, catalogue)
    return {path: base[path] for path in orbit.PATHS}


def levels(shot: Shot) -> dict[str, object]:
    """The colour range of the map on the screen, rounded; nothing for a flat map."""
    low, high = (shot.snapshot.metrics.get(k, math.nan) for k in ("map_min", "map_max"))
    low, high = low - level.of(shot, "map"), high - level.of(shot, "map")
    ends = tuple(float(f"{end:.3g}") for end in (low, high))
    if not math.isfinite(high - low) or ends[0] >= ends[1]:
        return {}
    return {"view.levels": ends, "view.follow": False}
