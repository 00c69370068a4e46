"""Pictures leave the window as files and by the clipboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.export.pages import PAGES
from ebmviz.figures.base.figure import Shot
from ebmviz.files.opening import open_file
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.hands import export_dialog

SLOW = pytest.mark.slow  # that each format opens again, tests/export says of every run


@pytest.mark.parametrize("format", ["pdf", slow("svg"), slow("png")])
def test_a_figure_exported_from_the_window_opens_again(
    student: Student, tmp_path: Path, format: str
) -> None:
    window, path = student.window, tmp_path / f"f.{format}"
    window.edit({"view.beta": 4.0})
    window.client.advance(3)
    student.until(lambda: student.step == 3)
    student.settled()
    window.publisher.export()
    dialog = export_dialog(window)
    dialog.form.figure.set_key("landscape")
    dialog.form.format.set_key(format)
    with student.bot.waitSignal(dialog.saved, timeout=30_000):
        dialog.save_to(path)
    dialog.close()
    opened = open_file(path, library.shipped_catalogue())
    assert opened.scene == window.store.scene
    assert opened.session is not None
    assert np.array_equal(opened.session.checkpoint.weights["w"], student.radii())


@pytest.mark.slow
def test_a_lecture_figure_is_made_beside_the_window(student: Student, tmp_path: Path) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.figure.set_key("figure-2")
    dialog.form.format.set_key("svg")
    path = tmp_path / "figure.svg"
    with student.bot.waitSignal(dialog.saved, timeout=60_000):
        dialog.save_to(path)
    assert b"</svg>" in path.read_bytes()
    # Cancelling leaves the dialog ready and no file.
    dialog.save_to(tmp_path / "never.svg")
    student.until(lambda: dialog.progress.isVisible())
    dialog.reject()
    assert not dialog.progress.isVisible()
    assert dialog.save_button.isEnabled()
    assert not (tmp_path / "never.svg").exists()
    dialog.close()


@pytest.mark.slow
def test_the_landscape_goes_to_the_clipboard(student: Student) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    student.window.publisher.copy()
    student.until(lambda: clipboard.mimeData() and clipboard.mimeData().hasImage())
    assert clipboard.image().width() > 400
    clipboard.clear()  # Qt would free it after the interpreter is gone


@pytest.mark.parametrize("name", ["information", slow("dimension")])
def test_what_is_in_the_landscape_s_place_goes_to_the_clipboard(
    sit_down: Callable[..., Student], name: str
) -> None:
    student = sit_down(name)
    window, clipboard = student.window, QGuiApplication.clipboard()
    clipboard.setText("before")
    window.publisher.copy()
    student.until(lambda: clipboard.mimeData() and clipboard.mimeData().hasImage())
    assert window.banner.text.text().startswith("Copied: ")
    clipboard.clear()


def test_nothing_is_copied_of_a_frame_that_lacks_something(student: Student) -> None:
    """Between the switch to 3-D and its first frame the one on the screen holds the map alone."""
    window, clipboard = student.window, QGuiApplication.clipboard()
    clipboard.setText("before")
    shot = window.stage.shot
    assert shot is not None
    solid = replace(shot.scene, {"view.dimension": "3-D"}, window.store.catalogue)
    less = msgspec.structs.replace(shot.snapshot, needs=("map",))
    window.stage.shot = Shot(solid, less)
    window.publisher.copy()
    assert "wait for the next picture" in window.banner.text.text()
    assert clipboard.text() == "before"
    window.landscape.show_shot(window.stage.shot)  # draws nothing, and raises nothing


@pytest.mark.slow
def test_the_numbers_of_a_figure_leave_as_they_are_drawn(student: Student, tmp_path: Path) -> None:
    student.settled()
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.figure.set_key("landscape")
    dialog.form.format.set_key("npz")
    dialog.form.format.activated.emit(dialog.form.format.currentIndex())
    assert not dialog.form.look.isEnabled()
    assert "no session" in dialog.note.text()
    path = tmp_path / "map.npz"
    with student.bot.waitSignal(dialog.saved, timeout=30_000):
        dialog.save_to(path)
    dialog.close()
    shown = student.shown.snapshot.arrays["map"]
    with np.load(path, allow_pickle=False) as found:
        assert np.array_equal(found["1/1/value"], shown)
        assert "x: y₁; y: y₂" in found["about"][1]


@pytest.mark.slow
def test_a_figure_leaves_as_a_slide(student: Student, tmp_path: Path) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.figure.set_key("cross-section")
    dialog.form.format.set_key("png")
    dialog.form.page.set_key("wide")
    path = tmp_path / "slide.png"
    with student.bot.waitSignal(dialog.saved, timeout=30_000):
        dialog.save_to(path)
    dialog.close()
    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == (1920, 1080)
    assert open_file(path, library.shipped_catalogue()).scene == student.window.store.scene


def test_the_preview_is_what_is_going_to_be_saved(student: Student, tmp_path: Path) -> None:
    """In its shape, its colours and without what is left out."""
    student.settled()
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    form, preview = dialog.form, dialog.preview

    def shown() -> QImage:
        return preview.pixmap().toImage()

    def other(before: QImage) -> Callable[[], bool]:
        return lambda: not shown().isNull() and shown() != before

    student.bot.waitUntil(lambda: not shown().isNull(), timeout=60_000)
    assert form.layers.checked == form.layers.keys
    assert "manifold" in form.layers.keys
    first = shown()
    form.page.set_key("wide")
    form.page.activated.emit(form.page.currentIndex())
    student.bot.waitUntil(other(first), timeout=60_000)
    wide = shown()
    assert wide.width() / wide.height() == pytest.approx(16 / 9, rel=0.02)
    form.layers.check("manifold", False)
    student.bot.waitUntil(other(wide), timeout=60_000)
    path = tmp_path / "less.svg"
    form.format.set_key("svg")
    form.letters.set_key("9")
    form.transparent.setChecked(True)
    with student.bot.waitSignal(dialog.saved, timeout=60_000):
        dialog.save_to(path)
    dialog.close()
    text = path.read_text("utf-8")
    assert "manifold" not in text
    assert "data y" in text
    assert 'width="691.2pt"' in text  # 9.6 inches


def test_several_figures_leave_into_a_folder(student: Student, tmp_path: Path) -> None:
    student.settled()
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.format.set_key("csv")
    for name in ("cross-section", "latent-lens"):
        dialog.form.others.check(name, True)
    assert dialog.form.others.text() == "2 more"
    dialog.save_into(tmp_path)
    student.bot.waitUntil(lambda: "Saved 3 figures" in dialog.note.text(), timeout=60_000)
    dialog.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "ellipse-cross-section.csv",
        "ellipse-landscape.csv",
        "ellipse-latent-lens.csv",
    ]


@pytest.mark.slow
def test_every_page_is_offered_and_drawn_in_its_size(student: Student, tmp_path: Path) -> None:
    student.settled()
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.format.set_key("svg")
    for name in ("column", "columns", "wide", "slide", "poster"):
        dialog.form.page.set_key(name)
        inches = PAGES[name].inches
        assert inches is not None
        path = tmp_path / f"{name}.svg"
        with student.bot.waitSignal(dialog.saved, timeout=60_000):
            dialog.save_to(path)
        width = re.search(r'width="([\d.]+)pt"', path.read_text("utf-8"))
        assert width, name
        assert float(width[1]) == pytest.approx(72 * inches[0], abs=0.01), name
    dialog.close()
