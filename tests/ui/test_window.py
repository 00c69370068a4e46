"""The window as a student uses it."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.session import Session, load, pack
from ebmviz.opening import open_file
from ebmviz.ui.export_dialog import ExportDialog
from tests.ui.conftest import Student

LEFT = Qt.MouseButton.LeftButton


def child(student: Student, name: str) -> Any:
    found = student.window.findChild(QWidget, name)
    assert found is not None, name
    return found


def click(student: Student, action: str) -> None:
    """Press a tool button as a mouse does."""
    button = child(student, f"button.{action}")
    student.bot.mouseClick(button, LEFT)


def drag(student: Student, widget: QWidget, start: QPoint, *stops: QPoint) -> None:
    """Come near, press, move through the stops, release, as a real mouse reports it."""

    def send(kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        everywhere = QPointF(at), QPointF(widget.mapToGlobal(at))
        event = QMouseEvent(kind, *everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)

    none = Qt.MouseButton.NoButton
    send(QEvent.Type.MouseMove, start, none, none)
    send(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
    for stop in stops:
        send(QEvent.Type.MouseMove, stop, none, LEFT)
    send(QEvent.Type.MouseButtonRelease, stops[-1], LEFT, none)


def on_map(student: Student, x: float, y: float) -> QPoint:
    """Where a point of the y-plane lies on the canvas."""
    canvas = student.window.landscape.canvas
    scene = student.window.landscape.plane.mapViewToScene(QPointF(x, y))
    return canvas.mapFromScene(scene)


def test_training_moves_the_map_and_the_weights(student: Student) -> None:
    before, radii = student.settled()["map"], student.radii()
    click(student, "play")
    student.until(lambda: student.step >= 5)
    assert student.window.acts["play"].text() == "Pause"
    click(student, "play")
    after = student.settled()["map"]
    assert np.abs(after - before).max() > 0.1
    assert np.abs(student.radii() - radii).max() > 0.05
    assert student.window.acts["play"].text() == "Train"


def test_dragging_beta_moves_map_and_section_but_no_weight(student: Student) -> None:
    before, radii = student.settled(), student.radii()
    slider = child(student, "view.beta.slider")
    at = slider.handle_x(student.window.store.scene.view.beta)
    y = slider.height() // 2
    drag(
        student,
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
    y = student.window.stage.shot.scene.view.window  # type: ignore[union-attr]
    points, values = arrays["manifold"].astype(float), arrays["map"]
    rows, columns = values.shape
    x0 = y[0] + (y[1] - y[0]) * 0.5 / columns
    y0 = y[2] + (y[3] - y[2]) * 0.5 / rows
    energies = ((np.array([x0, y0]) - points) ** 2).sum(1)
    wanted = energies.min() if beta else energies.mean()
    assert values[0, 0] == pytest.approx(wanted, rel=1e-5)


def test_a_killed_engine_comes_back_and_training_goes_on(student: Student) -> None:
    window = student.window
    click(student, "play")
    student.until(lambda: student.step >= 10)
    kept = student.weights()
    pid = window.client.pid
    os.kill(pid, signal.SIGKILL)
    student.until(lambda: window.banner.isVisible())
    # The window answers while there is no engine, or a new one is still starting.
    child(student, "view.beta.box").clear()
    student.bot.keyClicks(child(student, "view.beta.box"), "3")
    student.bot.keyClick(child(student, "view.beta.box"), Qt.Key.Key_Return)
    assert window.store.scene.view.beta == 3
    assert "signal 9" in window.banner.text.text()
    student.until(lambda: window.client.pid not in (0, pid))
    student.settled()
    assert window.stage.shot is not None
    assert window.stage.shot.scene.view.beta == 3
    student.until(lambda: student.step > kept.step)
    assert window.client.playing
    # The steps before the crash are still in the record.
    steps = student.weights().history["step"]
    assert steps[0] == 0 and set(range(kept.step)) <= set(steps.tolist())


def test_a_second_loss_waits_for_a_click(student: Student) -> None:
    window = student.window
    click(student, "step")
    student.until(lambda: student.step == 1)
    student.weights()
    first = window.client.pid
    os.kill(first, signal.SIGKILL)
    student.until(lambda: window.client.pid not in (0, first))
    student.settled()
    student.weights()
    os.kill(window.client.pid, signal.SIGKILL)
    student.until(lambda: not window.client.alive)
    student.until(lambda: window.banner.button.isVisible())
    # Changes made now are not lost.
    window.edit({"view.beta": 2.0})
    student.bot.mouseClick(window.banner.button, LEFT)
    student.until(lambda: window.stage.shot and window.stage.shot.scene.view.beta == 2.0)
    student.settled()
    assert student.step == 1


def test_save_and_reopen_gives_everything_back(
    student: Student, sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    window, path = student.window, tmp_path / "a.ebmviz"
    window.edit({"view.beta": 2.5, "optimizer.kind": "momentum", "view.probe": (1.0, -0.5)})
    window.client.advance(7)
    student.until(lambda: student.step == 7)
    assert window.document.dirty
    saved: list[bool] = []
    window.document.save_to(path, lambda: saved.append(True))
    student.until(lambda: saved)
    assert not window.document.dirty
    kept = student.weights()

    catalogue = library.shipped_catalogue()
    session = load(path, catalogue)
    again = sit_down(scene=session.scene, session=session, path=path)
    again.until(lambda: again.step == 7)
    assert again.window.store.scene == window.store.scene
    assert not again.window.document.dirty
    reopened = again.weights()
    assert reopened.weights.keys() == kept.weights.keys()
    for name, array in kept.weights.items():
        assert np.array_equal(reopened.weights[name], array), name
    # Both go on from there, bit for bit.
    for seat in (student, again):
        seat.window.client.advance(20)
        seat.until(lambda seat=seat: seat.step == 27)
    assert np.array_equal(student.radii(), again.radii())


def test_saving_to_a_bad_place_says_so_and_keeps_the_document(
    student: Student, tmp_path: Path
) -> None:
    window = student.window
    window.client.advance(1)
    student.until(lambda: student.step == 1)
    window.document.save_to(tmp_path / "no" / "such" / "a.ebmviz")
    student.until(lambda: window.banner.isVisible())
    assert "a.ebmviz" in window.banner.text.text()
    assert window.document.dirty and window.document.path is None


def test_timeline_shows_the_past_and_playing_goes_on_from_the_newest(student: Student) -> None:
    window = student.window
    before = student.settled()["map"]
    window.client.advance(12)
    student.until(lambda: student.step == 12)
    newest = student.settled()["map"]
    window.bottom.time.setValue(0)
    student.until(lambda: student.step == 0)
    # The compiled kernel may be loaded between two frames: other roundings.
    assert np.allclose(student.settled()["map"], before, rtol=1e-6, atol=1e-6)
    window.acts["present-step"].trigger()
    student.until(lambda: student.step == 12)
    assert np.allclose(student.settled()["map"], newest, rtol=1e-6, atol=1e-6)
    click(student, "step")
    student.until(lambda: student.step == 13)


def test_reset_returns_to_the_same_weights(student: Student) -> None:
    radii = student.radii()
    click(student, "play")
    student.until(lambda: student.step >= 3)
    click(student, "reset")
    student.until(lambda: student.step == 0 and not student.window.client.playing)
    assert np.array_equal(student.radii(), radii)


def test_click_and_drags_on_the_landscape(student: Student) -> None:
    window, viewport = student.window, student.window.landscape.canvas.viewport()
    student.bot.mouseClick(viewport, LEFT, pos=on_map(student, 1.5, 0.75))
    x, y = window.store.scene.view.probe
    assert (x, y) == pytest.approx((1.5, 0.75), abs=0.02)
    student.settled()
    path = [on_map(student, 1.5 - t, 0.75) for t in np.linspace(0.05, 0.5, 8)]
    drag(student, viewport, on_map(student, 1.5, 0.75), *path)
    assert window.store.scene.view.probe[0] == pytest.approx(1.0, abs=0.05)
    student.settled()
    # The cut is shifted by its line ...
    path = [on_map(student, t, -1.0) for t in np.linspace(0.05, 0.5, 8)]
    drag(student, viewport, on_map(student, 0, -1.0), *path)
    x0, _, x1, _ = window.store.scene.view.cut
    assert (x0, x1) == pytest.approx((0.5, 0.5), abs=0.05)
    arrays = student.settled()
    assert arrays["section_at"][:, 0] == pytest.approx(x0, abs=1e-6)
    # ... the plane is panned beside it, and zoomed by the wheel.
    left = window.store.scene.view.window[0]
    path = [on_map(student, -1 - t, 1.8) for t in np.linspace(0.05, 0.5, 8)]
    drag(student, viewport, on_map(student, -1, 1.8), *path)
    assert window.store.scene.view.window[0] == pytest.approx(left + 0.5, abs=0.1)
    window.acts["home"].trigger()
    assert window.store.scene.view.window == (-2.6, 2.6, -2.1, 2.1)


def test_three_dimensions_are_a_real_switch(student: Student) -> None:
    window, viewport = student.window, student.window.landscape.canvas.viewport()
    student.bot.mouseClick(child(student, "view.dimension.3-D"), LEFT)
    student.settled()
    azimuth = window.store.scene.view.azimuth
    middle = viewport.rect().center()
    drag(student, viewport, middle, *(middle + QPoint(d, 0) for d in (10, 20, 40)))
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


def test_divergence_is_said_and_the_last_good_weights_stay(student: Student) -> None:
    window = student.window
    window.edit({"optimizer.lr": 5000.0, "view.speed": math.inf})
    click(student, "play")
    student.until(lambda: window.banner.isVisible())
    assert "diverged" in window.banner.text.text() and "η" in window.banner.text.text()
    student.until(lambda: window.acts["play"].text() == "Train")
    assert np.isfinite(student.radii()).all()
    window.edit({"optimizer.lr": 0.01})
    click(student, "reset")
    student.until(lambda: student.step == 0)
    click(student, "step")
    student.until(lambda: student.step == 1)


def test_own_points_by_drag_and_drop_and_a_bad_file_changes_nothing(
    student: Student, tmp_path: Path
) -> None:
    window = student.window
    good, bad = tmp_path / "points.csv", tmp_path / "bad.csv"
    good.write_text("a,b\n1,2\n3,4\n-1,0.5\n")
    bad.write_text("1,2\n3,oops\n")
    drop(student, good)
    assert window.store.scene["data.kind"] == "own"
    arrays = student.settled()
    assert arrays["data"].tolist() == [[1, 2], [3, 4], [-1, 0.5]]
    scene = window.store.scene
    drop(student, bad)
    assert window.store.scene == scene
    sentence = window.banner.text.text()
    assert "bad.csv" in sentence and "line 2" in sentence and "oops" in sentence
    window.acts["undo"].trigger()
    assert window.store.scene["data.kind"] == "lecture"


def drop(student: Student, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    student.window.dropEvent(event)


def test_a_hostile_file_is_refused_and_nothing_is_lost(student: Student, tmp_path: Path) -> None:
    window, scene = student.window, student.window.store.scene
    for name, content in (("a.ebmviz", b"PK\x03\x04 not a zip"), ("b.png", b"\x89PNG\r\n\x1a\n")):
        path = tmp_path / name
        path.write_bytes(content)
        window.banner.hide()
        window.document.open(path)
        assert window.banner.isVisible() and name in window.banner.text.text()
        assert window.store.scene == scene


@pytest.mark.parametrize("format", ["pdf", "svg", "png"])
def test_a_figure_exported_from_the_window_opens_again(
    student: Student, tmp_path: Path, format: str
) -> None:
    window, path = student.window, tmp_path / f"f.{format}"
    window.edit({"view.beta": 4.0})
    window.client.advance(3)
    student.until(lambda: student.step == 3)
    student.settled()
    window.publisher.export()
    dialog = window.findChild(ExportDialog)
    dialog.figure.set_key("landscape")
    dialog.format.set_key(format)
    with student.bot.waitSignal(dialog.saved, timeout=30_000):
        dialog.save_to(path)
    dialog.close()
    opened = open_file(path, library.shipped_catalogue())
    assert opened.scene == window.store.scene
    assert opened.session is not None
    assert np.array_equal(opened.session.weights["w"], student.radii())


def test_a_lecture_figure_is_made_beside_the_window(student: Student, tmp_path: Path) -> None:
    student.window.publisher.export()
    dialog = student.window.findChild(ExportDialog)
    dialog.figure.set_key("figure-2")
    dialog.format.set_key("svg")
    path = tmp_path / "figure.svg"
    with student.bot.waitSignal(dialog.saved, timeout=60_000):
        dialog.save_to(path)
    assert b"</svg>" in path.read_bytes()
    # Cancelling leaves the dialog ready and no file.
    dialog.save_to(tmp_path / "never.svg")
    student.until(lambda: dialog.progress.isVisible())
    dialog.reject()
    assert not dialog.progress.isVisible() and dialog.save_button.isEnabled()
    assert not (tmp_path / "never.svg").exists()
    dialog.close()


def test_the_landscape_goes_to_the_clipboard(student: Student) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    student.window.publisher.copy()
    student.until(lambda: clipboard.mimeData() and clipboard.mimeData().hasImage())
    assert clipboard.image().width() > 400
    clipboard.clear()  # Qt would free it after the interpreter is gone


def test_unsaved_changes_are_asked_about(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = student.window, tmp_path / "kept.ebmviz"
    buttons = QMessageBox.StandardButton
    answers = [buttons.Cancel, buttons.Save]
    monkeypatch.setattr(QMessageBox, "exec", lambda self: answers.pop(0))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    window.client.advance(2)
    student.until(lambda: window.document.step == 2)
    window.close()
    assert window.isVisible() and len(answers) == 1
    window.close()
    student.until(lambda: not window.isVisible())
    assert load(path, library.shipped_catalogue()).weights["train/step"] == 2
    assert not window.client.alive


def test_closing_ends_the_engine(student: Student) -> None:
    pid = student.window.client.pid
    student.window.close()
    assert not student.window.client.alive
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_work_of_a_crashed_run_is_offered_and_recovered(
    student: Student, sit_down: Callable[..., Student]
) -> None:
    window = student.window
    window.edit({"view.beta": 7.0})
    window.client.advance(4)
    student.until(lambda: window.document.step == 4)
    kept = student.weights()
    # What a run that was killed leaves behind: the file, and no process that holds it.
    from ebmviz.core.recovery import default_folder

    folder = default_folder()
    folder.mkdir(parents=True)
    orphan = folder / f"autosave-999999999-{'0' * 16}.ebmviz"
    orphan.write_bytes(pack(Session(window.store.scene, kept.weights, kept.history, kept.metrics)))
    found = [o for o in window.document.recovery.orphans() if o.readable]
    assert [o.path for o in found] == [orphan]
    other = sit_down("ellipse-warm")
    other.window.offer_recovery(found[0])
    other.bot.mouseClick(other.window.banner.button, LEFT)
    other.until(lambda: other.step == 4)
    assert other.window.store.scene.view.beta == 7.0
    assert np.array_equal(other.radii(), kept.weights["w"])
    assert other.window.document.dirty
    assert not orphan.exists()


def test_autosave_keeps_what_changed(student: Student) -> None:
    window = student.window
    window.document.autosave()
    assert not list(window.document.recovery.folder.glob("*.ebmviz"))
    window.client.advance(1)
    student.until(lambda: window.document.step == 1)
    window.document.autosave()
    student.until(lambda: list(window.document.recovery.folder.glob("*.ebmviz")))
    window.document.close()
    assert not list(window.document.recovery.folder.glob("*.ebmviz"))


def test_changing_the_scene_starts_another_document(student: Student) -> None:
    combo = child(student, "scene")
    combo.set_key("ellipse-warm")
    combo.activated.emit(combo.currentIndex())
    assert student.window.store.scene.name == "ellipse-warm"
    student.settled()
    assert student.step == 0 and student.window.document.path is None


def test_theme_and_presenter_mode_redress_everything(student: Student) -> None:
    window = student.window
    dark = window.grab().toImage().pixelColor(3, 300).lightness()
    window.acts["theme"].trigger()
    student.settled()
    assert window.grab().toImage().pixelColor(3, 300).lightness() > dark + 100
    window.acts["present"].trigger()
    assert window.isFullScreen() and not window.panel.isVisible()
    student.settled()
    student.bot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen() and window.panel.isVisible()


def test_every_action_of_the_menus_does_something(student: Student) -> None:
    window = student.window
    for name, action in window.acts.items():
        assert action.receivers("2triggered(bool)") + action.receivers("2triggered()") > 0, name
    buttons = [b for b in window.findChildren(QPushButton) if b.isVisible()]
    assert all(b.accessibleName() or b.text() for b in buttons)


def test_the_map_fills_its_frame_with_square_units(student: Student) -> None:
    student.settled()
    view = student.window.landscape.plane
    left, right, bottom, top = student.window.stage.shot.scene.view.window  # type: ignore[union-attr]
    (x0, x1), (y0, y1) = view.viewRange()
    assert (x0, x1, y0, y1) == pytest.approx((left, right, bottom, top), abs=1e-6)
    width, height = view.viewPixelSize()
    assert width == pytest.approx(height, rel=1e-3)


def test_a_bad_value_from_a_control_is_said_and_the_control_returns(student: Student) -> None:
    window = student.window
    window.edit({"view.window": (1.0, -1.0, 0.0, 1.0)})
    assert "view.window" in window.banner.text.text()
    assert window.store.scene.view.window == (-2.6, 2.6, -2.1, 2.1)


def test_no_frame_of_another_document_is_drawn(student: Student, qtbot: QtBot) -> None:
    window = student.window
    click(student, "play")
    student.until(lambda: student.step >= 2)
    window.document.adopt(library.scene("ellipse-warm", window.store.catalogue), None, None)
    wanted = window.client.generation
    seen: list[int] = []
    window.stage.drawn.connect(lambda shot, frame: seen.append(shot.snapshot.generation))
    student.until(lambda: wanted in seen)
    assert min(seen) >= wanted
    student.until(lambda: student.step == 0)


def test_choosing_own_points_asks_for_their_file(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = student.window, tmp_path / "mine.csv"
    path.write_text("0,0\n1,1\n")
    chosen = ["", str(path)]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (chosen.pop(0), ""))
    combo = child(student, "data.kind.combo")
    for wanted in ("lecture", "own"):
        combo.set_key("own")
        combo.activated.emit(combo.currentIndex())
        assert window.store.scene["data.kind"] == wanted
        assert combo.key() == wanted
    assert student.settled()["data"].tolist() == [[0, 0], [1, 1]]
