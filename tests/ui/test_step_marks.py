"""The mark of the sampler's slider: on the groove, in the tip, and live in the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from ebmviz.core.palette import Theme
from ebmviz.figures.words.stability import Mark
from ebmviz.ui.controls.scale import Scale
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.look import theme
from tests.scenes import built_in
from tests.ui.conftest import Student
from tests.ui.hands import child

LOG = Scale(1e-4, 1.0, log=True, zero=True)
LINEAR = Scale(0.0, 1.0)
SAYS = "Unstable beyond h = 2/λ = 0.05, in the box of Z"


@pytest.fixture
def made(qtbot: QtBot, qapp: QApplication) -> Callable[..., ScaleSlider]:
    def make(scale: Scale, value: float, look: Theme = "dark", size: float = 1.0) -> ScaleSlider:
        theme.apply(qapp, look, size)
        slider = ScaleSlider(scale, default=value)
        qtbot.addWidget(slider)
        slider.resize(theme.px(240), theme.px(28))
        slider.setToolTip("<p><b>Step h</b></p>")
        return slider

    return make


def warmth(slider: ScaleSlider, value: float, above: int = 0) -> int:
    """How much more red than blue the groove is at a value: only the warning colour is warm."""
    picture = slider.grab().toImage()
    middle = slider.height() // 2 - theme.px(above)
    at = QPoint(round(slider.handle_x(value)), middle) * picture.devicePixelRatio()
    color = QColor(picture.pixel(at))
    return color.red() - color.blue()


def tip(slider: ScaleSlider) -> str:
    here = QPoint(20, 10)
    QApplication.sendEvent(slider, QHelpEvent(QEvent.Type.ToolTip, here, slider.mapToGlobal(here)))
    found = QToolTip.text()
    QToolTip.hideText()
    return found


@pytest.mark.parametrize("look", ["dark", "light"])
@pytest.mark.parametrize("size", [1.0, 1.6])
@pytest.mark.parametrize(
    ("scale", "mark", "below", "above"), [(LOG, 0.05, 0.02, 0.3), (LINEAR, 0.5, 0.35, 0.8)]
)
def test_only_the_groove_beyond_the_mark_warns(
    made: Callable[..., ScaleSlider],
    look: Theme,
    size: float,
    scale: Scale,
    mark: float,
    below: float,
    above: float,
) -> None:
    slider = made(scale, 0.0, look, size)
    assert warmth(slider, above) < 10
    slider.set_mark(Mark(mark, SAYS))
    assert warmth(slider, below) < 10 < 40 < warmth(slider, above)
    enabled = warmth(slider, above)
    slider.setEnabled(False)
    assert 10 < warmth(slider, above) < enabled
    slider.set_mark(None)
    assert warmth(slider, above) < 10


def test_the_filled_part_changes_as_the_handle_passes(made: Callable[..., ScaleSlider]) -> None:
    slider = made(LINEAR, 0.0)
    slider.set_mark(Mark(0.5, SAYS))
    tinted = warmth(slider, 0.7)
    slider.set_value(0.3)
    assert warmth(slider, 0.15) < 10
    assert warmth(slider, 0.7) == tinted
    slider.set_value(0.9)
    assert warmth(slider, 0.3) < 10
    assert warmth(slider, 0.7) > tinted + 40


@pytest.mark.parametrize("value", [0.0, 0.45, 0.5, 0.52, 1.0])
def test_the_tick_shows_the_limit_even_under_the_handle(
    made: Callable[..., ScaleSlider], value: float
) -> None:
    slider = made(LINEAR, value)
    slider.set_mark(Mark(0.5, SAYS))
    assert warmth(slider, 0.5, above=8) > 40
    assert warmth(slider, 0.45, above=8) < 10
    assert warmth(slider, 0.55, above=8) < 10


def test_the_tip_says_what_it_is_only_where_it_is(made: Callable[..., ScaleSlider]) -> None:
    slider = made(LOG, 0.0)
    slider.show()
    assert "Unstable" not in tip(slider)
    slider.set_mark(Mark(0.05, SAYS))
    assert SAYS in tip(slider)
    assert "Step h" in tip(slider)
    for beyond in (1.0, 30.0):
        slider.set_mark(Mark(beyond, SAYS))
        assert slider.mark is None
        assert warmth(slider, 0.9) < 10
    slider.set_mark(Mark(1e-7, SAYS))  # every value is beyond
    assert SAYS in tip(slider)
    assert min(warmth(slider, value) for value in (2e-4, 0.05, 0.9)) > 40


def mark(student: Student, name: str = "step") -> Mark | None:
    """What is marked on a slider of the sampler's, if it is there."""
    controls = child(student, "map.chains.settings")
    every = controls.findChildren(ScaleSlider, f"sampler.{name}.slider")
    return next((slider.mark for slider in every if slider.isVisibleTo(controls)), None)


