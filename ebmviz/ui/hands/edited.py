"""The data of the present scene as a hand edits them, and which of them are selected."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from ebmviz.core.errors import UserError
from ebmviz.core.hands import points
from ebmviz.core.hands.cloud import Cloud, cloud_of, shape_of
from ebmviz.core.numerals import counted
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.ui.session.store import Store


class Edited(QObject):
    """A change of the data is one of the scene: weights stay, and undo brings back what was.

    changed: what is selected is other points, or lies elsewhere.
    """

    changed = Signal()

    def __init__(
        self, store: Store, shot: Callable[[], Shot | None], tell: Callable[[str, str], None]
    ) -> None:
        """shot: on the screen; tell(sentence, role)."""
        super().__init__()
        self.store, self._shot, self.tell = store, shot, tell
        self.serial = 0  # of the strokes so far: each has its own chance
        self._cloud: Cloud | None = None
        self._of: tuple[object, ...] = ()  # what the data of `_cloud` follow from
        self._mask = np.empty(0, bool)
        self._last: dict[str, object] = {}  # of a drag
        self._own = False  # the change that comes is made here
        store.changed.connect(lambda *_: self._scene_changed())

    def cloud(self) -> Cloud | None:
        """The points of now; None where the scene has none that a hand can edit, or they have not
        come: they may be hidden.
        """
        scene = self.store.scene
        if self._own or self._of == _source(scene):
            return self._cloud
        shape, _ = shape_of(scene, self.store.catalogue)
        shot = self._shot()
        if shape is None:
            return None
        fresh = shot is not None and _source(shot.scene) == _source(scene)
        cloud = cloud_of(scene, shot.snapshot.arrays if shot and fresh else {}, shape)
        if cloud is not None:
            self._hold(cloud)
            self._mask = np.zeros(len(cloud.rows), bool)
        return cloud

    def there(self) -> Cloud | None:
        """The same, to be worked on: that there are none is said."""
        cloud = self.cloud()
        if cloud is None:
            self.tell(
                "The data have not arrived; if they are hidden, show them in the legend.",
                "warn",
            )
        return cloud

    @property
    def mask(self) -> Array:
        """Which are selected, (N,)."""
        cloud = self.cloud()
        return self._mask if cloud is not None else np.empty(0, bool)

    @property
    def selected(self) -> Array:
        """Where those lie, (M, 2)."""
        cloud = self.cloud()
        return cloud.places[self._mask] if cloud is not None else np.empty((0, 2))

    def select(self, mask: Array | None = None) -> None:
        """These, or none."""
        cloud = self.cloud()
        if cloud is None:
            return
        new = np.zeros(len(cloud.rows), bool) if mask is None else mask
        if not np.array_equal(new, self._mask):
            self._mask = new
            self.changed.emit()

    def put(
        self, make: Callable[[], Cloud], did: str, live: bool = False, mask: Array | None = None
    ) -> bool:
        """Other points in the place of those of now; whether they were taken. did: in the history.
        live: in a drag, which `settle` ends. mask: what is selected then; as it is where none is
        given and as many points are there, else nothing.
        """
        cloud = self.made(make)
        if cloud is None:
            return False
        before, self._own = (self._cloud, self._mask), True
        try:
            same = len(cloud.rows) == len(self._mask)
            kept = self._mask if same else np.zeros(len(cloud.rows), bool)
            changes = cloud.changes(self.store.scene, self.store.catalogue)
            self._cloud, self._mask = cloud, kept if mask is None else mask
            self.store.update(changes, live, did)
        except UserError as error:
            self._cloud, self._mask = before
            self.tell(f"{error}.", "warn")
            return False
        finally:
            self._own = False
        self._last = changes if live else {}
        self._hold(cloud)
        self.changed.emit()
        return True

    def made(self, make: Callable[[], Cloud]) -> Cloud | None:
        """What an operation makes; None, and why is said, where it is refused."""
        try:
            return make()
        except UserError as error:
            self.tell(f"{str(error)[:1].upper()}{str(error)[1:]}.", "warn")
            return None

    def settle(self) -> None:
        """A drag is over: what follows is another entry of undo."""
        if self._last:
            self.store.update(self._last)
            self._last = {}

    def remove(self) -> None:
        """Take out what is selected."""
        cloud = self.cloud()
        if cloud is not None and self.mask.any():
            why = points.stays(cloud, self.mask)
            did = f"deleted {counted(int(self.mask.sum()))}"
            if self.put(lambda: points.without(cloud, self.mask), did) and why:
                self.tell(why, "accent")

    def _hold(self, cloud: Cloud) -> None:
        self._cloud, self._of = cloud, _source(self.store.scene)

    def _scene_changed(self) -> None:
        if not self._own and self._of != _source(self.store.scene):
            self._cloud, self._of, self._last = None, (), {}
            self._mask = np.empty(0, bool)
            self.changed.emit()


def _source(scene: Scene) -> tuple[object, ...]:
    """All that its data follow from."""
    own = ((k, v) for k, v in scene.values.items() if k.startswith("data."))
    return scene.values.get("energy.kind"), scene.run.seed, *own
