"""What is pointed at in a window: one value, which every view tells of and every view reads."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication

from ebmviz.core.symbols.written import NONE, Names

_PAUSE_MS = 120
"""A mouse that only passes by lights nothing up."""


class Pointed(NamedTuple):
    """The names of a symbol. by_control: by resting on what moves it, or on its mark, for which
    texts, formulas and legends light up, but no control, and the picture stays as it is.
    """

    names: Names = NONE
    by_control: bool = False

    @property
    def marks(self) -> Names:
        """What lights up of controls and on the picture."""
        return NONE if self.by_control else self.names


NOTHING = Pointed()


class View(Protocol):
    """pointed(Pointed) is sent for what the mouse or the focus is on, `NOTHING` once it is not,
    at the latest when it is hidden.
    """

    @property
    def pointed(self) -> SignalInstance: ...

    def light(self, at: Pointed) -> None:
        """Light up what is of a symbol, and nothing else."""


class Pointing(QObject):
    """Joins the views of a window. What was pointed at last counts, once the mouse rests; while a
    button of it is down, nothing changes.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.at = NOTHING
        self._told: dict[int, Pointed] = {}
        self._rests = QTimer(self)
        self._rests.setSingleShot(True)
        self._rests.setInterval(_PAUSE_MS)
        self._rests.timeout.connect(self._settle)

    @property
    def pause(self) -> int:
        """How long a mouse has to rest, in milliseconds."""
        return self._rests.interval()

    def join(self, *views: View) -> None:
        """They tell, and are told."""
        for view in views:
            self._join(view, id(view))

    def _join(self, view: View, key: int) -> None:
        view.pointed.connect(lambda at: self._point(key, at))
        self.changed.connect(view.light)
        view.light(self.at)

    def _point(self, key: int, at: Pointed) -> None:
        self._told.pop(key, None)
        if at.names:
            self._told[key] = at
        self._rests.start()

    def _settle(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._rests.start()
            return
        at = next(reversed(self._told.values()), NOTHING)
        if at != self.at:
            self.at = at
            self.changed.emit(at)
