"""The way from the map to its own controls, which the panel holds far down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QScrollArea, QToolButton

from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import Form
from ebmviz.ui.panel.section import Section

_PART = "view"


class MapSettings(QToolButton):
    """Brings the section of the view to the top of the panel, and the focus to its first control;
    the panel comes back where the presenter mode has put it away.
    """

    def __init__(self, panel: QScrollArea, form: Form) -> None:
        super().__init__()
        self._panel, self._form = panel, form
        self.setObjectName("map.settings")
        self.setProperty("small", True)
        self.setAccessibleName("Settings of the map")
        tips.give(self, "Settings of the map: colours, isolines, arrows, resolution")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._bring)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_form"):
            self._dress()

    def _dress(self) -> None:
        self.setIcon(theme.icon("settings", theme.current(), "muted"))

    def _bring(self) -> None:
        section: Section = self._form.section(_PART)
        self._panel.show()
        bar = self._panel.verticalScrollBar()
        bar.setValue(min(section.y(), bar.maximum()))
        first = next((each for each in section.controls() if each.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
