"""The camera by mouse and keys: smooth, without the engine, kept in the session."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from ebmviz.core.plot import Surface
from ebmviz.core.scene import from_json, to_json
from ebmviz.core.view import FAR, ZOOM, View
from ebmviz.ui.views import map_keys, orbit
from tests.figures.drawing import layers
from tests.scenes import CATALOGUE
from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child, drag

SPACE = View(dimension="surface", azimuth=170.0, elevation=80.0)


def test_a_drag_turns_and_stops_above() -> None:
    asked = orbit.dragged(SPACE, -50, 100)
    assert asked == {"view.azimuth": pytest.approx(-170.0), "view.elevation": 90.0}
    assert orbit.dragged(SPACE, 0, -1000)["view.elevation"] == 0.0


def test_the_wheel_keeps_what_is_under_the_pointer() -> None:
    """A place p of the picture is shown at (p − centre) zoom."""
    near = orbit.zoomed(SPACE, 0.5, 0.3, -0.2)
    assert near["view.zoom"] == 2.0
    x, y = np.array(near["view.centre"])
    assert ((0.3 - x) * 2, (-0.2 - y) * 2) == pytest.approx((0.3, -0.2))
    assert orbit.zoomed(SPACE, 1e-9, 0, 0)["view.zoom"] == ZOOM[1]
    assert orbit.zoomed(SPACE, 1e9, 0, 0)["view.zoom"] == ZOOM[0]
    assert orbit.moved(SPACE, 99, -99)["view.centre"] == (FAR, -FAR)


def test_keys_turn_move_and_stretch() -> None:
    right = map_keys.asked(SPACE, Qt.Key.Key_Right, False)
    assert right == {"view.azimuth": 175.0, "view.elevation": 80.0}
    moved = map_keys.asked(SPACE, Qt.Key.Key_Up, True)
    assert moved == {"view.centre": (0.0, pytest.approx(0.1))}
    up = map_keys.asked(SPACE, Qt.Key.Key_PageUp, False)
    assert up == {"view.exaggeration": pytest.approx(2**0.25)}
    assert map_keys.asked(SPACE, Qt.Key.Key_A, False) == {}


def wheel(student: Student, notches: int) -> None:
    viewport = student.window.landscape.canvas.viewport()
    at = QPointF(viewport.rect().center())
    event = QWheelEvent(
        at,
        QPointF(viewport.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def ground_of(student: Student) -> Surface:
    plot = student.window.landscape._plot
    assert plot is not None
    (found,) = layers(plot, Surface)
    assert isinstance(found, Surface)
    return found


def picture(student: Student) -> np.ndarray:
    image = student.window.landscape.canvas.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).copy()


def test_a_class_is_shown_the_surface_from_all_sides(student: Student) -> None:
    window, store = student.window, student.window.store
    canvas = window.landscape.canvas
    bot, viewport = student.bot, canvas.viewport()
    bot.mouseClick(child(student, "view.dimension.surface"), LEFT)
    student.settled()
    first, asked = store.scene.view, window.client.generation
    ground = ground_of(student)
    assert ground.heights.shape == (256, 256)
    # What is seen follows the hand at once: nothing is asked of the engine.
    before, middle = picture(student), viewport.rect().center()
    drag(viewport, middle, *(middle + QPoint(d, d // 4) for d in (10, 20, 40)))
    view = store.scene.view
    assert view.azimuth == pytest.approx(first.azimuth - 16)
    assert view.elevation == pytest.approx(first.elevation + 4)
    turned = ground_of(student)
    assert (turned.camera.azimuth, turned.camera.elevation) == (view.azimuth, view.elevation)
    assert (picture(student) != before).mean() > 0.01
    assert window.client.generation == asked
    assert window.stage.shot is not None
    assert window.stage.shot.scene.view.azimuth == view.azimuth, "and so does what is exported"
    # At rest every pixel is drawn.
    bot.waitUntil(lambda: not canvas._picture.coarse)
    window.acts["undo"].trigger()
    assert store.scene.view.azimuth == first.azimuth, "a drag is one entry"
    assert ground_of(student).camera == ground.camera
    # The wheel zooms, arrows turn, Page up stretches; all of it is in the session ...
    wheel(student, 4)
    assert store.scene.view.zoom == pytest.approx(2**0.5)
    bot.keyClick(window.landscape, Qt.Key.Key_Left)
    bot.keyClick(window.landscape, Qt.Key.Key_PageUp)
    view = store.scene.view
    assert view.azimuth == pytest.approx(first.azimuth - 5)
    assert view.exaggeration == pytest.approx(2**0.25)
    assert from_json(to_json(store.scene), CATALOGUE).view == view
    # ... and a double click brings the first camera back.
    bot.mouseClick(viewport, LEFT, pos=middle)
    bot.mouseDClick(viewport, LEFT, pos=middle)
    bot.mouseRelease(viewport, LEFT, pos=middle)
    bot.waitUntil(lambda: store.scene.view.zoom == 1.0)
    view = store.scene.view
    assert (view.azimuth, view.elevation) == (first.azimuth, first.elevation)
    assert (view.exaggeration, view.centre) == (1.0, (0.0, 0.0))
    # Training goes on under the camera, and the next frame is seen from there.
    bot.keyClick(window.landscape, Qt.Key.Key_Right)
    window.client.advance(3)
    bot.waitUntil(lambda: student.step == 3)
    trained = ground_of(student)
    assert trained.camera.azimuth == store.scene.view.azimuth
    assert not np.array_equal(trained.heights, ground.heights)
