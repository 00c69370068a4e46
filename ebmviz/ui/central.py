"""Where the parts of the window stand: toolbar above, panel, map and side, sliders below."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.scene import Scene
from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import Form
from ebmviz.ui.pointing.pointing import Pointing
from ebmviz.ui.presenting.choice import Choice
from ebmviz.ui.presenting.lecture import Lecture
from ebmviz.ui.presenting.staged import Staged
from ebmviz.ui.views.banner import Banner
from ebmviz.ui.views.bottom import BottomBar
from ebmviz.ui.views.columns import Columns, SideColumn
from ebmviz.ui.views.enlarged import Enlarged
from ebmviz.ui.views.left_column import LeftColumn
from ebmviz.ui.views.map_controls import MapControls
from ebmviz.ui.views.stage import Stage
from ebmviz.ui.views.toolbar import Toolbar

_FORMULA = 340  # in a lower window the map has its room


class Central(QWidget):
    """The middle of the window. panel: of the form, to scroll. banner: over all."""

    def __init__(self, form: Form, toolbar: Toolbar, stage: Stage, bottom: BottomBar) -> None:
        super().__init__()
        self.panel = LeftColumn(form)
        self.side = SideColumn(stage.side)
        self.columns = Columns(self.panel, stage.mains.every, self.side)
        self._formula = bottom.formula
        self._grid = QGridLayout(self)
        self._grid.addWidget(toolbar, 0, 0)
        self._grid.addWidget(self.columns, 1, 0)
        self._grid.addWidget(bottom, 3, 0)
        self._grid.setRowStretch(1, 1)
        self._stage = stage
        self.controls = MapControls(self)
        stage.landscape.legend.asked.connect(self._ask)
        self.enlarged = Enlarged(stage, self.columns, self.side)
        self.choice = Choice(self)
        parts = self.panel, self.side, self.enlarged, bottom
        self.staged = Staged(stage, *parts, self.choice)
        stage.store.lessonChanged.connect(lambda _: self.staged.fit(stage.store.scene))
        self.banner = Banner(self)
        self.pointing = Pointing(self)
        mains = (stage.landscape, stage.picture, stage.lab, stage.mains.compare)
        self.pointing.join(form, self.controls, bottom, *mains, *stage.side)

    def take_hints(self, hints: QWidget) -> None:
        """A line between the views and the sliders."""
        self._grid.addWidget(hints, 2, 0)

    def take_lecture(self, lecture: Lecture) -> None:
        """What the lecturer has beside a window for the class, and what that shows."""
        self.panel.take(lecture.desk)
        lecture.follow(self.enlarged, self.choice)
        lecture.opened.connect(self.staged.stand_beside)
        self.pointing.changed.connect(lecture.light)

    def show_scene(self, scene: Scene, catalogue: Catalogue) -> None:
        """The controls of the map, at what is in its place, which may be that of the side too."""
        self.enlarged.follow()
        self.staged.fit(scene)
        main = self._stage.main
        self.controls.sit(main)
        self.controls.show_scene(scene, catalogue, layers=main is not self._stage.lab)

    def present(self, on: bool) -> None:
        """Into the presenter mode, or out of it."""
        self.staged.present(on)
        self.staged.fit(self._stage.store.scene)

    def _ask(self, name: str, at: QWidget) -> None:
        self.controls.open(name, at, to_keys=at.hasFocus())

    def fit(self, height: int) -> None:
        """To a window of this height."""
        gap = theme.px(8)
        self._grid.setContentsMargins(gap, gap, gap, gap)
        self._grid.setVerticalSpacing(gap)
        self._formula.setVisible(height >= theme.px(_FORMULA))
