"""Models at stops: a training that leads to the next stop is gone on with, as in the window."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.lesson.of_run import of_run
from ebmviz.core.lesson.states import scene_of, step_of, trained
from ebmviz.core.lesson.stop import Stop
from ebmviz.core.params import Value
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import go, gone_on, opened, under
from ebmviz.files.session import Session

_COMPARE = "view.compare"
_WALK = 200
"""Steps of the chains of a stop that has some: they walk on in the window, and stand on paper."""


class Models:
    """session: where stops are from, whose runs have the steps of some."""

    def __init__(self, catalogue: Catalogue, session: Session | None = None) -> None:
        self.catalogue = catalogue
        self._runs = session.runs_there if session else {}
        self._model: Model | None = None
        self._values: Mapping[str, Value] = {}

    def at(self, stop: Stop, revealed: bool) -> tuple[Scene, Model]:
        """The scene of a stop, and a model under it that stands, or looks, at its step."""
        scene = scene_of(stop, self.catalogue, revealed)
        if scene.view.compare:
            scene = replace(scene, {_COMPARE: ""}, self.catalogue)  # with a run of the window's
        step = 0 if "still" in scene.facts else step_of(stop, revealed)
        if kept := of_run(self._runs, stop.run, scene, step, self.catalogue):
            model = gone_on(*kept, scene)
            self._model = None
        else:
            model = self._trained(scene)
        go(model, step, scene.in_lab)
        model.sampling = None
        if stop.chains:
            model.sample(_WALK)
        return scene, model

    def _trained(self, scene: Scene) -> Model:
        values = trained(scene, self.catalogue)
        model = self._model
        if model is None or scene.in_lab or values != self._values:
            model = opened(scene)
        else:
            model = under(model, scene)[0]
        self._model, self._values = (None if scene.in_lab else model), values
        return model
