"""A seat at the real window: the engine is a process, the wheel, the buttons and the keys are those
of the X server.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, QPointF, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QPushButton, QWidget

from ebmviz.core import library
from ebmviz.core.protocol import Frame
from ebmviz.core.snapshot import Snapshot
from ebmviz.ui.app import application
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.look import theme
from ebmviz.ui.window import Window

PATIENCE_S = 60.0
Words = tuple[str, ...]
Widget = TypeVar("Widget", bound=QWidget)


class Seat:
    """A window with a real engine, and the mouse and keyboard of the screen it is on."""

    def __init__(self) -> None:
        self.app = application()
        theme.apply(self.app, "dark")
        self.window = Window(library.scene("ellipse", library.shipped_catalogue()))
        self.busy = False  # the frame on the screen is of an engine that trains
        self.window.stage.drawn.connect(lambda _, frame: self._drawn(frame))
        self.window.resize(1500, 900)
        self.window.show()
        self.until(lambda: self.window.stage.shot is not None and self.window.isActiveWindow())

    def _drawn(self, frame: Frame) -> None:
        self.busy = frame.playing

    # waiting ----------------------------------------------------------------------------

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for a state, while the window lives."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "it did not come"
            self.app.processEvents()
            time.sleep(0.005)

    def settled(self) -> dict[str, Any]:
        """The arrays of a frame that shows the newest scene."""
        client = self.window.client
        self.until(lambda: self.shown.generation >= client.generation)
        return dict(self.shown.arrays)

    @property
    def shown(self) -> Snapshot:
        """What the frame on the screen holds."""
        shot = self.window.stage.shot
        assert shot is not None
        return shot.snapshot

    @property
    def newest(self) -> int:
        """The last step of the run, as far as the screen tells."""
        return int(self.shown.metrics["last_step"])

    # hands ------------------------------------------------------------------------------

    def said(self, *words: str) -> None:
        """xdotool, whose events have arrived when it returns and one more round was made."""
        runs = threading.Thread(target=xdotool, args=words)
        runs.start()
        self.until(lambda: not runs.is_alive())
        done = time.monotonic() + 0.2
        self.until(lambda: time.monotonic() > done)

    def to(self, widget: QWidget, at: QPoint | None = None) -> None:
        """The mouse over a widget."""
        self.said(*move(widget, at))

    def click(self, widget: QWidget, at: QPoint | None = None, button: int = 1) -> None:
        """Press and release a button over it."""
        self.said(*move(widget, at), "click", str(button))

    def double_click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Two clicks that follow each other at once."""
        self.said(*move(widget, at), "click", "--repeat", "2", "--delay", "60", "1")

    def press(self, widget: QWidget, *places: QPoint) -> None:
        """Press at the first place, and drag over the rest; `release` ends it."""
        first, *others = places
        self.said(*move(widget, first), "mousedown", "1")
        for place in others:
            self.said(*move(widget, place))

    def release(self) -> None:
        """Let the button go."""
        self.said("mouseup", "1")

    def drag(self, widget: QWidget, *places: QPoint) -> None:
        """From the first place over the others to the last."""
        self.press(widget, *places)
        self.release()

    def turn(self, widget: QWidget, at: QPoint | None = None) -> None:
        """A notch of the wheel over it."""
        self.to(widget, at)
        self.said("click", "5")

    def choose(self, combo: Combo, text: str) -> None:
        """Open a list, find a line by its first letters, and take it."""
        self.settled()
        again = 0.0  # where the screen was slow, a click has opened it and closed it

        def opened() -> bool:
            nonlocal again
            if not combo.view().isVisible() and time.monotonic() > again:
                again = time.monotonic() + 2.0
                self.click(combo)
            return combo.view().isVisible()

        self.until(opened)
        self.said("type", "--delay", "20", text)
        self.until(lambda: combo.view().currentIndex().data().startswith(text))
        self.said("key", "Return")

    def meanwhile(self, *steps: Callable[[], Words]) -> None:
        """One after the other as soon as each has something to say to xdotool, in menus and dialogs
        too, which have a loop of their own.
        """
        waiting, deadline = list(steps), time.monotonic() + PATIENCE_S
        timer = QTimer(self.window)

        def look() -> None:
            if words := waiting[0]():
                waiting.pop(0)
                threading.Thread(target=xdotool, args=words).start()
            elif time.monotonic() > deadline:
                print("no menu or dialog has come", file=sys.stderr, flush=True)
                os._exit(1)
            if not waiting:
                timer.stop()

        timer.timeout.connect(look)
        timer.start(50)

    # what there is ----------------------------------------------------------------------

    def child(self, name: str) -> Any:
        found = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    def value(self, path: str) -> Any:
        return self.window.store.scene[path]

    def on_map(self, x: float, y: float) -> QPoint:
        """Where a point of the plane lies on the canvas."""
        landscape = self.window.landscape
        return landscape.canvas.mapFromScene(landscape.plane.mapViewToScene(QPointF(x, y)))


def entry(text: str) -> Callable[[], Words]:
    """A click on the entry of the menu that is open, once one is that has it."""

    def look() -> Words:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            return ()
        actions: Iterable[QAction] = menu.actions()
        found = next((each for each in actions if each.text().startswith(text)), None)
        return (*move(menu, menu.actionGeometry(found).center()), "click", "1") if found else ()

    return look


def answer(text: str) -> Callable[[], Words]:
    """A text and Return for the dialog that asks for one, once it does."""

    def look() -> Words:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog) or not dialog.isActiveWindow():
            return ()
        icons = [not each.icon().isNull() for each in dialog.findChildren(QPushButton)]
        assert icons == [False, False], "OK and Cancel are words alone, as in every dialog"
        return ("key", "ctrl+a", *written(text))

    return look


def move(widget: QWidget, at: QPoint | None = None) -> Words:
    """The mouse over a place of a widget, its middle where none is given."""
    there = widget.mapToGlobal(at or widget.rect().center())
    return "mousemove", str(there.x()), str(there.y())


def written(text: str) -> Words:
    """Typed, and entered."""
    return "type", "--delay", "20", "--args", "1", text, "key", "Return"


def xdotool(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True)


def titled(name: str) -> bool:
    """Whether a window of this name is on the screen."""
    command = ["xdotool", "search", "--onlyvisible", "--name", name]
    return bool(subprocess.run(command, capture_output=True, text=True).stdout.strip())


def wait(condition: Callable[[], bool]) -> None:
    """The same as `Seat.until`, for hands that are not in the window's thread."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
