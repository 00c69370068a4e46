"""The model that a window is shown, and the runs beside it."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core import protocol
from ebmviz.core.checkpoint import Mark
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
    """found: the model, once there is a scene. foretell(sentence): of what will take long."""

    def __init__(self, foretell: Callable[[str], None], again: Again) -> None:
        self.found: Model | None = None
        self.branches = Branches()
        self.beside = Beside(self.branches)
        self._foretell, self._again = foretell, again
        self._outdated = False  # the model is of plug-ins that have been loaded anew
        self._told: tuple[int, tuple[Mark, ...]] = (0, ())

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
        scene, said = message.scene, ""
        if self.found:
            self.found = self.branches.take(self.found, message.branch, self._foretell)
        if self.found is None:
            self.found, self.branches.number = opened(scene, self._foretell), message.branch
        elif self._outdated and not message.awaiting_weights:
            self.found, said = anew(self.found, scene, self._foretell)
        elif self._outdated:
            self.found = opened(scene, self._foretell)
        else:
            self.found = under(self.found, scene, self._foretell)
        self._outdated = False
        if message.awaiting_weights:
            self.found.sampling = None  # chains of the document before
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
