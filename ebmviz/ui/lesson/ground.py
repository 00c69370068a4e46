"""What the weights of the session are good for: of which stops they are, or could become."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ebmviz.core.lesson.of_run import same_weights
from ebmviz.core.lesson.state import Begun
from ebmviz.core.lesson.states import trained
from ebmviz.core.lesson.stop import Stop
from ebmviz.core.params import Value
from ebmviz.core.scene import Scene
from ebmviz.ui.session.branching import Branching
from ebmviz.ui.session.store import Store


class Ground:
    """Looks at the runs, and changes nothing. progress: the steps of the model on the screen."""

    def __init__(self, store: Store, branching: Branching, progress: Callable[[], int]) -> None:
        self._store, self._branching, self._progress = store, branching, progress

    @property
    def pure(self) -> bool:
        """Whether the weights are those of the scene, trained from the beginning under it alone."""
        return self._of(trained(self._store.scene, self._store.catalogue), self.last)

    @property
    def last(self) -> int:
        """The newest step of the run, as far as it has been seen; never of the lab."""
        return self._progress()

    @property
    def work(self) -> bool:
        """Whether a person would miss the weights: no stop brings them back."""
        return self.last > 0 and not self.pure

    def leads_to(self, scene: Scene, step: int) -> bool:
        """Whether the run, gone on with if need be, has this step of this scene."""
        lab = scene.in_lab or self._store.scene.in_lab
        return not lab and self.pure and self._of(trained(scene, self._store.catalogue), step)

    def has(self, stop: Stop, scene: Scene, step: int) -> bool:
        """Whether the run of a stop is still there, with its step, under weights of that scene."""
        number, own = stop.run, self._branching
        if number is None or number not in self._store.runs.numbers or scene.in_lab:
            return False
        there = own.scene(number)
        last = self.last if number == self._store.runs.current else own.last.get(number, -1)
        return step <= last and same_weights(there, scene, self._store.catalogue)

    def begun(self, scene: Scene, run: int) -> Begun | None:
        """A run that is begun for this scene; of the lab, which alone begins then, it is none."""
        return None if scene.in_lab else Begun(run, trained(scene, self._store.catalogue))

    def _of(self, values: Mapping[str, Value], step: int) -> bool:
        state = self._store.lesson.begun
        if state is None or state != Begun(self._store.runs.current, values):
            return False
        marks = self._branching.marks.get(state.run, ())
        return not any(mark.kind == "changed" and mark.step < step for mark in marks)
