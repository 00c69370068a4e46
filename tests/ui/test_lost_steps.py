"""Stops whose step is not there any more."""

from __future__ import annotations

from ebmviz.core.lanes.of_lab import lab_lanes
from tests.scenes import CATALOGUE
from tests.ui.conftest import Student
from tests.ui.test_branches import look_at
from tests.ui.test_going_to_stops import there
from tests.ui.test_undo_training import train


def test_a_step_that_its_run_has_no_more_is_told_of(student: Student) -> None:
    """An adopted model takes the place of a run's own weights, and has no past before its step."""
    window, branching = student.window, student.window.stage.branching
    train(student, 2)
    window.edit({"optimizer.lr": 0.3})
    train(student, 2)
    look_at(student, 1)
    window.lessons.stops.add()
    for step in (3, 2, 1):
        branching.take(0)
        branching.seek(None)
        student.until(lambda: student.step == 4)
        look_at(student, step)
        window.acts["step"].trigger()
        after = step + 1
        student.until(lambda: student.step == after)  # noqa: B023  (called at once)
    branching.take(0)
    student.settled()
    assert window.store.runs.full
    window.edit({"view.lab": True, "view.lanes": "optimizer.lr=0.3,0.1"})
    window.client.advance(3)
    student.until(lambda: window.document.step == 3)
    lanes = lab_lanes(window.store.scene, CATALOGUE)
    window._adopt_lane(next(e.key for e in lanes if e.changes.get("optimizer.lr") == 0.3))
    student.settled()
    student.until(lambda: student.step == 3)
    window.lessons.travel.go(0)
    there(student)
    assert student.step == 3
    assert "Step 1 of this run is not on record" in window.banner.text.text()
