"""The runs of a document, of which one is gone on with."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene
from ebmviz.engine.model import devices
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.engine.training.run import CAP

Kept = tuple[Scene, Checkpoint]


class Branches:
    """All but the one that is gone on with, whose number is `number`.

    One from a file is made into a model when it is gone to. All runs together keep within `CAP`.
    """

    def __init__(self) -> None:
        self.number = 0
        self._others: dict[int, Model | Kept] = {}

    def leave(self, model: Model, number: int) -> Model:
        """A new branch from the step looked at; the one so far is left with what lay ahead."""
        if number == self.number or number in self._others:
            raise UserError(f"there is a branch {number} already")
        self._others[self.number], new = model.branch()
        self.number = number
        self._share(new)
        return new

    def take(self, model: Model, number: int, tell: Callable[[str], None]) -> Model:
        """Go to another branch; of a number that is not known: this one is called so from now on.

        Raises UserError of one from a file that cannot be gone on with; then nothing changes.
        """
        if number == self.number or number not in self._others:
            self.number = number
            return model
        found = self.at(number, tell)
        del self._others[number]
        model.seek(None)
        self._others[self.number], self.number = model, number
        self._share(found)
        return found

    def add(self, number: int, scene: Scene, kept: Checkpoint) -> None:
        """One from a file, or from before the engine was started again."""
        self._others[number] = scene, kept

    def at(self, number: int, tell: Callable[[str], None] = lambda _: None) -> Model:
        """Another, made into a model. Raises UserError of one that there is not, or from a file
        that cannot be gone on with.
        """
        if (found := self._others.get(number)) is None:
            raise UserError(f"there is no branch {number}")
        if not isinstance(found, Model):
            scene, kept = found
            found = opened(scene, tell)
            found.restore(kept)
            self._others[number] = found
        return found

    def checkpoint(self, number: int) -> Checkpoint:
        """Where another stands. Raises UserError of one that there is not."""
        if (found := self._others.get(number)) is None:
            raise UserError(f"there is no branch {number}")
        return found.checkpoint() if isinstance(found, Model) else found[1]

    def drop(self, number: int) -> None:
        """Forget another."""
        self._others.pop(number, None)

    def settle(self) -> None:
        """What others are made of may be loaded anew: they are made again when they are gone to."""
        for number, other in self._others.items():
            if isinstance(other, Model):
                self._others[number] = other.scene, other.checkpoint()

    def fall_back(self) -> None:
        """Those on a device that answers no more leave it."""
        for other in self._others.values():
            if isinstance(other, Model) and not devices.answers(other.device):
                other.fall_back(RuntimeError("it answers no more"))

    def _share(self, model: Model) -> None:
        live = [model, *(m for m in self._others.values() if isinstance(m, Model))]
        for each in live:
            each.limit(CAP // len(live))
