"""Scenes of tests, in few words."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, build, replace
from ebmviz.engine.model import registry

CATALOGUE = registry.catalogue()


def paths(changes: Mapping[str, object]) -> dict[str, object]:
    """`a__b` stands for the path a.b."""
    return {name.replace("__", "."): value for name, value in changes.items()}


def built_in(name: str, changes: Mapping[str, object] | None = None, /, **given: object) -> Scene:
    """A built-in scene on the CPU: `given`, unless `changes` say otherwise; see `paths`."""
    wanted = {"device": "cpu", **paths(given), **paths(changes or {})}
    return replace(library.scene(name, CATALOGUE), wanted, CATALOGUE)


def assembled(changes: Mapping[str, object], /, **given: object) -> Scene:
    """A scene of given parts on the CPU: `given`, unless `changes` say otherwise; see `paths`."""
    wanted = {"device": "cpu", **paths(given), **paths(changes)}
    return build("test", "", (), wanted, CATALOGUE)


SIZES = {
    "view.resolution": 16,
    "data.count": 24,
    "energy.hidden": 4,
    "energy.latents": 12,
    "sampler.chains": 16,
    "view.starts": 2,
    "view.speed": float("inf"),
}
"""Of scenes that are done in a moment; those that a scene has, where it allows them."""


def small(name: str) -> Scene:
    """A scene that comes with the program, of little size."""
    scene = library.scene(name, CATALOGUE)
    for path, value in SIZES.items():
        if path in scene.values:
            try:
                scene = replace(scene, {path: value}, CATALOGUE)
            except UserError:  # another value stands in its way
                continue
    return scene
