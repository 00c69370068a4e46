"""The panel on the screen, and the edits it reports."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import Form
from tests.ui.form.panel import CATALOGUE, Edit, scene_with


@pytest.fixture
def form(qtbot: QtBot, qapp: QApplication) -> Form:
    theme.apply(qapp, "dark")
    form = Form(CATALOGUE, extra={"data": ("seed",)})
    qtbot.addWidget(form)
    form.set_scene(scene_with())
    form.show()
    qtbot.waitExposed(form)
    return form


@pytest.fixture
def edits(form: Form) -> list[Edit]:
    seen: list[Edit] = []
    form.edited.connect(lambda path, value, live: seen.append((path, value, live)))
    return seen