@pytest.fixture
def measuring(sit_down: Callable[..., Student]) -> Student:
    """A network steep enough for a mark within the slider, and the card that measures it."""
    student = sit_down(scene=built_in("unconditional", {"view.resolution": 64}))
    window = student.window
    window.client.advance(60)
    student.until(lambda: student.step == 60)
    assert mark(student) is None  # no card measures it
    window.edit({"view.cards": "cross-section,sampling,loss-curve"})
    student.until(lambda: mark(student))
    student.settled()
    return student


@pytest.mark.slow
def test_the_mark_stays_where_it_is_while_the_step_is_dragged_over_it(measuring: Student) -> None:
    window, first = measuring.window, mark(measuring)
    assert first is not None
    assert window.stage.whole is not None
    assert first.at == window.stage.whole.snapshot.metrics["sampler_limit"]
    for value in (0.01, 0.5 * first.at, 2 * first.at, 1.0):
        window.edit({"sampler.step": value}, live=True)
        assert mark(measuring) == first
        measuring.settled()
        assert mark(measuring) == first


@pytest.mark.slow
def test_training_moves_the_mark(measuring: Student) -> None:
    window, first = measuring.window, mark(measuring)
    window.client.advance(40)
    measuring.until(lambda: measuring.step == 100 and mark(measuring) != first)
    measuring.settled()
    found = mark(measuring)
    assert found is not None
    assert window.stage.whole is not None
    assert found.at == window.stage.whole.snapshot.metrics["sampler_limit"]


@pytest.mark.slow
def test_each_sampler_has_its_own_mark_at_once(measuring: Student) -> None:
    window, first = measuring.window, mark(measuring)
    assert first is not None
    window.edit({"sampler.kind": "mala"})  # with the same slider
    assert window.findChild(ScaleSlider, "sampler.step.slider")
    assert not mark(measuring)
    window.edit({"sampler.kind": "hmc"})
    leap = mark(measuring, "leap")
    assert leap is not None
    assert leap.at == pytest.approx((2 * first.at) ** 0.5)
    window.edit({"sampler.kind": "ula"})
    assert mark(measuring) == first


@pytest.mark.slow
def test_what_is_not_measured_is_not_marked(measuring: Student) -> None:
    window = measuring.window
    window.edit({"view.beta": 0.0})  # no density
    measuring.until(lambda: mark(measuring) is None)
    window.edit({"view.beta": 1.0})
    measuring.until(lambda: mark(measuring))
    window.edit({"view.cards": "cross-section,meter,loss-curve"})
    assert mark(measuring) is None


def test_another_energy_or_document_begins_without_a_mark(measuring: Student) -> None:
    window = measuring.window
    scene = window.store.scene
    window.edit({"energy.kind": "ellipse"})
    assert mark(measuring) is None
    window.edit({"energy.latents": 4, "view.beta": 1e3, "view.window": (-3.0, 3.0, -3.0, 3.0)})
    window.document.adopt(scene, None, None)
    assert mark(measuring) is None
    measuring.settled()
    assert mark(measuring) is None  # before training, this network is too flat
