"""A weight is dragged on the map, before training and while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ebmviz.ui.hands.weights import WeightHandle
from ebmviz.ui.plots.canvas import FADED
from tests.ui.conftest import Student
from tests.ui.hands import drag, on_map


def pull(student: Student, *places: tuple[float, float]) -> None:
    viewport = student.window.landscape.canvas.viewport()
    drag(viewport, *(on_map(student, *place) for place in places))


def test_the_end_of_a_half_axis_is_dragged_and_comes_back(student: Student) -> None:
    window, store = student.window, student.window.store
    before, radii, scene = student.settled(), student.radii(), student.window.store.scene
    assert before["placed"] == pytest.approx(np.diag(radii))
    pull(student, tuple(before["placed"][0]), (-1.2, 0.1), (-1.0, 0.3), (-0.8, 0.5))
    student.until(lambda: student.shown.snapshot.arrays["placed"][0, 0] > -0.9)
    assert student.radii() == pytest.approx([-0.8, radii[1]], abs=0.02)
    after = student.settled()
    assert student.step == 0
    assert np.abs(after["map"] - before["map"]).max() > 0.1
    assert store.scene == scene  # neither the scene nor the window has moved
    assert store.history[0] == ("moved a weight",)
    window.acts["undo"].trigger()
    student.until(lambda: np.array_equal(student.radii(), radii))
    assert not store.can_undo
    window.acts["redo"].trigger()
    student.until(lambda: abs(student.radii()[0] + 0.8) < 0.02)


@pytest.mark.slow
def test_a_weight_that_was_dragged_is_not_lost(student: Student, tmp_path: Path) -> None:
    window, document = student.window, student.window.document
    before = student.settled()["placed"]
    pull(student, tuple(before[0]), (-1.2, 0.1), (-0.8, 0.5))
    student.until(lambda: student.shown.snapshot.arrays["placed"][0, 0] > -0.9)
    assert document.dirty
    assert window.isWindowModified()
    window.acts["undo"].trigger()
    assert not document.dirty
    assert not window.isWindowModified()
    window.acts["redo"].trigger()
    assert document.dirty
    student.settled()
    document.save_to(file := tmp_path / "a.ebmviz")
    student.until(lambda: file.exists() and not document.dirty)
    student.settled()
    pull(student, tuple(student.settled()["placed"][0]), (-1.0, 0.4), (-1.3, 0.2))
    assert document.dirty
    place = document.place
    document.go_to(document.first)
    assert not document.dirty
    document.go_to(place)
    assert document.dirty, "of what was dragged, though undo has forgotten it"


@pytest.mark.slow
def test_the_handles_go_with_their_layer(student: Student) -> None:
    window = student.window
    student.settled()
    pointed = window.landscape.legend.pointed
    (handle,) = (i for i in window.landscape.canvas.scene().items() if isinstance(i, WeightHandle))
    pointed.emit("contours")
    assert handle.opacity() == FADED
    pointed.emit("manifold")
    assert handle.opacity() == 1.0
    pointed.emit("")
    window.edit({"view.hidden": "manifold"})
    assert not handle.isVisible()
    window.acts["undo"].trigger()
    assert handle.isVisible()


@pytest.mark.slow
def test_a_centre_is_dragged_while_training_and_the_run_stays_exact(
    sit_down: Callable[..., Student],
) -> None:
    student = sit_down("kmeans")
    window = student.window
    student.settled()
    window.acts["play"].trigger()
    student.until(lambda: student.step > 10)
    window.acts["play"].trigger()
    student.settled()
    centre = student.shown.snapshot.arrays["placed"][3]
    pull(student, tuple(centre), tuple(centre + 0.2), tuple(centre + [0.4, 0.3]))
    student.until(
        lambda: np.allclose(
            student.shown.snapshot.arrays["placed"][3], centre + [0.4, 0.3], atol=0.05
        )
    )
    moved = student.weights().weights["w"]
    step = student.step
    window.acts["step"].trigger()
    student.until(lambda: student.step == step + 1)
    window.client.seek(step)
    student.until(lambda: student.step == step)
    student.until(lambda: np.array_equal(student.shown.snapshot.arrays["placed"], moved))
