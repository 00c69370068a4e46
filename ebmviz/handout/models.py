"""Models at stops: a training that leads to the next stop is gone on with, as in the window."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.lesson.states import scene_of, step_of, trained
from ebmviz.core.lesson.stop import Stop
from ebmviz.core.params import Affects, Value
from ebmviz.core.scene import Scene, diff, replace
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened, under
from ebmviz.files.session import Session

_COMPARE = "view.compare"
_WALK = 200
"""Steps of the chains of a stop that has some: they walk on in the window, and stand on paper."""


class Models:
    """session: where stops are from, whose runs have the steps of some."""

    def __init__(self, catalogue: Catalogue, session: Session | None = None) -> None:
        self.catalogue = catalogue
        self._runs = _runs(session) if session else {}
        self._model: Model | None = None
        self._values: Mapping[str, Value] = {}

    def at(self, stop: Stop, revealed: bool) -> tuple[Scene, Model]:
        """The scene of a stop, and a model under it that stands, or looks, at its step."""
        scene = scene_of(stop, self.catalogue, revealed)
        if scene.view.compare:
            scene = replace(scene, {_COMPARE: ""}, self.catalogue)  # with a run of the window's
        step = 0 if "still" in scene.facts else step_of(stop, revealed)
        if kept := self._kept(stop, scene, step):
            model = opened(kept[0])
            model.restore(kept[1])
            model = under(model, scene)[0]
            self._model = None
        else:
            model = self._trained(scene)
        self._go(model, step)
        model.sampling = None
        if stop.chains:
            model.sample(_WALK)
        return scene, model

    def _kept(self, stop: Stop, scene: Scene, step: int) -> tuple[Scene, Checkpoint] | None:
        """The run of a stop, where it has that step under weights of the scene."""
        if stop.run not in self._runs or scene.view.lab:
            return None
        there, kept = self._runs[stop.run]
        build = diff(there, scene, self.catalogue) >= Affects.BUILD
        return None if build or step > kept.step or not _same_data(there, scene) else (there, kept)

    def _trained(self, scene: Scene) -> Model:
        values = trained(scene, self.catalogue)
        model = self._model
        if model is None or scene.view.lab or values != self._values:
            model = opened(scene)
        else:
            model = under(model, scene)[0]
        self._model, self._values = (None if scene.view.lab else model), values
        return model

    @staticmethod
    def _go(model: Model, step: int) -> None:
        model.seek(None)
        done = model.lab.step if model.lab else model.progress.model
        if step > done:
            model.train(step - done)
        elif step < done:
            model.seek(step)


def _runs(session: Session) -> dict[int | None, tuple[Scene, Checkpoint]]:
    others: dict[int | None, tuple[Scene, Checkpoint]] = {
        row.number: (row.scene, row.checkpoint)
        for row in session.branches
        if row.scene and row.checkpoint
    }
    return {**others, session.branch: (session.scene, session.checkpoint)}


def _same_data(one: Scene, other: Scene) -> bool:
    def data(scene: Scene) -> dict[str, Value]:
        return {at: v for at, v in scene.values.items() if at.startswith("data.")}

    return data(one) == data(other)
