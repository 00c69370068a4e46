"""The model panel: generated from the catalogue, silent when told, exact when used."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import scene as scenes
from ebmviz.core.catalogue import Catalogue, Component, common
from ebmviz.core.palette import Theme, color
from ebmviz.core.params import (
    Affects,
    ParamSet,
    Value,
    choice,
    flag,
    integer,
    real,
    reals,
    specs,
    table,
    text,
)
from ebmviz.core.scene import Scene
from ebmviz.ui import theme
from ebmviz.ui.combo import Combo
from ebmviz.ui.form import WIDTH, Form
from ebmviz.ui.section import breakable
from ebmviz.ui.slider import ScaleSlider
from ebmviz.ui.switch import Switch
from ebmviz.ui.text import Text
from ebmviz.ui.valuebox import ValueBox

W = TypeVar("W", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton
BUILD, TRAIN = Affects.BUILD, Affects.TRAIN


class Points(ParamSet):
    noise: Annotated[
        float,
        real("Noise", symbol="σ", affects=TRAIN, low=0, high=100, slider=(0.0, 0.5)),
    ] = 0.05
    file: Annotated[str, text("File", affects=TRAIN)] = "points.csv"
    points: Annotated[bytes, table("Points", affects=TRAIN)] = b""


class Ellipse(ParamSet):
    init: Annotated[
        str, choice("Initial w", {"lecture": "Lecture’s", "random": "Random"}, affects=BUILD)
    ] = "lecture"
    latents: Annotated[
        int,
        integer(
            "Latents",
            symbol="|Z|",
            help="How many values z takes",
            unit="points",
            affects=BUILD,
            low=1,
            high=4096,
            slider=(1, 192),
        ),
    ] = 48
    secret: Annotated[float, real("Secret", affects=BUILD, hidden=True)] = 1.0


class Horn(Ellipse):
    centre: Annotated[tuple[float, ...], reals("Centre", affects=BUILD, size=2)] = (0.0, 1.0)
    learn: Annotated[bool, flag("Learn the centre", affects=BUILD)] = False


class Loss(ParamSet):
    beta: Annotated[
        float,
        real(
            "Training β",
            symbol="β",
            affects=TRAIN,
            low=0,
            slider=(1e-3, 1e4),
            log=True,
            inf=True,
            thermometer=True,
        ),
    ] = 1.0


class Sgd(ParamSet):
    lr: Annotated[
        float,
        real("Rate", symbol="η", affects=TRAIN, low=0, high=1e4, slider=(1e-4, 1.0), log=True),
    ] = 0.2


CATALOGUE = Catalogue(
    (
        Component("data", "lecture", "Lecture, 24 points"),
        Component("data", "own", "Own points", params=specs(Points)),
        Component("energy", "ellipse", "Ellipse", formula="E = y_1^2", params=specs(Ellipse)),
        Component("energy", "horn", "Horn", params=specs(Horn)),
        Component("objective", "energy", "Energy", params=specs(Loss)),
        Component("optimizer", "sgd", "SGD", params=specs(Sgd)),
        Component("sampler", "walk", "Walk"),
        Component("regularizer", "regularizer", "Regularisers"),
        *common(),
    )
)
Edit = tuple[str, object, bool]


def scene_with(**changes: Value) -> Scene:
    given = {key.replace("__", "."): value for key, value in changes.items()}
    return scenes.build("test", "Test", (), {"data.kind": "own", **given}, CATALOGUE)


@pytest.fixture
def form(qtbot: QtBot, qapp: QApplication) -> Iterator[Form]:
    theme.apply(qapp, "dark")
    form = Form(CATALOGUE, extra={"data": ("seed",)})
    qtbot.addWidget(form)
    form.set_scene(scene_with())
    form.show()
    qtbot.waitExposed(form)
    yield form


@pytest.fixture
def edits(form: Form) -> list[Edit]:
    seen: list[Edit] = []
    form.edited.connect(lambda path, value, live: seen.append((path, value, live)))
    return seen


def get(form: Form, kind: type[W], name: str) -> W:
    found: W | None = form.findChild(kind, name)
    assert found is not None, name
    return found


def type_in(qtbot: QtBot, box: ValueBox, typed: str) -> None:
    box.setFocus()
    box.selectAll()
    if typed.isascii():
        qtbot.keyClicks(box, typed)
    else:  # QTest has no keys for these
        QApplication.clipboard().setText(typed)
        qtbot.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(box, Qt.Key.Key_Return)


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


def test_dragging_is_live_and_releasing_commits(
    qtbot: QtBot, form: Form, edits: list[Edit]
) -> None:
    slider = get(form, ScaleSlider, "energy.latents.slider")
    box = get(form, ValueBox, "energy.latents.box")
    middle = slider.height() // 2
    qtbot.mousePress(slider, LEFT, pos=QPoint(round(slider.handle_x()), middle))
    qtbot.mouseMove(slider, QPoint(round(slider.handle_x(100)), middle))
    assert [(path, live) for path, _, live in edits] == [("energy.latents", True)]
    value = edits[0][1]
    assert type(value) is int
    assert value == pytest.approx(100, abs=2)
    assert box.text() == str(value)
    form.set_scene(scene_with(energy__latents=7))  # an answer that comes late
    assert slider.value() == value
    assert box.text() == str(value)
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(round(slider.handle_x(100)), middle))
    assert edits[1:] == [("energy.latents", value, False)]


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("objective.beta", "∞", math.inf),
        ("objective.beta", "inf", math.inf),
        ("objective.beta", "1e3", 1000.0),
        ("objective.beta", "1e-5", 1e-5),
        ("energy.latents", "500", 500),
        ("energy.centre", "−1, 2", (-1.0, 2.0)),
        ("energy.centre", "3 4", (3.0, 4.0)),
        ("data.file", "more points.csv", "more points.csv"),
        ("seed", "12", 12),
    ],
)
def test_a_typed_value(
    qtbot: QtBot, form: Form, edits: list[Edit], path: str, typed: str, value: Value
) -> None:
    form.set_scene(scene_with(energy__kind="horn"))
    type_in(qtbot, get(form, ValueBox, f"{path}.box"), typed)
    assert edits == [(path, value, False)]
    slider = form.findChild(ScaleSlider, f"{path}.slider")
    assert slider is None or slider.value() == value


def test_leaving_the_box_commits_and_only_what_was_typed(
    qtbot: QtBot, form: Form, edits: list[Edit]
) -> None:
    form.set_scene(scene_with(objective__beta=10**-0.5))  # no six digits hold it
    box = get(form, ValueBox, "objective.beta.box")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.clearFocus()
    assert edits == []
    assert box.value() == 10**-0.5
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "2")
    box.clearFocus()
    assert edits == [("objective.beta", 2.0, False)]


def test_bad_input_is_marked_explained_and_restored(
    qtbot: QtBot, form: Form, edits: list[Edit]
) -> None:
    said: list[str] = []
    form.message.connect(said.append)
    box = get(form, ValueBox, "energy.latents.box")
    before = box.toolTip()
    type_in(qtbot, box, "many")
    assert edits == []
    assert said == ["Latents: “many” is not a number"]
    assert box.toolTip() == said[0]
    edge = box.grab().toImage().pixelColor(box.width() // 2, 0)
    assert edge == QColor(color("bad", "dark"))
    form.set_scene(scene_with())  # does not take the text away from under the cursor
    assert box.text() == "many"
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "48"
    assert box.toolTip() == before
    type_in(qtbot, box, "0")
    assert said[1] == "Latents: 0 is outside 1 … 4096"
    qtbot.keyClick(box, Qt.Key.Key_5)
    assert box.toolTip() == before
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert edits == []


def test_a_number_too_long_for_its_box_is_shown_with_fewer_digits(form: Form) -> None:
    box = get(form, ValueBox, "objective.beta.box")
    pictures = []
    for value in (0.000316228, 0.000316229):  # differ in a digit that has no room
        box.set_value(value)
        pictures.append(box.grab().toImage())
    assert pictures[0] == pictures[1]
    assert box.text() == "0.000316229"
    assert box.value() == 0.000316229


def test_arrows_nudge(qtbot: QtBot, form: Form, edits: list[Edit]) -> None:
    form.set_scene(scene_with(energy__kind="horn"))
    for path, key, value in (
        ("energy.latents", Qt.Key.Key_Up, 49),
        ("energy.latents", Qt.Key.Key_Down, 48),
        ("objective.beta", Qt.Key.Key_Up, 1.1),
        ("data.noise", Qt.Key.Key_Up, 0.055),
        ("energy.centre", Qt.Key.Key_Up, (0.01, 1.0)),
    ):
        edits.clear()
        box = get(form, ValueBox, f"{path}.box")
        box.setFocus()
        box.setCursorPosition(0)
        qtbot.keyClick(box, key)
        assert edits == [(path, value, True), (path, value, False)]
    form.set_scene(scene_with(energy__latents=1, objective__beta=math.inf))
    edits.clear()
    qtbot.keyClick(get(form, ValueBox, "energy.latents.box"), Qt.Key.Key_Down)
    qtbot.keyClick(get(form, ValueBox, "objective.beta.box"), Qt.Key.Key_Up)
    assert edits == []
    qtbot.keyClick(get(form, ValueBox, "objective.beta.box"), Qt.Key.Key_Down)
    assert edits[-1] == ("objective.beta", 1e4, False)


def test_choices_and_switches_tell(qtbot: QtBot, form: Form, edits: list[Edit]) -> None:
    kind = get(form, Combo, "energy.kind.combo")
    kind.setFocus()
    qtbot.keyClick(kind, Qt.Key.Key_Down)
    assert edits == [("energy.kind", "horn", False)]
    form.set_scene(scene_with(energy__kind="horn"))
    qtbot.mouseClick(get(form, Switch, "energy.learn.switch"), LEFT)
    assert edits[1:] == [("energy.learn", True, False)]
    init = get(form, Combo, "energy.init.combo")
    qtbot.keyClick(init, Qt.Key.Key_Down)
    assert edits[2:] == [("energy.init", "random", False)]


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
    assert head[0] < span(sliders[0])[0] and head[1] == right


def test_tab_goes_from_top_to_bottom(qtbot: QtBot, form: Form) -> None:
    form.set_scene(scene_with(energy__kind="horn"))
    form.activateWindow()
    first = get(form, Combo, "data.kind.combo")
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
        "data.kind.combo",
        "data.noise.slider",
        "data.noise.box",
        "data.file.box",
        "seed.box",
        "energy.kind.combo",
        "energy.init.combo",
        "energy.latents.slider",
        "energy.latents.box",
        "energy.centre.box",
        "energy.learn.switch",
        "objective.beta.slider",
        "objective.beta.box",
        "optimizer.lr.slider",
        "optimizer.lr.box",
    ]


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
    assert said == ["objective.loss: “energy” is not known; there is: hinge"]


def test_a_theme_and_size_change_leaves_no_trace_of_the_old_one(
    qtbot: QtBot, qapp: QApplication, form: Form
) -> None:
    theme.apply(qapp, "light", 1.4)
    fresh = Form(CATALOGUE, extra={"data": ("seed",)})
    qtbot.addWidget(fresh)
    fresh.set_scene(scene_with())
    fresh.show()
    assert form.width() == fresh.width() == round(1.4 * WIDTH)
    for each in (form, fresh):
        each.resize(420, each.heightForWidth(420))
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
    assert form.width() == WIDTH
    assert form.height() >= form.heightForWidth(WIDTH)
    area.takeWidget()


def test_a_formula_breaks_before_its_operators_and_not_within_brackets() -> None:
    broken = breakable("E = (y_1 − w_1 cos z)^2 + λ R(z)")
    assert broken.replace("\u00a0", "·").split() == ["E", "=·(y_1·−·w_1·cos·z)^2", "+·λ", "R(z)"]
    assert breakable("θ ~ U(0, 2π), ε ~ N").replace("\u00a0", "·") == "θ·~·U(0,·2π), ε·~·N"


def test_every_action_has_an_icon_in_the_theme_s_colour(qapp: QApplication) -> None:
    names = sorted(path.stem for path in Path("icons").glob("*.svg"))
    assert {"play", "pause", "reset", "export", "ebmviz"} <= set(names)
    both: tuple[Theme, ...] = ("dark", "light")
    for each in both:
        for name in names:
            picture = theme.icon(name, each).pixmap(32, 32).toImage()
            seen = {
                picture.pixelColor(x, y).name()
                for x in range(picture.width())
                for y in range(picture.height())
                if picture.pixelColor(x, y).alpha() == 255
            }
            assert seen, name
            assert name == "ebmviz" or color("text", each) in seen, name
