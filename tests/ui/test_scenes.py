"""Every scene has a window that shows what does something, and says what does not fit."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from ebmviz.core import assets, library
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.menus import actions
from ebmviz.ui.menus.glossary import Glossary
from tests.ui.conftest import Student
from tests.ui.hands import child, child_of, export_dialog

LEFT = Qt.MouseButton.LeftButton
Sit = Callable[..., Student]


def pick(combo: Combo, key: str) -> None:
    """Choose as a user does."""
    combo.set_key(key)
    combo.activated.emit(combo.currentIndex())


def refusals(combo: Combo) -> dict[str, str]:
    """What cannot be chosen, and why."""
    tip, flags = Qt.ItemDataRole.ToolTipRole, combo.model().flags
    return {
        combo.itemData(i): combo.itemData(i, tip)
        for i in range(combo.count())
        if not flags(combo.model().index(i, 0)) & Qt.ItemFlag.ItemIsEnabled
    }


@pytest.mark.slow
def test_what_does_not_fit_is_listed_with_its_reason(sit_down: Sit) -> None:
    student = sit_down("regression")
    store = student.window.store
    energy = store.catalogue.component("energy", "regression")
    for part, name in (("data", "data.kind.combo"), ("objective", "objective.loss.combo")):
        combo = child(student, name)
        kinds = store.catalogue.kinds(part)
        assert [combo.itemData(i) for i in range(combo.count())] == list(kinds)
        wanted = {k for k, c in kinds.items() if c.refused_by(energy)}
        told = refusals(combo)
        assert set(told) == wanted
        assert all(why.endswith(".</qt>") for why in told.values())
    assert "horn" in refusals(child(student, "data.kind.combo"))
    assert not refusals(child(student, "energy.kind.combo"))


def test_another_energy_brings_fitting_data_and_says_so(sit_down: Sit) -> None:
    student = sit_down("regression")
    window = student.window
    pick(child(student, "energy.kind.combo"), "multiclass")
    scene = window.store.scene
    data = window.store.catalogue.component("data", scene.kind("data"))
    assert not data.refused_by(window.store.catalogue.component("energy", "multiclass"))
    assert window.banner.isVisible()
    said = window.banner.text.text()
    assert data.title in said
    assert "Many classes" in said
    assert said.endswith(".")
    student.settled()
    window.acts["undo"].trigger()
    assert window.store.scene.kind("data") == "parabola"
    # A choice that fits brings nothing else, and nothing is said.
    window.banner.hide()
    pick(child(student, "energy.kind.combo"), "conditional")
    assert window.store.scene.kind("data") == "parabola"
    assert not window.banner.isVisible()


@pytest.mark.slow
def test_rows_and_cards_are_there_when_they_do_something(sit_down: Sit) -> None:
    student = sit_down("regression")
    find = student.window.findChild
    assert child(student, "regularizer.card").isVisible()
    assert find(QWidget, "view.starts.row") is None
    student.window.edit({"view.inference": "gradient"})
    assert find(QWidget, "view.starts.row") is not None
    student.window.edit({"energy.kind": "ellipse"})
    assert not child(student, "regularizer.card").isVisible()


@pytest.mark.slow
def test_the_word_before_the_energy_is_the_scenes(sit_down: Sit) -> None:
    student = sit_down("regression")
    section = child(student, "energy.card")
    assert "E(x, y)" in section._word.text()
    student.window.edit({"energy.kind": "ellipse"})
    assert "E(y, z)" in section._word.text()


@pytest.mark.slow
def test_the_bottom_bar_has_the_dials_that_do_something(sit_down: Sit) -> None:
    student = sit_down("regression")
    dials = student.window.bottom.dials

    def shown() -> set[str]:
        return {path for path, dial in dials.items() if dial.isVisible()}

    assert shown() == set()
    student.window.edit({"objective.loss": "hinge"})
    assert shown() == {"objective.margin"}
    assert not child(student, "view.link").isVisible()
    box = child(student, "bottom.margin.box")
    box.clear()
    student.bot.keyClicks(box, "2.5")
    student.bot.keyClick(box, Qt.Key.Key_Return)
    assert student.window.store.scene["objective.margin"] == 2.5
    student.window.edit({"energy.kind": "horn"})
    assert {"view.beta", "view.x"} <= shown()


@pytest.mark.slow
def test_the_x_slider_moves_the_map(sit_down: Sit) -> None:
    student = sit_down("horn")
    window = student.window
    before = student.settled()["map"]
    weights = student.weights().weights
    slider = child(student, "view.x.slider")
    slider.setFocus()
    student.bot.keyClick(slider, Qt.Key.Key_Home)
    assert window.store.scene.view.x == 0.0
    after = student.settled()["map"]
    assert np.abs(after - before).max() > 0.1
    assert "x = 0" in window.landscape.detail.text()
    for name, array in student.weights().weights.items():
        assert np.array_equal(array, weights[name]), name


def test_a_slot_takes_another_figure_and_remembers_it(sit_down: Sit) -> None:
    student = sit_down("ellipse")
    card = student.window.stage.side[0]
    card.menu.aboutToShow.emit()
    offered = {action.objectName(): action for action in card.menu.actions()}
    assert {"cross-section", "gibbs-manifold", "loss-curve"} <= offered.keys()
    assert "landscape" not in offered
    assert offered["cross-section"].isChecked()
    offered["gibbs-manifold"].trigger()
    student.until(lambda: len(card.mosaic.tiles) == 3)
    assert card.mosaic.isVisible()
    assert not card.canvas.isVisible()
    assert card.mosaic.tiles[0].title.text() == "ỹ(z)"
    # One that another slot shows changes places with it.
    card.choose("loss-curve")
    names = [each.figure.name for each in student.window.stage.side]
    assert names == ["loss-curve", "latent-lens", "gibbs-manifold"]
    assert student.window.store.scene.view.cards == ",".join(names)
    student.until(lambda: card.canvas.isVisible() and card.title.text() == "Loss")
    assert not card.latent.line.isVisible()
    assert student.window.stage.side[1].latent.line.isVisible()


@pytest.mark.slow
def test_a_figure_that_no_card_shows_is_measured_for_its_export(
    sit_down: Sit, tmp_path: Path
) -> None:
    student = sit_down("ellipse")
    window = student.window
    window.edit({"view.cards": "cross-section,loss-curve,latent-lens"})
    window.publisher.export()
    dialog = export_dialog(window)
    assert dialog.form.figure.findData("gibbs-manifold") >= 0
    assert dialog.form.figure.findData("class-maps") < 0
    dialog.form.figure.set_key("gibbs-manifold")
    dialog.form.format.set_key("svg")
    with student.bot.waitSignal(dialog.saved, timeout=30_000):
        dialog.save_to(tmp_path / "g.svg")
    assert b"</svg>" in (tmp_path / "g.svg").read_bytes()
    dialog.close()


def test_the_lab_trains_beside_the_model_and_leaves_it_alone(sit_down: Sit) -> None:
    student = sit_down("implicit-regression")
    window = student.window
    before = student.weights().weights
    student.bot.mouseClick(child(student, "button.lab"), LEFT)
    lab = window.stage.lab
    student.until(lambda: len(lab.shown) >= 5)
    assert lab.isVisible()
    assert not window.landscape.isVisible()
    assert not any(card.isVisible() for card in window.stage.side)
    window.client.advance(8)
    student.until(lambda: student.step >= 8)
    window.acts["lab"].trigger()
    assert window.landscape.isVisible()
    assert not lab.isVisible()
    student.settled()
    after = student.weights().weights
    assert all(np.array_equal(after[name], array) for name, array in before.items())


@pytest.mark.slow
def test_a_click_in_the_lab_goes_on_with_that_loss(sit_down: Sit) -> None:
    student = sit_down("implicit-regression")
    window = student.window
    window.edit({"view.lab": True, "view.losses": "hinge,nll,energy", "view.speed": math.inf})
    lab = window.stage.lab
    student.until(lambda: sorted(lab.shown) == ["energy", "hinge", "nll"])
    before = student.weights().weights
    window.client.advance(8)
    student.until(lambda: student.step >= 8)
    tile = lab.mosaic.tiles[lab.shown.index("nll")]
    student.bot.mouseClick(tile.canvas.viewport(), LEFT)
    student.until(lambda: not window.store.scene.view.lab)
    assert window.store.scene["objective.loss"] == "nll"
    assert window.landscape.isVisible()
    student.settled()
    after = student.weights()
    assert after.step == 8
    moved = [n for n, array in before.items() if not np.array_equal(array, after.weights[n])]
    assert any("/" not in name for name in moved)
    window.client.advance(1)
    student.until(lambda: student.step == 9)


@pytest.mark.slow
def test_the_scene_list_is_in_groups(student: Student) -> None:
    combo = child(student, "scene")
    keys = [combo.itemData(i) for i in range(combo.count())]
    assert [key for key in keys if isinstance(key, str)] == assets.scene_names()
    headings = [combo.itemText(i) for i, key in enumerate(keys) if not isinstance(key, str)]
    assert headings[0] == "Latent variables"
    assert len(headings) >= 4
    assert combo.key() == "ellipse"


@pytest.mark.slow
def test_hovering_says_the_names_of_the_scene(sit_down: Sit) -> None:
    student = sit_down("regression")
    student.settled()
    view = student.window.landscape
    view._hover(view.plane.mapViewToScene(view.plane.viewRect().center()))
    said = view.detail.accessibleName()
    assert "x = " in said
    assert "y = " in said
    assert "E = " in said
    assert "F" not in said


def test_help_shows_the_glossary_and_finds_a_word_in_it(student: Student) -> None:
    student.window.acts["glossary"].trigger()
    glossary = child_of(student.window, Glossary, "glossary")
    page, wanted = glossary.page, glossary.wanted
    assert "softargmax" in page.toPlainText()
    assert "Calibration" in page.toPlainText()
    student.bot.keyClicks(wanted, "helmholtz")
    assert "F = ⟨E⟩ − T S" in page.spoken()
    assert "Calibration" not in page.toPlainText()
    student.bot.keyClicks(wanted, " <b>")
    assert page.toPlainText() == "Nothing of that name."
    glossary.close()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ellipse", "Train"),
        ("hopfield", "Recall"),
        ("hopfield-capacity", "Recall"),
        ("dimension", "Run"),
    ],
)
@pytest.mark.usefixtures("qtbot")
def test_the_button_says_what_the_steps_are(name: str, said: str) -> None:
    owner = QObject()
    acts = actions.make(owner)
    actions.name_steps(acts, library.scene(name, library.shipped_catalogue()), False)
    assert acts["play"].text() == said
    actions.name_steps(acts, library.scene(name, library.shipped_catalogue()), True)
    assert acts["play"].text() == "Pause"
