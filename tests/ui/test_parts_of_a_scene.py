"""The panel holds the parts of the scene that is shown, and of no other."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.catalogue import PARTS
from ebmviz.engine.model import registry
from ebmviz.ui.panel.form import Form
from ebmviz.ui.panel.row import Row
from tests.ui.hands import child_of


@pytest.mark.parametrize("first", ["ellipse", "calibration"])
def test_rows_of_another_kind_of_model_do_not_stay(qtbot: QtBot, first: str) -> None:
    catalogue = registry.catalogue()
    parts = tuple(part for part in PARTS if part not in ("run", "view"))
    form = Form(catalogue, parts=parts, extra={"experiment": ("seed",), "data": ("seed",)})
    qtbot.addWidget(form)
    other = "calibration" if first == "ellipse" else "ellipse"

    def rows() -> list[str]:
        return [row.path for part in parts for row in form.section(part).rows()]

    form.set_scene(library.scene(first, catalogue))
    fresh = rows()
    assert fresh.count("seed") == 1
    form.set_scene(library.scene(other, catalogue))
    assert rows().count("seed") == 1
    assert not set(fresh) & set(rows()) - {"seed", "device"}
    form.set_scene(library.scene(first, catalogue))
    assert rows() == fresh
    gone = [row for row in form.findChildren(Row) if not row.isHidden()]
    assert len(gone) == len(fresh), "what was left is hidden until it is deleted"
    cards = {part for part in parts if not child_of(form, QWidget, f"{part}.card").isHidden()}
    assert ("experiment" in cards) is (first == "calibration")
    assert ("energy" in cards) is (first == "ellipse")
