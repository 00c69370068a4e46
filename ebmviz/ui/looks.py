"""How the whole window looks: theme, magnification, presenter mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from ebmviz.core.palette import Theme
from ebmviz.ui.look import theme
from ebmviz.ui.menus import actions
from ebmviz.ui.presenting.hall import MOST, presented

_LEAST = 0.7


class Looks(QObject):
    """changed is sent once everything has been dressed anew."""

    changed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        acts: dict[str, QAction],
        aside: Sequence[Callable[[bool], object]],
    ) -> None:
        """aside: each is called with whether the presenter mode is on, before it comes or goes."""
        super().__init__(window)
        self._window, self._acts, self._aside = window, acts, aside
        self._scale = 1.0  # outside the presenter mode
        self._docks: list[QDockWidget] = []  # shown outside it

    def switch_theme(self) -> None:
        """Light to dark, and back; remembered."""
        new: Theme = "light" if theme.current() == "dark" else "dark"
        QSettings().setValue("theme", new)
        self.apply(new, theme.scale())

    def rescale(self, factor: float) -> None:
        """Larger or smaller text."""
        self.apply(theme.current(), min(MOST, max(_LEAST, theme.scale() * factor)))

    def apply(self, name: Theme, scale: float) -> None:
        """Dress everything."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, name, scale)
        actions.dress(self._acts)
        self._acts["theme"].setIcon(theme.icon("sun" if name == "dark" else "moon", name))
        self.changed.emit()

    def present(self) -> None:
        """Into the presenter mode, or out of it."""
        on = not self._window.isFullScreen()
        if on:
            docks = self._window.findChildren(QDockWidget)
            self._docks = [dock for dock in docks if not dock.isHidden()]
            self._scale = theme.scale()
        for put_aside in self._aside:
            put_aside(on)
        for dock in self._docks:
            dock.setHidden(on)
        if on:
            self._window.showFullScreen()
            self.apply(theme.current(), max(presented(self._window.screen().size()), self._scale))
        else:
            self._window.showNormal()
            self.apply(theme.current(), self._scale)
