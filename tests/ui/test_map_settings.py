"""The map's own controls are one click away, wherever the panel has been scrolled to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from tests.ui.conftest import Student


def test_a_click_brings_the_maps_controls_into_sight(student: Student) -> None:
    window = student.window
    window.resize(1024, 600)
    button = window.landscape.findChild(QToolButton, "map.settings")
    section = window.form.section("view")
    first = section.controls()[0]
    for put_away in (False, True):
        window.panel.setVisible(not put_away)  # as the presenter mode does
        window.panel.verticalScrollBar().setValue(0)
        QApplication.processEvents()
        assert first.visibleRegion().isEmpty()
        student.bot.mouseClick(button, Qt.MouseButton.LeftButton)
        student.until(lambda: not first.visibleRegion().isEmpty())
        assert first.hasFocus()
        top = section.mapTo(window.panel.viewport(), section.rect().topLeft()).y()
        assert 0 <= top < window.panel.viewport().height() / 2
