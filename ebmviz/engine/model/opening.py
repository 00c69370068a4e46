"""A scene made into a model: the one place that asks which sort it is."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.experimenting import Experimenting
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.problems import problem_of

_BEGINS = "the training cannot go on with the version that was saved, and starts over"


def _silent(sentence: str) -> None:
    """Tells nobody."""


def opened(scene: Scene, tell: Callable[[str], None] = _silent) -> Model:
    """A fresh model of a scene. tell and what it raises: as `Engine`."""
    return Experimenting(scene) if _sort(scene) is Experimenting else Engine(scene, tell)


def under(model: Model, scene: Scene, tell: Callable[[str], None] = _silent) -> tuple[Model, bool]:
    """The model under another scene: the same one, unless the scene asks for another sort; and
    whether it begins anew.
    """
    if type(model) is not _sort(scene):
        return opened(scene, tell), True
    return model, model.set_scene(scene) == Affects.BUILD


def gone_on(there: Scene, kept: Checkpoint, scene: Scene) -> Model:
    """A model that stands where a run was left, under another scene."""
    model = opened(there)
    model.restore(kept)
    return under(model, scene)[0]


def go(model: Model, step: int, lab: bool) -> None:
    """To a step: trained on, or looked back at; of the lab no past is kept."""
    model.seek(None)
    done = model.progress.shown(lab)
    while done < step:
        done += model.train(step - done)
    if step < done and not lab:
        model.seek(step)


def anew(model: Model, scene: Scene, tell: Callable[[str], None] = _silent) -> tuple[Model, str]:
    """A model made of the components that there are now, which goes on where another stands; and
    why it cannot, and starts over, or "". What it raises of the scene: as `Engine`.
    """
    made = opened(scene, tell)
    try:
        said = made.restore(model.checkpoint())
        made.metrics()
    except UserError as error:
        return opened(scene, tell), f"{_BEGINS}: {error}"
    except Exception as error:
        return opened(scene, tell), f"{_BEGINS}: {problem_of(error, scene).message}"
    return made, said


def _sort(scene: Scene) -> type[Engine] | type[Experimenting]:
    return Experimenting if scene.kind("experiment") else Engine
