"""The panel's looks: columns, the order of Tab, themes, and room for every text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.look import theme
from ebmviz.ui.panel.fold import Fold
from ebmviz.ui.panel.form import WIDTH, Form
from ebmviz.ui.panel.formula import breakable
from tests.ui.form.panel import CATALOGUE, get, scene_with


def test_a_number_too_long_for_its_box_is_shown_with_fewer_digits(form: Form) -> None:
    box = get(form, ValueBox, "objective.beta.box")
    pictures = []
    for value in (0.000316228, 0.000316229):  # differ in a digit that has no room
        box.set_value(value)
        pictures.append(box.grab().toImage())
    assert pictures[0] == pictures[1]
    assert box.text() == "0.000316229"
    assert box.value() == 0.000316229


def test_the_columns_line_up_across_the_cards(form: Form) -> None:
    def span(widget: QWidget) -> tuple[int, int]:
        left = widget.mapTo(form, QPoint(0, 0)).x()
        return left, left + widget.width()

    sliders = form.findChildren(ScaleSlider)
    assert len({span(slider) for slider in sliders}) == 1
    boxes = {span(get(form, ValueBox, s.objectName()[:-6] + "box")) for s in sliders}
    assert len(boxes) == 1
    right = boxes.pop()[1]
    wide = {span(get(form, ValueBox, "seed.box")), span(get(form, Combo, "energy.init.combo"))}
    assert wide == {(span(sliders[0])[0], right)}
    # The choices of a component, whose titles are longer, line up with each other.
    heads = ("data.kind", "energy.kind", "objective.loss", "optimizer.kind")
    shown = [get(form, Combo, f"{head}.combo") for head in heads]
    (head,) = {span(combo) for combo in shown if combo.isVisible()}
    assert head[0] < span(sliders[0])[0]
    assert head[1] == right


def test_tab_goes_from_top_to_bottom(qtbot: QtBot, form: Form) -> None:
    form.set_scene(scene_with(energy__kind="horn"))
    form.activateWindow()
    first = get(form, Fold, "data.fold")
    first.setFocus()
    seen = []
    for _ in range(30):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus.objectName() in seen:
            break
        seen.append(focus.objectName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == [
        "data.fold",
        "data.kind.combo",
        "data.noise.slider",
        "data.noise.box",
        "data.file.box",
        "seed.box",
        "energy.fold",
        "energy.kind.combo",
        "energy.init.combo",
        "energy.latents.slider",
        "energy.latents.box",
        "energy.centre.box",
        "energy.learn.switch",
        "objective.fold",
        "objective.beta.slider",
        "objective.beta.box",
        "optimizer.fold",
        "optimizer.lr.slider",
        "optimizer.lr.box",
    ]


def test_a_theme_and_size_change_leaves_no_trace_of_the_old_one(
    qtbot: QtBot, qapp: QApplication, form: Form
) -> None:
    theme.apply(qapp, "light", 1.4)
    fresh = Form(CATALOGUE, extra={"data": ("seed",)})
    qtbot.addWidget(fresh)
    fresh.set_scene(scene_with())
    fresh.show()
    assert form.minimumWidth() == fresh.minimumWidth() == round(1.4 * WIDTH)
    for each in (form, fresh):
        each.resize(440, each.heightForWidth(440))
    qapp.processEvents()
    form.clearFocus()
    fresh.setFocus()
    qapp.processEvents()
    assert form.grab().toImage() == fresh.grab().toImage()


def test_no_text_is_wider_than_its_place(form: Form) -> None:
    form.set_scene(scene_with(energy__kind="horn", objective__beta=0.000316228))
    for label in form.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.sizeHint().width() <= label.width() + 1, label.text()


def test_it_scrolls(qtbot: QtBot, form: Form) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(form)
    area.resize(320, 200)
    area.show()
    assert WIDTH <= form.width() <= 320  # a wider panel gives its sliders room
    assert form.height() >= form.heightForWidth(WIDTH)
    area.takeWidget()


def test_a_formula_breaks_before_its_operators_and_not_within_brackets() -> None:
    broken = breakable("E = (y_1 − w_1 cos z)^2 + λ R(z)")
    assert broken.replace("\u00a0", "·").split() == ["E", "=·(y_1·−·w_1·cos·z)^2", "+·λ", "R(z)"]
    norm = breakable("½ ‖G_X(x) − G_Y(y)‖^2, or ‖G_X(x) − G_Y(y)‖_1")
    assert norm.split(" ")[-1].count("\u00a0") == 2
    assert "or" in norm.split(" ")
    assert "/\N{WORD JOINER}(2r^2)" in breakable("d [ln(r/s) + (m^2 + s^2)/(2r^2) − ½]")
    assert breakable("θ ~ U(0, 2π), ε ~ N").replace("\u00a0", "·") == "θ·~·U(0,·2π), ε·~·N"
