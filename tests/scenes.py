"""Scenes of tests, in few words."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core import library
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
