"""The actions of the chains: let them walk, pause them, start them again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from ebmviz.core.scene import Scene
from ebmviz.figures.slots import cards, placed
from ebmviz.ui.controls import tips
from ebmviz.ui.menus import actions
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.store import Store

_SLOT = 1  # of the card that shows how the chains fare
_CARD = "sampling"


class Walk(QObject):
    """Joins the actions to the engine; `edit` puts the samplers' card beside the map.

    changed: chains walk that did not, or the other way round.
    """

    changed = Signal()

    def __init__(
        self,
        acts: dict[str, QAction],
        client: EngineClient,
        store: Store,
        edit: Callable[[dict[str, object]], None],
        first: Callable[[Callable[[], object]], Callable[[], None]],
    ) -> None:
        """first: makes of a slot one that uses what is being typed."""
        super().__init__()
        self._go, self._again = acts["sample"], acts["disperse"]
        self._client, self._store, self._edit = client, store, edit
        self._go.triggered.connect(actions.plain(first(self._toggled)))
        self._again.triggered.connect(actions.plain(first(client.disperse)))
        client.started.connect(self.changed)
        client.failed.connect(lambda *_: self.changed.emit())

    def show_scene(self, scene: Scene) -> None:
        """What can be done in the scene, and whether chains walk."""
        for act in (self._go, self._again):
            act.setEnabled("chains" in scene.facts)
        walking = self._client.sampling
        self._go.setChecked(walking)
        self._go.setText("Pause the chains" if walking else "Sample")
        tips.give(self._go, f"{self._go.text()} ({self._go.shortcut().toString()})")

    def _toggled(self) -> None:
        on = not self._client.sampling
        scene = self._store.scene
        if on and _CARD not in [figure.name for figure in cards(scene)]:
            self._edit({"view.cards": placed(scene, _SLOT, _CARD)})
        self._client.sample(on)
        self.changed.emit()
