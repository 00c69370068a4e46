"""The formula of a card follows what is chosen in it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.markup import to_html
from ebmviz.core.scene import replace
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.panel.formula import breakable
from ebmviz.ui.panel.section import Section

CATALOGUE = library.shipped_catalogue()
CHAINS = next(p for p in CATALOGUE.component("objective", "cd").params if p.formulas)


@pytest.mark.parametrize("loss", ["cd", "short-run", "pcd"])
def test_a_loss_says_the_step_of_its_chains_as_they_change(
    loss: str, qtbot: QtBot, qapp: QApplication
) -> None:
    theme.apply(qapp, "light")
    section = Section("objective", "Objective")
    qtbot.addWidget(section)
    scene = library.scene("unconditional", CATALOGUE)
    scene = replace(scene, {"objective.loss": loss}, CATALOGUE)
    assert len(CHAINS.formulas) >= 5
    for kind, step in CHAINS.formulas.items():
        scene = replace(scene, {f"objective.{CHAINS.name}": kind}, CATALOGUE)
        section.show_scene(scene, CATALOGUE)
        formula = section.findChild(Text, "objective.formula")
        assert formula is not None
        said = CATALOGUE.component("objective", loss).said(scene.values)
        assert said.endswith(f" by k steps of {step}")
        assert formula.text() == to_html(breakable(said))
