"""The model panel, generated from the catalogue: one card per part, one row per parameter."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ebmviz.core.catalogue import PARTS, Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene
from ebmviz.figures.words.stability import Mark
from ebmviz.ui.look import theme
from ebmviz.ui.panel.section import Section
from ebmviz.ui.pointing.pointing import Pointed

WIDTH = 306
_OF_A_LOSS = ("objective", "regularizer", "optimizer")
"""The parts that do nothing where steps do not go down a loss."""


class Form(QWidget):
    """Shows a scene and tells what the user wants changed; it never changes the scene itself.

    `edited(path, value, live)`: live while a slider is dragged or an arrow key held, not
    live once it is the user's choice. `message` is a sentence about a text not understood.
    `extra` adds rows of other parts at the end of a card: `{"data": ("seed",)}`.
    """

    edited = Signal(str, object, bool)
    message = Signal(str)
    pointed = Signal(object)

    def __init__(
        self,
        catalogue: Catalogue,
        parts: Sequence[str] = ("experiment", "data", "energy", "objective", "optimizer"),
        extra: Mapping[str, Sequence[str]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._scene: Scene | None = None
        self._column = QVBoxLayout(self)
        self._sections = [
            Section(part, PARTS[part], tuple((extra or {}).get(part, ()))) for part in parts
        ]
        for section in self._sections:
            section.edited.connect(self.edited)
            section.message.connect(self.message)
            section.pointed.connect(self.pointed)
            section.hide()
            self._column.addWidget(section)
        self._column.addStretch(1)
        self._fit()

    def set_scene(self, scene: Scene) -> None:
        """Shows `scene`, without telling. Rows that stay keep their focus and their drag."""
        self._scene = scene
        there = [part for part in scene.parts if self._catalogue.kinds(part)]
        shown = [s for s in self._sections if s.part in there]
        changed = [
            s.show_scene(scene, self._catalogue) if s in shown else s.leave()
            for s in self._sections
        ]
        for section in self._sections:
            idle = section.part in _OF_A_LOSS and "loss" not in scene.facts
            section.setVisible(section in shown and not section.empty and not idle)
        if any(changed):
            self._order_focus()

    def section(self, part: str) -> Section:
        """The card of a part."""
        return next(section for section in self._sections if section.part == part)

    def light(self, at: Pointed) -> None:
        """What is of a symbol."""
        for section in self._sections:
            section.light(at)

    def set_marks(self, marks: Mapping[str, Mark]) -> None:
        """Marks the sliders of these paths, and no other."""
        for row in (row for section in self._sections for row in section.rows()):
            if row.slider is not None:
                row.slider.set_mark(marks.get(row.path))

    def set_catalogue(self, catalogue: Catalogue, scene: Scene | None = None) -> None:
        """The components on offer. A scene already shown stays, if there is no other to be shown;
        `message` if it does not fit.
        """
        self._catalogue, self._scene = catalogue, scene or self._scene
        if self._scene is not None:
            try:
                self.set_scene(self._scene)
            except UserError as error:
                self.message.emit(str(error))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _order_focus(self) -> None:
        controls = [control for section in self._sections for control in section.controls()]
        for before, after in itertools.pairwise(controls):
            QWidget.setTabOrder(before, after)

    def _fit(self) -> None:
        self.setMinimumWidth(theme.px(WIDTH))
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
