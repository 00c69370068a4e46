"""β by hand, and clicks and drags on the landscape."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child, drag, on_map


def test_dragging_beta_moves_map_and_section_but_no_weight(student: Student) -> None:
    before, radii = student.settled(), student.radii()
    slider = child(student, "view.beta.slider")
    at = slider.handle_x(student.window.store.scene.view.beta)
    y = slider.height() // 2
    drag(
        slider,
        QPoint(round(at), y),
        *(QPoint(round(at) - d, y) for d in (20, 40, 80)),
    )
    beta = student.window.store.scene.view.beta
    assert 0 < beta < 10
    after = student.settled()
    assert np.abs(after["map"] - before["map"]).max() > 0.01
    assert after["section_beta"][-1] == beta
    assert np.abs(after["section"][-1] - before["section"][-1]).max() > 0.01
    assert np.array_equal(student.radii(), radii)
    assert student.step == 0
    # One drag is one entry of the undo list.
    student.window.acts["undo"].trigger()
    assert student.window.store.scene.view.beta == 10
    assert not student.window.store.can_undo
    student.window.acts["redo"].trigger()
    assert student.window.store.scene.view.beta == beta


@pytest.mark.parametrize(("key", "beta"), [(Qt.Key.Key_Home, 0.0), (Qt.Key.Key_End, math.inf)])
def test_the_stops_of_beta_are_exact_limits(student: Student, key: Qt.Key, beta: float) -> None:
    student.bot.keyClick(child(student, "view.beta.slider"), key)
    assert student.window.store.scene.view.beta == beta
    arrays = student.settled()
    y = student.shown.scene.view.window
    points, values = arrays["manifold"].astype(float), arrays["map"]
    rows, columns = values.shape
    x0 = y[0] + (y[1] - y[0]) * 0.5 / columns
    y0 = y[2] + (y[3] - y[2]) * 0.5 / rows
    energies = ((np.array([x0, y0]) - points) ** 2).sum(1)
    wanted = energies.min() if beta else energies.mean()
    assert values[0, 0] == pytest.approx(wanted, rel=1e-5)


def test_click_and_drags_on_the_landscape(student: Student) -> None:
    window, viewport = student.window, student.window.landscape.canvas.viewport()
    student.bot.mouseClick(viewport, LEFT, pos=on_map(student, 1.5, 0.75))
    x, y = window.store.scene.view.probe
    assert (x, y) == pytest.approx((1.5, 0.75), abs=0.02)
    student.settled()
    path = [on_map(student, 1.5 - t, 0.75) for t in np.linspace(0.05, 0.5, 8)]
    drag(viewport, on_map(student, 1.5, 0.75), *path)
    assert window.store.scene.view.probe[0] == pytest.approx(1.0, abs=0.05)
    student.settled()
    # The cut is shifted by its line ...
    path = [on_map(student, t, -1.0) for t in np.linspace(0.05, 0.5, 8)]
    drag(viewport, on_map(student, 0, -1.0), *path)
    x0, _, x1, _ = window.store.scene.view.cut
    assert (x0, x1) == pytest.approx((0.5, 0.5), abs=0.05)
    arrays = student.settled()
    assert arrays["section_at"][:, 0] == pytest.approx(x0, abs=1e-6)
    # ... the plane is panned beside it, and zoomed by the wheel.
    left = window.store.scene.view.window[0]
    path = [on_map(student, -1 - t, 1.8) for t in np.linspace(0.05, 0.5, 8)]
    drag(viewport, on_map(student, -1, 1.8), *path)
    assert window.store.scene.view.window[0] == pytest.approx(left + 0.5, abs=0.1)
    window.acts["home"].trigger()
    assert window.store.scene.view.window == (-2.6, 2.6, -2.1, 2.1)


@pytest.mark.slow
def test_three_dimensions_are_a_real_switch(student: Student) -> None:
    window, viewport = student.window, student.window.landscape.canvas.viewport()
    student.bot.mouseClick(child(student, "view.dimension.3-D"), LEFT)
    student.settled()
    azimuth = window.store.scene.view.azimuth
    middle = viewport.rect().center()
    drag(viewport, middle, *(middle + QPoint(d, 0) for d in (10, 20, 40)))
    assert window.store.scene.view.azimuth != azimuth
    student.settled()
    student.bot.mouseClick(child(student, "view.dimension.2-D"), LEFT)
    assert student.settled()["map"].shape == (256, 256)


def test_linked_betas_move_together(student: Student) -> None:
    window = student.window
    student.bot.mouseClick(child(student, "view.link"), LEFT)
    assert window.store.scene["objective.beta"] == window.store.scene.view.beta == 10
    window.edit({"objective.beta": 1.0})
    assert window.store.scene.view.beta == 1.0
    student.bot.mouseClick(child(student, "view.link"), LEFT)
    window.edit({"view.beta": 5.0})
    assert window.store.scene["objective.beta"] == 1.0
