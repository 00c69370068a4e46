"""A figure from the window opens with its curves, its timeline and its branches, as set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ebmviz.files.embedding import PAST
from ebmviz.files.opening import open_file
from ebmviz.ui.publish import past_limit
from ebmviz.ui.publish.export_dialog import ExportDialog
from tests.ui.conftest import Student
from tests.ui.hands import child_of, export_dialog
from tests.ui.test_branches import alike, look_at
from tests.ui.test_undo_training import train


def exported(student: Student, path: Path, past: str) -> None:
    """By the dialog, with so many megabytes typed into its box."""
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.figure.set_key("landscape")
    dialog.form.format.set_key(path.suffix[1:])
    box = child_of(dialog, type(dialog.form.past.box), "export.past")
    box.selectAll()
    student.bot.keyClicks(box, past)
    with student.bot.waitSignal(dialog.saved, timeout=30_000):
        dialog.save_to(path)
    dialog.close()
    student.until(lambda: student.window.findChild(ExportDialog) is None)


@pytest.mark.slow
def test_its_past_comes_back_or_it_says_what_does_not(student: Student, tmp_path: Path) -> None:
    window, branching = student.window, student.window.stage.branching
    train(student, 30)
    ahead = student.weights()
    look_at(student, 12)
    window.edit({"objective.beta": 1.0})
    window.acts["step"].trigger()
    student.until(lambda: student.step == 13)
    past = student.weights().history
    assert len(past["loss"]) == 14
    assert past_limit.wanted() == PAST
    exported(student, tmp_path / "whole.png", "4")
    exported(student, tmp_path / "bare.png", "0")
    assert past_limit.wanted() == 0.0, "kept for the next time"
    window.document.open(tmp_path / "whole.png")
    student.until(lambda: window.store.runs.numbers == {0, 1} and window.document.path is None)
    student.until(lambda: student.step == 13)
    found = student.weights().history
    assert all(np.array_equal(found[name], past[name], equal_nan=True) for name in past)
    assert [m.words for m in branching.marks[1]] == ["training β ∞ → 1"]
    assert not window.banner.isVisible()
    look_at(student, 7)
    branching.take(0)
    student.settled()
    student.until(lambda: student.step == 30)
    assert alike(student.weights(), ahead)
    window.document.open(tmp_path / "bare.png")
    student.until(lambda: window.store.runs.numbers == {1})
    student.until(lambda: window.banner.isVisible())
    assert window.banner.text.text() == (
        "This figure leaves out 1 branch and all steps on record, of which curves and timeline"
        " are drawn."
    )
    student.until(lambda: student.step == 13)


@pytest.mark.slow
def test_a_limit_that_is_none_is_not_taken(student: Student) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    box = dialog.form.past.box
    for text in ("-1", "99", "much"):
        box.selectAll()
        student.bot.keyClicks(box, text)
        assert not box.commit()
    assert past_limit.wanted() == PAST
    dialog.close()


def test_a_figure_that_the_program_begins_with_says_it_too(
    student: Student, sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    train(student, 5)
    exported(student, tmp_path / "bare.svg", "0")
    student.window.document.give_up()
    found = open_file(tmp_path / "bare.svg", student.window.store.catalogue)
    assert found.session
    other = sit_down(session=found.session)
    other.until(lambda: other.window.banner.isVisible())
    assert other.window.banner.text.text().startswith("This figure leaves out all steps on record")
