"""Going to stops: the step exact, numbers on their way, work never lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.lesson import states
from ebmviz.core.lesson.stop import Lesson, Reveal, Stop
from ebmviz.engine.model.opening import opened
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.pulse import Patience
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.hands import LEFT
from tests.ui.test_undo_training import same, train

CATALOGUE = library.shipped_catalogue()
CTRL = Qt.KeyboardModifier.ControlModifier
LESSON = Lesson(
    "Three",
    stops=(
        Stop("cold", "ellipse", {"view.beta": math.inf}),
        Stop("asks", "ellipse", {"view.beta": 1.0}, 3, text="?", reveal=Reveal({}, 24)),
        Stop("means", "kmeans", {}, 2),
        Stop("hot", "ellipse", {"view.beta": 0.01, "view.azimuth": 170.0}, 24, "morph", 4.0),
    ),
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def begin(student: Student, lesson: Lesson = LESSON) -> Clock:
    """Open the lesson as a new document, with a clock that is set by hand."""
    clock = Clock()
    window = student.window
    window.lessons.travel._now = clock
    scene, state = states.opened(lesson, CATALOGUE)
    window.document.begin(scene, "opened", state)
    there(student)
    return clock


def there(student: Student) -> None:
    """The journey has come to its end, and so has the engine."""
    student.until(lambda: not student.window.lessons.travel.moving)
    student.settled()


def go(student: Student, index: int, revealed: bool = False) -> None:
    student.window.lessons.travel.go(index, revealed)
    there(student)


def trained(stop: Stop, revealed: bool = False) -> Checkpoint:
    """What a model without a window comes to."""
    model = opened(states.scene_of(stop, CATALOGUE, revealed))
    model.train(states.step_of(stop, revealed))
    return model.checkpoint()


def same_weights(one: Checkpoint, two: Checkpoint) -> bool:
    names = [name for name in two.weights if "/" not in name]
    return bool(names) and all(np.array_equal(one.weights[n], two.weights[n]) for n in names)


@pytest.mark.parametrize("order", [slow((1, 2, 3)), (3, 1, 0, 3), slow((2, 3, 2))])
def test_every_stop_is_reached_exactly_from_anywhere(
    student: Student, order: tuple[int, ...]
) -> None:
    clock, window = begin(student), student.window
    for index in order:
        stop = LESSON.stops[index]
        window.lessons.travel.go(index)
        clock.now += 100
        there(student)
        assert student.step == stop.step
        assert window.store.lesson.at == index
        scene = states.scene_of(stop, CATALOGUE)
        assert window.store.scene.values == states.under(scene, window.store.scene).values
        shown = student.settled()
        if window.stage.branching.looked is None:
            assert same_weights(student.weights(), trained(stop))
        assert shown


def test_a_lab_that_a_scene_cannot_have_keeps_no_stop_from_being_reached(student: Student) -> None:
    """An experiment begun out of the lab keeps the lab's switch, which means nothing there."""
    stops = (Stop("laps", "hopfield-capacity", {"view.lab": True}, 4), Stop("cold", "ellipse"))
    begin(student, Lesson("Laps", stops=stops))
    assert student.step == 4
    go(student, 1)
    train(student, 2)
    go(student, 0)
    assert student.step == 4


def test_a_question_is_answered_by_the_next_key(student: Student) -> None:
    begin(student)
    window, bot = student.window, student.bot
    bot.keyClick(window.landscape, Qt.Key.Key_PageDown, CTRL)
    there(student)
    assert (student.step, window.store.lesson.said) == (3, "?")
    assert window.acts["reveal"].isEnabled()
    bot.keyClick(window.landscape, Qt.Key.Key_PageDown, CTRL)
    there(student)
    assert (student.step, window.store.lesson.revealed) == (24, True)
    assert same_weights(student.weights(), trained(LESSON.stops[1], revealed=True))
    bot.keyClick(window.landscape, Qt.Key.Key_PageUp, CTRL)
    there(student)
    assert (student.step, window.store.lesson.revealed) == (3, False)
    bot.keyClick(window.landscape, Qt.Key.Key_PageUp, CTRL)
    there(student)
    assert (student.step, window.store.lesson.at) == (0, 0)


def test_what_is_looked_at_moves_and_undo_takes_the_way_back_at_once(student: Student) -> None:
    clock, window = begin(student), student.window
    go(student, 1)
    travel, before = window.lessons.travel, window.store.scene
    entries = len(window.store.history[0])
    travel.go(3)
    assert window.store.scene["view.beta"] == pytest.approx(1.0)
    clock.now = 2.0
    travel.beat()
    assert window.store.scene["view.beta"] == pytest.approx(0.1)  # the middle of 1 and 0.01
    azimuth = window.store.scene.number("view.azimuth")
    assert azimuth == pytest.approx(-125.0)  # from −60 to 170 the short way
    clock.now = 3.0
    travel.beat()
    student.until(lambda: 3 <= student.step < 24)
    clock.now = 4.0
    there(student)
    assert window.store.scene["view.beta"] == 0.01
    assert student.step == 24
    assert len(window.store.history[0]) == entries + 1
    assert window.store.history[0][-1] == "to the stop “hot”"
    window.acts["undo"].trigger()
    student.until(lambda: student.step == 3)
    assert window.store.scene == before
    assert window.store.lesson.at == 1


