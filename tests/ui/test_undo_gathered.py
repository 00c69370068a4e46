"""What an optimiser has gathered comes back with it, where nothing was trained since; what was
trained on weights that other data needed comes back with those data.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.scenes import small
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.test_undo_training import act, same, train

Sit = Callable[..., Student]


@pytest.mark.parametrize(("first", "second"), [("momentum", "adam"), slow("adam", "sgd")])
def test_another_optimiser_is_undone_with_what_the_one_before_had_gathered(
    student: Student, first: str, second: str
) -> None:
    window = student.window
    window.edit({"optimizer.kind": first})
    before = train(student, 7)
    window.edit({"optimizer.kind": second})
    other = student.weights()
    assert not same(other, before)
    act(student, "undo")
    assert same(student.weights(), before)
    act(student, "redo")
    assert same(student.weights(), other)
    act(student, "undo")
    # From there it goes on as if nothing had been.
    there = train(student, 4)
    window.stage.branching.seek(7)
    student.until(lambda: student.step == 7)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 8)
    train(student, 3)
    assert same(student.weights(), there)


@pytest.mark.slow
def test_what_was_trained_since_stays(student: Student) -> None:
    window = student.window
    window.edit({"optimizer.kind": "momentum"})
    train(student, 7)
    window.edit({"optimizer.kind": "sgd"})
    later = train(student, 3)
    act(student, "undo")
    assert student.step == 10
    assert np.array_equal(student.weights().weights["w"], later.weights["w"])


@pytest.mark.slow
def test_training_on_data_that_needed_other_weights_is_undone_and_done_again(
    sit_down: Sit,
) -> None:
    student = sit_down(scene=small("jem"))
    window = student.window
    first = student.weights()
    window.edit({"data.kind": "moons"})
    student.settled()
    trained = train(student, 3)
    act(student, "undo")
    assert same(student.weights(), first)
    act(student, "redo")
    assert same(student.weights(), trained)
