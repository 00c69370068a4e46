"""Where the keys go: to the map, unless a text is open."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class Resting:
    """A window that has a place for the focus between two choices."""

    def resting_place(self) -> QWidget:
        """What the window is about: the map, or what is in its place."""
        raise NotImplementedError


def rest(control: QWidget) -> None:
    """The hand has finished with `control`: its window's own keys are heard again."""
    window = control.window()
    if isinstance(window, Resting):
        window.resting_place().setFocus()
