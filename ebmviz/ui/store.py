"""The one mutable place: the current scene, with undo."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff, replace

_DEPTH = 500
_BETAS = ("view.beta", "objective.beta")


class Store(QObject):
    """Holds the scene. Every change passes through here and is announced once.

    changed(old, new, affects): affects is an `Affects`, as int.
    """

    changed = Signal(object, object, int)
    undoChanged = Signal()

    def __init__(self, scene: Scene, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.scene = scene
        self._past: list[Scene] = []
        self._future: list[Scene] = []
        self._open: frozenset[str] = frozenset()  # paths of a drag not yet released

    def set(self, path: str, value: object, live: bool = False) -> None:
        """Change one parameter. A drag (live) is one entry of the undo list.

        Raises UserError on a value that is not accepted; the scene stays.
        """
        changes: dict[str, object] = {path: value}
        if path in _BETAS and self.scene.view.link:
            changes |= {beta: value for beta in _BETAS if beta in self.scene.values}
        if path == "view.link" and value:
            changes["objective.beta"] = self.scene["view.beta"]
        self.update(changes, live)

    def update(self, changes: Mapping[str, object], live: bool = False) -> None:
        """Change several parameters together."""
        new = replace(self.scene, changes, self.catalogue)
        paths = frozenset(changes)
        merged = paths == self._open
        self._open = paths if live else frozenset()
        if new == self.scene:
            return
        if not merged:
            self._past = [*self._past[-_DEPTH + 1 :], self.scene]
        self._future = []
        self._adopt(new)

    def load(self, scene: Scene) -> None:
        """Begin with another scene: the undo list starts anew."""
        self._past, self._future, self._open = [], [], frozenset()
        old, self.scene = self.scene, scene
        self.changed.emit(old, scene, int(Affects.BUILD))
        self.undoChanged.emit()

    def withdraw(self, scene: Scene) -> None:
        """Back to `scene`, which the engine had accepted; what it refused cannot be redone."""
        if scene in self._past:
            self._past = self._past[: self._past.index(scene)]
        self._future = []
        self._step(scene)

    def undo(self) -> None:
        """Back to the scene before the last change."""
        if self._past:
            self._future.append(self.scene)
            self._step(self._past.pop())

    def redo(self) -> None:
        """Forward again."""
        if self._future:
            self._past.append(self.scene)
            self._step(self._future.pop())

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def _step(self, scene: Scene) -> None:
        self._open = frozenset()
        self._adopt(scene)

    def _adopt(self, new: Scene) -> None:
        old, self.scene = self.scene, new
        self.changed.emit(old, new, int(diff(old, new, self.catalogue)))
        self.undoChanged.emit()
