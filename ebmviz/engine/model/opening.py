"""A scene made into a model: the one place that asks which sort it is."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core.scene import Scene
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.experimenting import Experimenting
from ebmviz.engine.model.model import Model


def _silent(sentence: str) -> None:
    """Tells nobody."""


def opened(scene: Scene, tell: Callable[[str], None] = _silent) -> Model:
    """A fresh model of a scene. tell and what it raises: as `Engine`."""
    return Experimenting(scene) if _sort(scene) is Experimenting else Engine(scene, tell)


def under(model: Model, scene: Scene, tell: Callable[[str], None] = _silent) -> Model:
    """The model under another scene: the same one, unless the scene asks for another sort."""
    if type(model) is not _sort(scene):
        return opened(scene, tell)
    model.set_scene(scene)
    return model


def _sort(scene: Scene) -> type[Engine] | type[Experimenting]:
    return Experimenting if scene.kind("experiment") else Engine
