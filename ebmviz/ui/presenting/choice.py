"""What stands on the stage: which cards beside the large plot, and which sliders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QSettings, Signal

from ebmviz.core.lesson import stop
from ebmviz.core.lesson.stop import Stop
from ebmviz.figures.slots import SLOTS

CARDS: Mapping[str, str] = {f"card-{n + 1}": f"Card {n + 1}" for n in range(SLOTS)}
_WORDS = "View β", "Training β", "Condition x", "Margin m", "Speed", "Time"
SLIDERS: Mapping[str, str] = dict(zip(stop.SLIDERS, _WORDS, strict=True))
TEXTS: Mapping[str, str] = {"text": "Text of the stop", "formula": "Formula"}
EVERY = frozenset((*CARDS, *SLIDERS, *TEXTS))
_USUAL = EVERY - {*CARDS, "view.speed"}
_KEY = "stage"


class Choice(QObject):
    """Kept from one run to the next. changed: it is another."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        raw = QSettings().value(_KEY, "")
        self._own = EVERY & set(raw.split(",")) if isinstance(raw, str) and raw else None

    @property
    def usual(self) -> bool:
        """Whether nothing has been chosen."""
        return self._own is None

    def names(self, at: Stop | None, figures: Sequence[str]) -> frozenset[str]:
        """What is on the stage at a stop, or at none, with these figures in the cards. A stop that
        names cards has those, one that names sliders has those.
        """
        own = self._own
        if own is None:
            own = _USUAL if at else _USUAL | set(CARDS)
        asked = at.show if at else ()
        cards = {card for card, name in zip(CARDS, figures, strict=False) if name in asked}
        if set(asked) - set(SLIDERS):
            own = own - set(CARDS) | cards
        if wanted := set(asked) & set(SLIDERS):
            own = own - set(SLIDERS) | wanted
        return own

    def switch(self, name: str, now: frozenset[str]) -> None:
        """Bring one of them, or take it away, from what is there now."""
        self._put(now ^ {name})

    def forget(self) -> None:
        """As it is by itself."""
        self._put(None)

    def _put(self, names: frozenset[str] | None) -> None:
        if names == self._own:
            return
        self._own = names
        if names is None:
            QSettings().remove(_KEY)
        else:
            QSettings().setValue(_KEY, ",".join(sorted(names)) or "nothing")
        self.changed.emit()
