"""What is undone in one go, where a run that was deleted comes back first."""

from __future__ import annotations

import pytest

from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.test_undo_stops import begin_another_run
from tests.ui.test_undo_training import same, train


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("optimizer.kind", "adam"),
        slow("objective.loss", "pcd"),
        slow("seed", 4),
        slow("energy.kind", "mixture"),
    ],
)
def test_what_was_done_to_a_run_before_it_was_deleted_is_undone_with_that(
    student: Student, path: str, value: object
) -> None:
    window = student.window
    window.edit({"optimizer.kind": "momentum"})
    first = train(student, 4)
    begin_another_run(student, 2)
    there = train(student, 3)
    window.edit({path: value})
    student.settled()
    changed = student.weights()
    window.stage.branching.delete(1)
    window.store.go_back(2)
    student.settled()
    assert window.store.runs.current == 1
    assert same(student.weights(), there)
    window.store.go_back(-1)
    student.settled()
    assert same(student.weights(), changed)
    window.stage.branching.take(0)
    student.settled()
    assert same(student.weights(), first)
