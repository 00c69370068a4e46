"""How large text must be in front of a class."""

from __future__ import annotations

from PySide6.QtCore import QSize

MOST = 2.5
_LEAST = 1.4
_ROOM = 975, 548  # of a screen, at magnification 1: the text has a third


def presented(screen: QSize, ratio: float = 1.0) -> float:
    """The magnification on a screen: a larger one has larger text, which is read from the last
    row. ratio: of its own pixels to those of the desktop.
    """
    fits = min(screen.width() / _ROOM[0], screen.height() / _ROOM[1])
    return min(MOST, max(_LEAST / ratio, fits))
