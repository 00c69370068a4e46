"""The model that a window is shown, and the runs beside it."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core import protocol
from ebmviz.core.checkpoint import Checkpoint, Mark
from ebmviz.core.errors import UserError
from ebmviz.engine.model.beside import Beside
from ebmviz.engine.model.branches import Branches
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import anew, opened, under
from ebmviz.engine.model.trial import unfit

Again = Callable[[Callable[[], str]], tuple[tuple[str, ...], tuple[str, ...]]]
"""Loads plug-ins anew, unless what they bring is refused: those loaded, a sentence per broken one.
"""


class Holder:
    """found: the model, once there is a scene. begun: how often a scene made it, or its lab, begin
    anew. foretell(sentence): of what will take long.
    """

    def __init__(self, foretell: Callable[[str], None], again: Again) -> None:
        self.found: Model | None = None
        self.begun = 0
        self._fresh = True  # nothing of it is of before its scene
        self.branches = Branches()
        self.beside = Beside(self.branches)
        self._foretell, self._again = foretell, again
        self._outdated = False  # the model is of plug-ins that have been loaded anew
        self._told: tuple[int, tuple[Mark, ...]] = (0, ())
        self._fallen = ""

    @property
    def model(self) -> Model:
        """It; UserError as long as there is none."""
        if self.found is None:
            raise UserError("the engine has no scene yet")
        return self.found

    def show(self, message: protocol.SetScene) -> str:
        """Take up a scene; why the training that there was could not go on under it, or "". Raises
        UserError of one that cannot be built; the one before stays.
        """
        scene, said, self._fresh = message.scene, "", True
        if self.found:
            self.found = self.branches.take(self.found, message.branch, self._foretell)
        lab = self.found.progress.lab if self.found else 0
        if self.found is None:
            self.found, self.branches.number = opened(scene, self._foretell), message.branch
        elif self._outdated and not message.awaiting_weights:
            self.found, said = anew(self.found, scene, self._foretell)
            self._fresh = bool(said)
        elif self._outdated:
            self.found = opened(scene, self._foretell)
        else:
            self.found, self._fresh = under(self.found, scene, self._foretell)
        self._outdated = False
        self.begun += self._fresh or self.found.progress.lab < lab
        if message.awaiting_weights:
            self.found.sampling = None  # chains of the document before
        return said

    def begin_anew(self) -> None:
        """Weights of the scene, and nothing that was there before it."""
        if not self._fresh:
            self.found = opened(self.model.scene, self._foretell)

    def restore(self, kept: Checkpoint, step: int | None) -> str:
        """Go on from a checkpoint, or from a past step of it; a sentence as `Model.restore`."""
        said = self.model.restore(kept)
        if step is not None:
            self.model.seek(step)
            self.found = self.model.branch()[1]
        return said

    def branch(self, number: int) -> None:
        """Go on from the step looked at as a new run."""
        self.found = self.branches.leave(self.model, number)

    def reload(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Load plug-ins anew: those that were, and a sentence for each that is broken."""
        self.branches.settle()
        loaded, faults = self._again(lambda: unfit(self.found) if self.found else "")
        self._outdated = self._outdated or bool(loaded)
        return loaded, faults

    def marked(self) -> protocol.Marked | None:
        """What has happened to the run, if the window does not know all of it."""
        now = (self.branches.number, self.model.journal.marks)
        if now == self._told:
            return None
        self._told = now
        return protocol.Marked(branch=now[0], marks=now[1])

    def fallen(self) -> protocol.Notice | None:
        """That the run has left its device, if the window does not know; other branches leave one
        that answers no more.
        """
        before, self._fallen = self._fallen, self.model.fallen
        if self._fallen in ("", before):
            return None
        self.branches.fall_back()
        return protocol.Notice(sentence=self._fallen, happened=True)