def test_any_touch_stops_the_way_where_it_is(student: Student) -> None:
    clock, window = begin(student), student.window
    go(student, 1)
    before = window.store.scene
    window.lessons.travel.go(3)
    clock.now = 2.0
    window.lessons.travel.beat()
    canvas = window.landscape.canvas.viewport()
    student.bot.mousePress(canvas, LEFT, pos=canvas.rect().center())
    assert not window.lessons.travel.moving
    student.bot.mouseRelease(canvas, LEFT, pos=canvas.rect().center())
    clock.now = 9.0
    window.lessons.travel.beat()
    assert window.store.scene["view.beta"] == pytest.approx(0.1)
    assert not window.client.playing
    kept = student.weights().step
    student.settled()
    assert student.weights().step == kept <= 24
    while window.store.scene != before:
        window.acts["undo"].trigger()
    assert window.store.lesson.at == 1


@pytest.mark.slow
def test_work_of_a_person_stays_beside_and_undo_brings_it_back(student: Student) -> None:
    begin(student)
    window = student.window
    window.edit({"optimizer.lr": 0.05})
    before = train(student, 7)
    scene = window.store.scene
    go(student, 1)
    assert student.step == 3
    runs = window.store.runs
    assert len(runs.rows) == 2
    left = next(row for row in runs.rows if row.number != runs.current)
    assert left.scene == scene
    assert left.training
    assert left.training.kept
    assert left.training.kept.step == 7
    go(student, 2)
    assert len(window.store.runs.rows) == 2, "what a stop brings back is no work"
    while window.store.scene != scene:
        window.acts["undo"].trigger()
    student.settled()
    student.until(lambda: student.step == 7)
    assert same(student.weights(), before)


@pytest.mark.slow
def test_a_stop_of_own_training_leads_to_its_very_weights(student: Student) -> None:
    """Under settings that were changed on the way, which no training from the start would meet."""
    window = student.window
    train(student, 5)
    window.edit({"optimizer.lr": 0.03})
    before = train(student, 4)
    student.until(lambda: student.step == 9)
    window.acts["add-stop"].trigger()
    train(student, 6)
    window.lessons.travel.go(0)
    there(student)
    assert student.step == 9
    window.stage.play(True)
    student.until(lambda: student.step > 9)
    window.toggle()
    assert len(window.store.runs.rows) == 2
    row = window.store.runs[window.store.runs.current]
    assert row.step == 9
    go(student, 0)
    assert student.step == 9
    assert window.store.runs.current == 0
    arrays = student.settled()
    window.stage.branching.seek(None)
    student.until(lambda: student.step == 15)
    assert arrays
    assert before.step == 9


def test_scenes_are_chosen_within_a_session_that_has_stops(student: Student) -> None:
    begin(student)
    window = student.window
    document = window.store.document
    window._choose_scene("kmeans")
    there(student)
    assert window.store.scene.name == "kmeans"
    assert window.store.document == document
    window.acts["add-stop"].trigger()
    assert window.store.lesson.lesson.stops[-1].scene == "kmeans"
    window.acts["undo"].trigger()
    window.acts["undo"].trigger()
    student.settled()
    assert window.store.scene.name == "ellipse"


def test_a_stop_that_cannot_be_shown_changes_nothing(student: Student) -> None:
    lesson = LESSON.changed(1, Stop("bad", "ellipse", {"view.bta": 1.0}))
    begin(student, lesson)
    window, scene = student.window, student.window.store.scene
    window.lessons.travel.go(1)
    assert "“bad” cannot be shown: view.bta: no such parameter" in window.banner.text.text()
    assert window.store.scene == scene
    assert window.store.lesson.at == 0


def test_a_window_opens_on_a_lesson(sit_down: Callable[..., Student]) -> None:
    lesson = Lesson("One", stops=(Stop("trained", "ellipse", {}, 11),))
    scene, state = states.opened(lesson, CATALOGUE)
    student = sit_down(scene=scene, lesson=state)
    student.until(lambda: student.step == 11)
    assert same_weights(student.weights(), trained(lesson.stops[0]))
    assert not student.window.lessons.dock.isHidden()


@pytest.mark.slow
def test_a_lesson_opened_with_the_first_picture_is_not_trained_twice(student: Student) -> None:
    window = student.window
    window.lessons.open_shipped("architectures")
    window.lessons.begin()  # as the first picture of the window does, a moment later
    student.until(lambda: not window.lessons.travel.moving)
    stop = window.lessons.state.stop
    assert stop is not None
    assert student.step == stop.step == 200


def test_a_run_that_is_deleted_leaves_stops_that_are_trained_anew(
    student: Student, tmp_path: Path
) -> None:
    window = student.window
    train(student, 8)
    student.until(lambda: student.step == 8)
    window.stage.branching.seek(4)
    student.until(lambda: student.step == 4)
    assert window.stage.play(True)
    student.until(lambda: student.step > 6)
    window.toggle()
    student.until(lambda: not window.client.playing)
    kept = student.weights().step
    student.until(lambda: student.step == kept)
    window.acts["add-stop"].trigger()
    assert window.store.lesson.lesson.stops[0].run == window.store.runs.current != 0
    window.past.delete()
    student.settled()
    assert window.store.lesson.lesson.stops[0].run is None
    go(student, 0)
    assert student.step == kept
    assert same_weights(student.weights(), trained(window.store.lesson.lesson.stops[0]))
    window.lessons.save_to(tmp_path / "a.md")
    assert "run = " not in (tmp_path / "a.md").read_text("utf-8")


@pytest.mark.slow
def test_a_busy_engine_that_is_replaced_does_not_end_the_way(
    sit_down: Callable[..., Student],
) -> None:
    haste = Patience(beat_ms=40, silent=10_000, start=10_000, answer=10_000)
    student = sit_down(client=EngineClient(patience=haste))
    begin(student)
    before = student.engine
    before.be_busy()
    student.window.lessons.travel.go(2)
    student.another_engine(before)
    there(student)
    assert student.step == 2
    assert same_weights(student.weights(), trained(LESSON.stops[2]))
