"""The model that stands beside the one looked at: another run, or another step of the same."""

from __future__ import annotations

from msgspec.structs import replace

from ebmviz.core import snapshot
from ebmviz.core.axes import axes
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.making.seen import seen_as
from ebmviz.core.making.words import differing
from ebmviz.core.markup import to_plain
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Snapshot
from ebmviz.core.view import compare
from ebmviz.core.view.compare import Other
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.model.branches import Branches
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.problems import problem_of
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.run import Run

_MadeOf = tuple[Run[TrainState], Problem, int]


class Beside:
    """Measures it as the one looked at is, under the same view. It does not move: what was measured
    of it stays until it is another, or is looked at otherwise.
    """

    def __init__(self, branches: Branches) -> None:
        self._branches = branches
        self._held: tuple[_MadeOf, Engine] | None = None
        self._subject: Subject | None = None
        self._told: tuple[Scene, Scene, str] | None = None  # in what they differ

    def joined(self, found: Snapshot, model: Model, looked: Looked) -> Snapshot:
        """What was measured of a model, with what stands beside it under its view, in the same
        detail; where that cannot be, the label `beside` says why.
        """
        other = compare.read(model.scene.view.compare)
        if other is None or model.lab or not isinstance(looked, Subject):
            return found
        own = other.number == self._branches.number
        if own and other.step is None and model.seen is None:  # the very same
            return replace(found, beside=snapshot.Beside(model.scene, found))
        try:
            return replace(found, beside=self._measured(model, other, found.needs, looked))
        except Exception as error:  # whatever it is, the model is shown alone
            why = problem_of(error, model.scene).message
            return replace(found, labels={**found.labels, "beside": (why,)})

    def _measured(
        self, model: Model, other: Other, needs: tuple[str, ...], looked: Subject
    ) -> snapshot.Beside:
        engine = self._engine(model, other)
        scene = seen_as(engine.scene, model.scene, engine.catalogue)
        if scene == engine.scene:
            scene = engine.scene
        else:
            engine.set_scene(scene)
        held = self._subject
        if held is None or held.detail != looked.detail or not engine.unmoved(held):
            held = self._subject = engine.subject(looked.detail)
        found = engine.snapshot(needs, subject=held)
        return snapshot.Beside(scene, found, self._differing(scene, model.scene, engine.catalogue))

    def _differing(self, there: Scene, here: Scene, catalogue: Catalogue) -> str:
        if self._told is None or self._told[0] is not there or self._told[1] is not here:
            self._told = there, here, differing(there, here, catalogue)
        return self._told[2]

    def checkpoint(self, model: Model) -> Checkpoint:
        """Where it stands, without the steps before. Raises UserError where there is none, or none
        that can stand beside the model.
        """
        return self._engine(model, _named(model)).checkpoint().without_history()

    def scene(self, model: Model) -> Scene:
        """What it is. Raises UserError likewise."""
        return self._engine(model, _named(model)).scene

    def _engine(self, model: Model, other: Other) -> Engine:
        """It, at rest at its step."""
        own = other.number == self._branches.number
        source = model if own else self._branches.at(other.number)
        if not isinstance(source, Engine) or not isinstance(model, Engine):
            raise UserError("an experiment has no map to be compared")
        _check_planes(model, source)
        last = source.progress.model
        if other.step is not None and other.step > last:
            raise UserError(f"there is no step {other.step}: the run has {last} so far")
        step = last if other.step is None else source.reached(other.step)
        made_of = (source.trainer.run, source.task, step)
        if self._held is None or not _same(self._held[0], made_of):
            self._held, self._subject = (made_of, source.branched(step)), None
        return self._held[1]


def _named(model: Model) -> Other:
    if (other := compare.read(model.scene.view.compare)) is None:
        raise UserError("the model is compared with nothing")
    return other


def _same(held: _MadeOf, now: _MadeOf) -> bool:
    """Whether a run is still what it was, under the problem that it had."""
    return held[0] is now[0] and held[1] is now[1] and held[2] == now[2]


def _check_planes(here: Engine, there: Engine) -> None:
    if here.task.energy.over == there.task.energy.over:
        return
    names = (" and ".join(axes(each.scene.facts)) for each in (there, here))
    other, own = map(to_plain, names)
    raise UserError(f"its map is over {other}, this one over {own}: they cannot be compared")
