"""A side card: one of several figures, chosen in the menu of its title."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from ebmviz.core import markup
from ebmviz.core.scene import Scene
from ebmviz.core.view import hidden
from ebmviz.figures import latent_lens
from ebmviz.figures.base.figure import Figure
from ebmviz.figures.slots import choices, placed
from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme
from ebmviz.ui.plots.latent_line import LatentLine
from ebmviz.ui.views.plot_card import PlotCard


class SideCard(PlotCard):
    """One slot beside the map. Another figure is a change of view.cards."""

    def __init__(self, slot: int, figure: Figure, scene: Callable[[], Scene]) -> None:
        super().__init__(figure)
        self.slot, self._scene = slot, scene
        self.setObjectName(f"side.{slot}")
        self.button = QToolButton()
        self.button.setObjectName(f"side.{slot}.button")
        self.button.setProperty("small", True)
        self.button.setAccessibleName("Choose the figure of this card")
        tips.give(self.button, "Show another figure here")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.menu.aboutToShow.connect(self._fill)
        self._group = QActionGroup(self.menu)
        self.button.setMenu(self.menu)
        self.enlarge = QToolButton()
        self.enlarge.setObjectName(f"side.{slot}.enlarge")
        self.enlarge.setProperty("small", True)
        self.enlarge.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._large = False
        self.add_action(self.enlarge)
        self.add_action(self.button)
        self.latent = LatentLine(
            self.canvas, lambda z, live: self.edited.emit({"view.latent": z}, live)
        )
        self.legend.toggled.connect(self._toggle)
        self.legend.pointed.connect(self.canvas.point_out)
        self._dress()

    def show_scene(self, scene: Scene) -> None:
        """What follows the scene at once, before its frame comes."""
        self.latent.line.setVisible(self.figure is latent_lens.FIGURE)
        self.latent.show_view(scene.view)

    def _toggle(self, name: str) -> None:
        away = hidden.toggled(self._scene().view.hidden, name)
        self.edited.emit({"view.hidden": away}, False)

    def show_large(self, on: bool) -> None:
        """Whether it is in the map's place."""
        self._large = on
        self._dress()

    def choose(self, name: str) -> None:
        """Ask for another figure in this slot."""
        self.edited.emit({"view.cards": placed(self._scene(), self.slot, name)}, False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "latent"):
            self._dress()

    def _dress(self) -> None:
        self.latent.dress()
        self.button.setIcon(theme.icon("chevron-down", theme.current(), "muted"))
        word = "Back to its place" if self._large else "Enlarge"
        self.enlarge.setAccessibleName(f"{word}: this card")
        tips.give(self.enlarge, f"{word} (Alt+{self.slot + 1}, or double-click the title)")
        icon = "shrink" if self._large else "enlarge"
        self.enlarge.setIcon(theme.icon(icon, theme.current(), "muted"))

    def _fill(self) -> None:
        self.menu.clear()
        for figure in choices(self._scene()):
            action = self.menu.addAction(markup.to_plain(figure.title))
            action.setCheckable(True)
            action.setChecked(figure is self.figure)
            action.setObjectName(figure.name)
            action.triggered.connect(lambda _=False, name=figure.name: self.choose(name))
            self._group.addAction(action)
