"""What real hands do at controls and with files: each play is given a seat, and says what it has
seen.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractSlider, QApplication, QComboBox, QDialog, QScrollBar, QWidget

from ebmviz.files.session import load
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.publish.export_dialog import ExportDialog
from ebmviz.ui.publish.film_dialog import FilmDialog
from tests.screen.seat import Seat, titled, wait, xdotool


def wheel(seat: Seat, _folder: Path) -> dict[str, Any]:
    """Over every list and slider in sight, at the map, in dialogs and in the lab too, and over one
    that was clicked.
    """
    window, before = seat.window, seat.window.store.scene
    turned = pass_over(seat, window)
    still = window.store.scene == before
    seat.click(seat.child("map.picture"))
    settings = seat.child("map.picture.settings")
    seat.until(settings.isVisible)
    at_map = pass_over(seat, settings)
    still = still and window.store.scene == before
    seat.said("key", "Escape")
    asked = [
        over_dialog(seat, "export", ExportDialog),
        over_dialog(seat, "export-film", FilmDialog),
    ]
    seat.said("key", "l")
    seat.until(window.stage.lab.isVisible)
    before = window.store.scene
    in_lab = pass_over(seat, window.stage.lab)
    still = still and window.store.scene == before
    seat.said("key", "l")
    seat.until(window.landscape.isVisible)
    slider = seat.child("view.beta.slider")
    at = QPoint(round(slider.handle_x()), slider.height() // 2)
    seat.to(slider, at)
    seat.said("click", "1")
    seat.said("click", "5")
    clicked = seat.value("view.beta")
    seat.to(window.landscape)
    seat.turn(slider, at)
    still = still and all(kept for _, kept in asked)
    counts = {"turned": turned, "at map": at_map, "in lab": in_lab, "asked": min(asked)[0]}
    return {**counts, "still": still, "clicked": clicked, "left": seat.value("view.beta")}


def over_dialog(seat: Seat, action: str, kind: type[QDialog]) -> tuple[int, bool]:
    """The same in one that an action opens, and whether its lists are as they were."""
    seat.window.acts[action].trigger()
    dialog = seat.window.findChild(kind)
    assert dialog is not None
    seat.until(dialog.isActiveWindow)
    before = [box.currentIndex() for box in dialog.findChildren(QComboBox)]
    turned = pass_over(seat, dialog)
    kept = before == [box.currentIndex() for box in dialog.findChildren(QComboBox)]
    dialog.close()
    seat.until(seat.window.isActiveWindow)
    return turned, kept


def pass_over(seat: Seat, root: QWidget) -> int:
    """A notch of the wheel over each list and slider inside that is seen whole; how many."""
    kinds, turned = (QComboBox, QAbstractSlider, ScaleSlider), 0
    for control in (w for kind in kinds for w in root.findChildren(kind) if w.isVisible()):
        seen = control.visibleRegion().boundingRect()
        if not isinstance(control, QScrollBar) and seen.height() >= control.height():
            seat.turn(control)
            turned += 1
    return turned


def focus(seat: Seat, _folder: Path) -> dict[str, Any]:
    """A value entered, a slider released, a choice made in a list: then keys of the window."""
    window = seat.window
    seen: dict[str, object] = {}
    box = seat.child("optimizer.lr.box")
    seat.to(box)
    seat.said("click", "--repeat", "2", "1", "key", "ctrl+a", "type", "0.07")
    seat.said("key", "Return")
    seen["entered"] = (seat.value("optimizer.lr"), window.landscape.hasFocus())
    seat.said("key", "ctrl+z")
    seen["undone"] = seat.value("optimizer.lr")
    slider = seat.child("view.beta.slider")
    at = slider.mapToGlobal(QPoint(round(slider.handle_x()), slider.height() // 2))
    seat.said("mousemove", str(at.x()), str(at.y()), "mousedown", "1")
    seat.said("mousemove", str(at.x() - 60), str(at.y()))
    seat.said("mouseup", "1")
    seen["released"] = (seat.value("view.beta") < 10, window.landscape.hasFocus())
    combo = seat.child("optimizer.kind.combo")
    seat.to(combo)
    seat.said("click", "1")
    seat.until(combo.view().isVisible)
    seat.said("key", "Down", "Return")
    seen["chosen"] = (seat.value("optimizer.kind") != "sgd", window.landscape.hasFocus())
    seat.said("key", "n")
    seat.until(lambda: window.document.step == 1)
    seat.said("key", "Right")
    seen["panned"] = window.store.scene.view.window[0] > -2.6
    return seen


def typed(seat: Seat, folder: Path) -> dict[str, Any]:
    """Typed and not entered, then Train is clicked, and Ctrl+S pressed."""
    window = seat.window
    seen: dict[str, object] = {}
    box = seat.child("optimizer.lr.box")
    seat.to(box)
    seat.said("click", "1", "key", "ctrl+a", "type", "0,013")
    seat.to(seat.child("button.play"))
    seat.said("click", "1")
    seat.until(lambda: window.document.step > 0)
    seen["trained with"] = seat.value("optimizer.lr")
    seat.said("click", "1")
    window.document.path = path = folder / "typed.ebmviz"
    seat.to(box)
    seat.said("click", "1", "key", "ctrl+a", "type", "0.017")
    seat.said("key", "ctrl+s")
    seat.until(path.exists)
    seat.until(lambda: not window.document.saving)
    seen["saved"] = load(path, window.store.catalogue).scene["optimizer.lr"]
    return seen


def overwrite(seat: Seat, folder: Path) -> dict[str, Any]:
    """Save as, with the name of a file that is there but for its suffix; then Replace."""
    target = folder / "mine.ebmviz"
    target.write_bytes(b"mine")
    seen: dict[str, Any] = {}

    def hands(last: str) -> None:
        wait(lambda: titled("Save as"))
        xdotool("key", "ctrl+a", "type", "--delay", "40", str(folder / "mine"))
        xdotool("key", "Return")
        wait(lambda: not titled("Save as"))
        time.sleep(0.5)
        xdotool("key", last)

    for name, last in (("kept", "Escape"), ("replaced", "alt+r")):
        person = threading.Thread(target=hands, args=(last,))
        person.start()
        seat.window.acts["save-as"].trigger()
        seat.until(lambda person=person: not person.is_alive())  # type: ignore[misc]
        seat.until(lambda: not seat.window.document.saving)
        seen[name] = target.read_bytes()[:4].decode("latin-1")
    return seen


def keys(seat: Seat, _folder: Path) -> dict[str, Any]:
    """Standard keys, F11 and F1."""
    window = seat.window
    seat.said("key", "n")
    seat.until(lambda: window.document.step == 1)
    seen: dict[str, Any] = {}
    window.edit({"optimizer.lr": 0.4})
    for word in ("ctrl+z", "ctrl+y", "ctrl+z", "ctrl+shift+z"):
        seat.said("key", word)
        seen[word] = [*seen.get(word, []), seat.value("optimizer.lr")]
    seat.said("key", "F11")
    seen["full"] = window.isFullScreen()
    seat.said("key", "Escape")
    seen["back"] = not window.isFullScreen()
    seat.said("key", "F1")
    seen["list"] = any(w.objectName() == "key-list" for w in QApplication.topLevelWidgets())
    seat.said("key", "Escape")
    window.document.give_up()
    seat.said("key", "ctrl+w")
    seen["closed"] = not window.isVisible()
    return seen
