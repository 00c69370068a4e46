"""Where the parts of the window stand: toolbar above, panel, map and side, sliders below."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import Form
from ebmviz.ui.views.banner import Banner
from ebmviz.ui.views.bottom import BottomBar
from ebmviz.ui.views.columns import Columns, SideColumn
from ebmviz.ui.views.map_settings import MapSettings
from ebmviz.ui.views.stage import Stage
from ebmviz.ui.views.toolbar import Toolbar

_FORMULA = 340  # in a lower window the map has its room


class Central(QWidget):
    """The middle of the window. panel: of the form, to scroll. banner: over all."""

    def __init__(self, form: Form, toolbar: Toolbar, stage: Stage, bottom: BottomBar) -> None:
        super().__init__()
        self.panel = QScrollArea()
        self.panel.setWidget(form)
        self.panel.setWidgetResizable(True)
        self.side = SideColumn(stage.side)
        stage.landscape.add_action(MapSettings(self.panel, form))
        pictures = (stage.landscape, stage.lab, stage.picture)
        self.columns = Columns(self.panel, pictures, self.side)
        self._formula = bottom.formula
        self._grid = QGridLayout(self)
        self._grid.addWidget(toolbar, 0, 0)
        self._grid.addWidget(self.columns, 1, 0)
        self._grid.addWidget(bottom, 2, 0)
        self._grid.setRowStretch(1, 1)
        self.banner = Banner(self)

    def show_lab(self, on: bool) -> None:
        """The lab has the place of the side cards too."""
        if self.side.isHidden() != on:
            self.side.setVisible(not on)

    def fit(self, height: int) -> None:
        """To a window of this height."""
        gap = theme.px(8)
        self._grid.setContentsMargins(gap, gap, gap, gap)
        self._grid.setVerticalSpacing(gap)
        self._formula.setVisible(height >= theme.px(_FORMULA))
