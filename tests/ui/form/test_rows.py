"""The panel's rows: generated from the catalogue, and silent when told."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from ebmviz.core.catalogue import Catalogue, Component
from ebmviz.core.params import specs
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.controls.text import Text
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.panel.form import Form
from tests.ui.form.panel import CATALOGUE, Edit, Loss, get, scene_with


def test_one_control_for_each_visible_parameter(form: Form) -> None:
    for kind, name in (
        (Combo, "data.kind.combo"),
        (ScaleSlider, "data.noise.slider"),
        (ValueBox, "data.noise.box"),
        (ValueBox, "data.file.box"),
        (ValueBox, "seed.box"),
        (Combo, "energy.kind.combo"),
        (Combo, "energy.init.combo"),
        (ScaleSlider, "energy.latents.slider"),
        (ScaleSlider, "objective.beta.slider"),
        (ScaleSlider, "optimizer.lr.slider"),
    ):
        control = get(form, kind, name)
        assert control.isVisible()
        assert control.accessibleName()
        assert control.toolTip() or name.endswith("kind.combo")
    assert form.findChild(QWidget, "seed.slider") is None
    assert form.findChild(QWidget, "energy.secret.row") is None
    assert form.findChild(QWidget, "data.points.row") is None
    assert not get(form, Combo, "objective.loss.combo").isVisible()  # only one loss
    formula = get(form, Text, "energy.formula")
    assert formula.text() == "E = y<sub>1</sub><sup>2</sup>".replace(" = ", " =\u00a0")


def test_the_tooltip_gives_help_unit_and_range(form: Form) -> None:
    tip = get(form, ValueBox, "energy.latents.box").toolTip()
    assert "How many values z takes" in tip
    assert "1 … 4096 points" in tip
    assert "0 … ∞" in get(form, ValueBox, "objective.beta.box").toolTip()


def test_a_scene_is_shown_without_an_edit(form: Form, edits: list[Edit]) -> None:
    form.set_scene(
        scene_with(
            energy__kind="horn",
            energy__learn=True,
            energy__centre=(1.5, -2.0),
            energy__init="random",
            objective__beta=math.inf,
            seed=9,
        )
    )
    assert get(form, Combo, "energy.kind.combo").key() == "horn"
    assert get(form, Switch, "energy.learn.switch").isChecked()
    assert get(form, ValueBox, "energy.centre.box").text() == "1.5, −2"
    assert get(form, Combo, "energy.init.combo").key() == "random"
    assert get(form, ScaleSlider, "objective.beta.slider").value() == math.inf
    assert get(form, ValueBox, "objective.beta.box").text() == "∞"
    assert get(form, ValueBox, "seed.box").text() == "9"
    assert edits == []


def test_rows_come_and_go_and_what_stays_is_the_same_widget(form: Form) -> None:
    box = get(form, ValueBox, "energy.latents.box")
    box.setFocus()
    width = form.width()
    form.set_scene(scene_with(energy__kind="horn"))
    assert form.findChild(QWidget, "energy.centre.row") is not None
    assert get(form, ValueBox, "energy.latents.box") is box
    assert box.hasFocus()
    assert form.width() == width
    form.set_scene(scene_with())
    row = form.findChild(QWidget, "energy.centre.row")
    assert row is None or not row.isVisible()
    assert get(form, ValueBox, "energy.latents.box") is box


def test_a_new_catalogue_offers_its_components(form: Form) -> None:
    more = Component("objective", "hinge", "Hinge", params=specs(Loss))
    form.set_catalogue(Catalogue((*CATALOGUE.components, more)))
    combo = get(form, Combo, "objective.loss.combo")
    assert combo.isVisible()
    assert [combo.itemText(i) for i in range(combo.count())] == ["Energy", "Hinge"]
    assert combo.key() == "energy"
    said: list[str] = []
    form.message.connect(said.append)
    form.set_catalogue(Catalogue((more, *(c for c in CATALOGUE.components if c.kind != "energy"))))
    assert said == ["objective.loss: “energy” is not known; available: hinge"]
