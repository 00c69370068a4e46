"""The loss lab: the same model under every chosen loss, side by side, in the landscape's place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from ebmviz.core import markup
from ebmviz.core import scene as scenes
from ebmviz.core.catalogue import Catalogue, Component
from ebmviz.core.plot import Sheet
from ebmviz.core.scene import Scene
from ebmviz.core.traits import begun_by
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES, LAB
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme
from ebmviz.ui.plots.mosaic import Mosaic

_HINT = "same data, seed and first weights: click a landscape to go on with its loss"


class LabView(Card):
    """Tells adopted(kind) for a landscape clicked, and edited(changes, live) for view.losses."""

    adopted = Signal(str)
    edited = Signal(dict, bool)

    def __init__(self) -> None:
        super().__init__("Loss lab", _HINT)
        self.setObjectName("lab.card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.mosaic = Mosaic(clickable=True)
        self.mosaic.chosen.connect(self._adopt)
        self.caption = Reading()
        self.button = QToolButton()
        self.button.setObjectName("lab.losses")
        self.button.setText("Losses")
        tips.give(self.button, "Which losses take part")
        self.button.setAccessibleName("Which losses take part")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.menu.aboutToShow.connect(self._fill)
        self.button.setMenu(self.menu)
        self.add_action(self.button)
        self.body.addWidget(self.mosaic, 1)
        self.body.addWidget(self.caption)
        self.shown: list[str] = []  # kinds in the order of the tiles
        self._offered: dict[str, Component] = {}
        self._chosen: list[str] = []
        self._loss = ""
        self._dress()
        self.hide()

    def show_scene(self, scene: Scene, catalogue: Catalogue) -> None:
        """Which losses there are, and which is the model's own."""
        own = scenes.model(scene, catalogue)
        kinds = catalogue.kinds("objective").items()
        self._offered = {kind: c for kind, c in kinds if not c.refused_by(own) and not c.alone}
        named = [kind.strip() for kind in scene.view.losses.split(",")]
        self._chosen = [kind for kind in named if kind in self._offered] or list(self._offered)
        self._loss = scene.kind("objective")
        self._mark()

    def show_shot(self, shot: Shot) -> None:
        """Draw all lanes."""
        drawn = FIGURES[LAB].shown((shot,))
        assert isinstance(drawn, Sheet)
        self.shown = list(shot.snapshot.labels.get("lab", ()))
        self.mosaic.show_sheet(drawn)
        wait = f"Press {begun_by(shot.scene.facts)}: every loss learns at once."
        self.caption.write(drawn.caption or (wait if shot.snapshot.step == 0 else ""))
        self._mark()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "button"):
            self._dress()

    def _dress(self) -> None:
        self.button.setIcon(theme.icon("chevron-down", theme.current(), "muted"))

    def _mark(self) -> None:
        self.mosaic.mark(self.shown.index(self._loss) if self._loss in self.shown else -1)

    def _adopt(self, index: int) -> None:
        if index < len(self.shown):
            self.adopted.emit(self.shown[index])

    def _fill(self) -> None:
        self.menu.clear()
        for kind, component in self._offered.items():
            action = self.menu.addAction(markup.to_plain(component.title))
            action.setCheckable(True)
            action.setChecked(kind in self._chosen)
            action.triggered.connect(lambda on, kind=kind: self._choose(kind, on))
        self.menu.addSeparator()
        every = self.menu.addAction("All that fit")
        every.triggered.connect(lambda: self.edited.emit({"view.losses": ""}, False))

    def _choose(self, kind: str, on: bool) -> None:
        kept = [k for k in self._offered if (on if k == kind else k in self._chosen)]
        if kept:
            self.edited.emit({"view.losses": ",".join(kept)}, False)
