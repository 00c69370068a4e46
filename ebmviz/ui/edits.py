"""The changes that the controls ask for: taken, or said to be refused and shown as they were."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core.errors import UserError
from ebmviz.core.samples import kinds
from ebmviz.ui.change_notice import consequence
from ebmviz.ui.open_texts import OpenTexts
from ebmviz.ui.session.store import Store


class Edits:
    """tell(sentence, role); show_again() gives the controls back what the scene has; ask_points()
    asks for a file of own points.
    """

    def __init__(
        self,
        store: Store,
        texts: OpenTexts,
        tell: Callable[[str, str], None],
        show_again: Callable[[], None],
        ask_points: Callable[[], None],
    ) -> None:
        self._store, self._texts = store, texts
        self._tell, self._show_again, self._ask_points = tell, show_again, ask_points

    def make(self, changes: dict[str, object], live: bool) -> None:
        """One change; live while it is being dragged."""
        store = self._store
        data = changes.get("data.kind")
        if data in kinds() and data != store.scene.kind("data"):
            # Own points come from a file: ask for it; cancelling leaves the data as they were.
            self._show_again()
            self._ask_points()
            return
        if not live:
            self._texts.take_focused()
        before = store.scene
        try:
            if len(changes) == 1:
                ((path, value),) = changes.items()
                store.set(path, value, live)
            else:
                store.update(changes, live)
        except UserError as error:
            self._tell(str(error), "warn")
            self._show_again()
            return
        if moved := consequence(before, store.scene, changes, store.catalogue):
            self._tell(moved, "accent")
